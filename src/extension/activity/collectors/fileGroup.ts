import type { Uri } from 'vscode';

/** What an event tells of the files that it is about. */
export interface FileFacts {
  /** Null when they are several, or it is unknown. */
  readonly language: string | null;
  readonly files: number;
}

/** Files that make one event together. */
export class FileGroup {
  readonly #files = new Map<string, Uri>();
  readonly #languages = new Set<string | null>();

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  add(file: Uri, language: string | null): void {
    this.#files.set(file.toString(), file);
    this.#languages.add(language);
  }

  /** `pathFacts` tells more of a file that is alone. */
  describe(pathFacts: (file: Uri) => Readonly<Record<string, string>>): FileFacts {
    const [first, ...others] = this.#files.values();
    const [language = null, ...otherLanguages] = this.#languages;
    return {
      language: otherLanguages.length > 0 ? null : language,
      files: this.#files.size,
      ...(first && others.length === 0 ? pathFacts(first) : {}),
    };
  }
}
