import type { Disposable } from '../../../shared/disposable.ts';
import { isRecord } from '../../../shared/record.ts';

/** Where the languages are: `vscode.extensions`. */
export interface LanguageSource {
  readonly all: readonly { readonly packageJSON: unknown }[];
  readonly onDidChange: (listener: () => void) => Disposable;
}

/** The languages of files that are not open, by the names that installed extensions give for them. */
export class Languages implements Disposable {
  readonly #source: LanguageSource;
  readonly #listening: Disposable;
  /** Read when the first file is asked for. */
  #byName: ReadonlyMap<string, string> | null = null;

  constructor(source: LanguageSource) {
    this.#source = source;
    this.#listening = source.onDidChange(() => {
      this.#byName = null;
    });
  }

  /** Id of the language, null when no extension claims the name; the longest ending wins, as in VS Code. */
  of(path: string): string | null {
    this.#byName ??= readLanguages(this.#source.all.map(({ packageJSON }) => packageJSON));
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const whole = this.#byName.get(name);
    if (whole) return whole;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const language = this.#byName.get(name.slice(dot));
      if (language) return language;
    }
    return null;
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

/** Ids of languages by file name and by ending, in small letters; what is no contribution is passed over. */
function readLanguages(manifests: readonly unknown[]): ReadonlyMap<string, string> {
  // VS Code itself brings this one language.
  const byName = new Map([['.txt', 'plaintext']]);
  for (const manifest of manifests)
    for (const language of listIn(fieldOf(fieldOf(manifest, 'contributes'), 'languages'))) {
      const id = fieldOf(language, 'id');
      if (typeof id !== 'string') continue;
      for (const field of ['extensions', 'filenames'])
        for (const name of listIn(fieldOf(language, field)))
          if (typeof name === 'string' && name) byName.set(name.toLowerCase(), id);
    }
  return byName;
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
