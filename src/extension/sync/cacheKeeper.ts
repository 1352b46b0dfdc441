import type { Disposable } from '../../shared/disposable.ts';
import { Alarm } from './alarm.ts';
import { decodeReplica, type SavedReplica } from './savedReplica.ts';
import type { Clock, Log, ReplicaCache } from './types.ts';

/** Saved at most this often, ms. */
const interval = 30_000;
/** A disk that has not answered by then is not waited for, ms. */
const patience = 1_000;
/** A longer text is not worth reading at every start, characters. */
const longest = 5_000_000;

export interface CacheKeeperOptions {
  readonly userId: string;
  readonly cache: ReplicaCache;
  readonly clock: Clock;
  readonly log: Log;
  /** What to save now; null when there is nothing that could be gone on from. */
  readonly contents: () => string | null;
}

/** Reads the replica of last time and keeps the present one for next time. Whatever fails is logged and harms nobody. */
export class CacheKeeper implements Disposable {
  readonly #options: CacheKeeperOptions;
  readonly #alarm: Alarm;
  readonly #patience: Alarm;
  #isDirty = false;
  #saidTooLong = false;

  constructor(options: CacheKeeperOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
    this.#patience = new Alarm(options.clock);
  }

  /** The replica of last time, or null; never rejects. */
  async restore(): Promise<SavedReplica | null> {
    const { cache, userId, log } = this.#options;
    try {
      const text = await this.#inTime(cache.load());
      return text === null ? null : decodeReplica(userId, text);
    } catch (error) {
      log.info(`The saved rows cannot be used and are deleted: ${describe(error)}`);
      await cache.remove().catch(() => {});
      return null;
    }
  }

  /** The rows are known to be as they are at a later time: worth saving at the end only. */
  verified(): void {
    this.#isDirty = true;
  }

  /** There is something new to save. */
  changed(): void {
    this.#isDirty = true;
    if (!this.#alarm.isSet) this.#alarm.set(interval, () => void this.flush());
  }

  /** Saves what is new; settles when it is on disk, and never rejects. */
  async flush(): Promise<void> {
    this.#alarm.clear();
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const { cache, contents, log } = this.#options;
    const text = contents();
    if (text === null) return;
    if (text.length > longest) {
      if (!this.#saidTooLong) log.info(`The rows are too many to be saved (${text.length} characters).`);
      this.#saidTooLong = true;
      return;
    }
    await cache.save(text).catch((error: unknown) => {
      log.warn(`The rows could not be saved: ${describe(error)}`);
    });
  }

  /** Nothing of this user stays, nor is anything saved again. */
  wipe(): void {
    this.#alarm.clear();
    this.#isDirty = false;
    const { cache, log } = this.#options;
    cache.wipe().catch((error: unknown) => {
      log.warn(`The saved rows could not be deleted: ${describe(error)}`);
    });
  }

  dispose(): void {
    this.#patience.clear();
    void this.flush();
  }

  #inTime(loading: Promise<string | null>): Promise<string | null> {
    const late = new Promise<null>((resolve) => {
      this.#patience.set(patience, () => resolve(null));
    });
    return Promise.race([loading, late]).finally(() => this.#patience.clear());
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
