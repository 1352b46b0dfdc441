import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/errorCode.ts';
import type { ReplicaCache } from '../sync/types.ts';
import { writeWhole } from './writeWhole.ts';

/** Files that nobody has written for this long are of accounts that nobody uses, ms. */
const forgottenAfter = 30 * 86_400_000;
/** What a killed process left half written, ms. */
const abandonedAfter = 3_600_000;

/**
 * Keeps one text in a file of `folder` that `key` names. It is written whole to a file of its own and renamed, so
 * that of several windows the last one wins and none reads half a file; nobody else on this machine may read it.
 */
export class ReplicaFile implements ReplicaCache {
  readonly #folder: string;
  readonly #file: string;
  #last: Promise<unknown> = Promise.resolve();
  #isWiped = false;
  #hasTidied = false;

  constructor(folder: string, key: string) {
    this.#folder = folder;
    this.#file = path.join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }

  async load(): Promise<string | null> {
    try {
      return await readFile(this.#file, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  save(text: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isWiped) return;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#tidy();
      await writeWhole(this.#file, text);
    });
  }

  remove(): Promise<void> {
    return this.#inTurn(() => rm(this.#file, { force: true }));
  }

  wipe(): Promise<void> {
    this.#isWiped = true;
    return this.remove();
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }

  /** The folder holds what is in use, and nothing for ever. */
  async #tidy(): Promise<void> {
    if (this.#hasTidied) return;
    this.#hasTidied = true;
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const age = Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Date.now());
      if (age > (name.endsWith('.tmp') ? abandonedAfter : forgottenAfter)) await rm(file, { force: true });
    }
  }
}
