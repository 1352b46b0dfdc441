import { createHmac, randomBytes } from 'node:crypto';
import type { Uri } from 'vscode';
import type { Disposable } from '../../../shared/disposable.ts';
import type { PathDetail } from '../../platform/config.ts';
import { describeError } from '../../platform/log.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import type { Log } from '../../sync/types.ts';

export interface PathFactsOptions {
  readonly detail: () => PathDetail;
  /** Path below the workspace folder that the file is in, with slashes; null outside of all. */
  readonly relativePath: (file: Uri) => string | null;
  /** The key of this machine. */
  readonly secret: SecretStore;
  readonly log: Log;
}

const keyBytes = 32;
/** Paths that are longer, in characters, are not told: an event has room for 8 KB. */
const longest = 1_000;

/** What the settings allow events to tell of a file's path. */
export class PathFacts implements Disposable {
  readonly #options: PathFactsOptions;
  readonly #subscription: Disposable;
  #key: Buffer | null = null;
  #loading: Promise<void> | null = null;

  constructor(options: PathFactsOptions) {
    this.#options = options;
    // Two windows may make a key at the same time: the one that is kept is that of all.
    this.#subscription = options.secret.onDidChange(() => {
      this.#key = null;
      this.#loading = null;
    });
  }

  /** Nothing for a file outside of the workspace's folders, nor until the key is known. */
  readonly of = (file: Uri): Readonly<Record<string, string>> => {
    const { detail, relativePath } = this.#options;
    if (detail() === 'none') return {};
    const path = relativePath(file);
    if (!path || path.length > longest) return {};
    // A name of Windows may hold half a character, which the database takes for no text.
    if (detail() === 'relative') return { path: path.replace(/\p{Surrogate}/gu, '\uFFFD') };
    if (this.#key) return { path_hash: hashOf(file.toString(), this.#key) };
    this.prepare();
    return {};
  };

  /** Loads what `of` needs, so that it answers from the first event on. */
  prepare(): void {
    if (this.#options.detail() === 'hashed') this.#loading ??= this.#load();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #load(): Promise<void> {
    const { secret, log } = this.#options;
    try {
      const read = async () => Buffer.from((await secret.read()) ?? '', 'base64');
      if ((await read()).length !== keyBytes) await secret.write(randomBytes(keyBytes).toString('base64'));
      const key = await read();
      if (key.length !== keyBytes) throw new Error('the key was not kept');
      this.#key = key;
    } catch (error) {
      log.warn(`Events tell nothing of paths, for want of a key: ${describeError(error)}`);
    }
  }
}

/**
 * Tells one file from another and names none: without the key nobody can try out names. All of the URI goes in, so
 * that a `package.json` in every folder is not one code that would be easy to guess. 96 bits, base64url.
 */
export function hashOf(uri: string, key: Buffer): string {
  return createHmac('sha256', key).update(uri).digest().subarray(0, 12).toString('base64url');
}
