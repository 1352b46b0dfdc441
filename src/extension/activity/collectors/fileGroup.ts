import type { Uri } from 'vscode';
import type { BurstLimits } from './burst.ts';

/** What belongs to one change of many files. */
export const fileBurst: BurstLimits = { quiet: 500, longest: 60_000 };

/** A busy machine saves a thousand files with pauses of seconds; a file that is alone is told soon, ms. */
export function quietAfter(files: number): number {
  return files > 1 ? 3_000 : fileBurst.quiet;
}

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

  get size(): number {
    return this.#files.size;
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
      files: this.size,
      ...(first && others.length === 0 ? pathFacts(first) : {}),
    };
  }
}
