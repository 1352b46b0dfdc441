import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.ts';

/** Of what was told longer ago, nobody asks again, ms: a period may be a year. */
const keptFor = 400 * 86_400_000;

/**
 * What was told, an empty file each in a folder that all windows share: the one who makes it is the one who tells. The
 * name is a hash, so that no file name depends on what a script wrote.
 */
export class Claims {
  readonly #folder: string;
  /** Files that are there, as far as this window knows: most questions need no disk. */
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** This window knows that it was told. */
  knows(owner: string, key: string): boolean {
    return this.#known.has(nameOf(owner, key));
  }

  /** True for the first who asks, in any window; rejects when the disk refuses. */
  async take(owner: string, key: string): Promise<boolean> {
    const name = nameOf(owner, key);
    if (this.#known.has(name)) return false;
    this.#known.add(name);
    try {
      await this.#create(name);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      this.#known.delete(name);
      throw error;
    }
  }

  /** Removes what is too old to matter. */
  async tidy(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const file = path.join(this.#folder, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > keptFor) await unlink(file).catch(() => {});
    }
  }

  async #create(name: string): Promise<void> {
    const file = path.join(this.#folder, name);
    const options = { flag: 'wx', mode: 0o600 };
    try {
      await writeFile(file, '', options);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(file, '', options);
    }
  }
}

function nameOf(owner: string, key: string): string {
  return createHash('sha256').update(`${owner}\n${key}`).digest('hex').slice(0, 40);
}
