/** The folder of all journals, of every window of this machine; names are plain file names. Rejects with what failed. */
export interface JournalFolder {
  list(): Promise<readonly FolderEntry[]>;
  /** Null when there is no such file. */
  read(name: string): Promise<string | null>;
  /** Adds to a file that exists and has it on disk when it resolves; false when there is no such file. */
  append(name: string, text: string): Promise<boolean>;
  /** Has the file with exactly this text on disk when it resolves, whether there was one or not; never half of it. */
  replace(name: string, text: string): Promise<void>;
  /** Gives a file another name in one step; false when it is gone, perhaps because another window was quicker. */
  rename(from: string, to: string): Promise<boolean>;
  remove(name: string): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  /** ms since 1970. */
  readonly modifiedAt: number;
}

/** The windows that write journals. */
export interface Windows {
  /** Makes this window known as alive, and that it still is. */
  announce(): Promise<void>;
  isAlive(window: string): Promise<boolean>;
  /** This window is not alive any more. */
  leave(): Promise<void>;
}
