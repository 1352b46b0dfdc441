import type { Event, Uri } from 'vscode';

/** What we use of the built-in git extension's exports and of version 1 of its API. */
export interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: Event<boolean>;
  /** Throws while git is disabled or not found. */
  getAPI(version: 1): GitApi;
}

export interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: Event<GitRepository>;
  readonly onDidCloseRepository: Event<GitRepository>;
}

export interface GitRepository {
  readonly rootUri: Uri;
  readonly state: {
    /** Undefined until it was read. */
    readonly HEAD: GitHead | undefined;
    readonly onDidChange: Event<void>;
  };
  /** A commit was made through the editor. */
  readonly onDidCommit: Event<void>;
  /** The newest first. */
  log(options: { readonly maxEntries: number }): Promise<readonly GitCommit[]>;
  /** Empty, or rejects, when it is not set. */
  getConfig(key: string): Promise<string>;
  getGlobalConfig(key: string): Promise<string>;
}

export interface GitHead {
  /** The branch; undefined when HEAD is detached. */
  readonly name?: string;
  /** Undefined before the first commit. */
  readonly commit?: string;
  readonly upstream?: object;
  /** Commits that the upstream does not have. */
  readonly ahead?: number;
}

export interface GitCommit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly authorEmail?: string;
  readonly commitDate?: Date;
}
