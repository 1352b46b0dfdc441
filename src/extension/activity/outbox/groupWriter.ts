import type { Disposable } from '../../../shared/disposable.ts';
import { describeError } from '../../platform/log.ts';
import type { Clock, Log } from '../../sync/types.ts';
import type { JournalFolder } from './folder.ts';
import { encodeRecords, type JournalRecord } from './records.ts';

/** How long a record waits for others to share its fsync, ms; together with the fsync at most 250 ms as a rule. */
export const groupFor = 200;
/** A file is written anew when it has more lines than this, and most of them are of what is done. */
const compactAbove = 256;
/** More records than this do not wait for a write that hangs: the file is written anew after it. */
const maxUnwritten = 10_000;
const firstRetry = 1_000;
const lastRetry = 60_000;

export interface GroupWriterOptions {
  readonly folder: JournalFolder;
  /** The file, made with the first group. */
  readonly name: string;
  /** Makes known that this window lives, before there is a file that others would take for an orphan; never rejects. */
  readonly announce: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** All that the file has to say, for writing it anew. */
  readonly whole: () => readonly JournalRecord[];
  /** Roughly how many records `whole` would give. */
  readonly size: () => number;
  /** A group is on disk, or could not be written. */
  readonly onAttempt: () => void;
}

/**
 * Brings records to one file, in groups that share an fsync:
 *
 *   record -> (≤ 200 ms) append + fsync -> saved
 *                 | fails: told once; the whole file is written anew until that works
 */
export class GroupWriter implements Disposable {
  readonly #options: GroupWriterOptions;
  #unwritten: JournalRecord[] = [];
  #lines = 0;
  /** Nothing is known of the file, or nothing good: write all of it. */
  #rewrite = true;
  /** Changes so far, and how many of them are on disk. */
  #changes = 0;
  #saved = 0;
  /** What the file is occupied with, one at a time. */
  #writing: Promise<void> | null = null;
  #timer: Disposable | null = null;
  #failures = 0;
  #failure: { readonly since: number; readonly detail: string } | null = null;
  #disposed = false;

  constructor(options: GroupWriterOptions) {
    this.#options = options;
  }

  /** The number of the last change that is on disk. */
  get saved(): number {
    return this.#saved;
  }

  /** Since when the disk takes nothing, and what it says; null while it does. */
  get failure(): { readonly since: number; readonly detail: string } | null {
    return this.#failure;
  }

  /** Has the record on disk with the next group; returns the number of this change. */
  record(record: JournalRecord): number {
    // A file that is written anew is written from what is in memory then.
    if (!this.#rewrite) this.#unwritten.push(record);
    if (this.#unwritten.length > maxUnwritten) {
      this.#rewrite = true;
      this.#unwritten = [];
    }
    this.#changes += 1;
    this.#writeLater(groupFor);
    return this.#changes;
  }

  /** Has on disk what was recorded before; false when the disk does not take it. Never rejects. */
  async save(): Promise<boolean> {
    const changes = this.#changes;
    this.#cancelTimer();
    await this.#writing?.catch(() => {});
    if (this.#saved < changes) await this.#occupy(() => this.#writeGroup());
    return this.#saved >= changes;
  }

  /** Removes the file, with all that was recorded before; what comes later begins a new one. Rejects when it stays. */
  remove(): Promise<void> {
    const changes = this.#changes;
    this.#saved = changes;
    this.#cancelTimer();
    return this.#occupy(async () => {
      this.#rewrite = true;
      this.#unwritten = [];
      // A group that was under way may have had later records.
      this.#saved = Math.min(this.#saved, changes);
      try {
        await this.#options.folder.remove(this.#options.name);
      } catch (error) {
        // Then it is to be emptied as soon as the disk lets us.
        this.#changes += 1;
        throw error;
      }
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelTimer();
  }

  #writeLater(ms: number): void {
    if (this.#timer || this.#writing || this.#disposed) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      void this.#occupy(() => this.#writeGroup());
    }, ms);
  }

  #cancelTimer(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }

  #occupy(task: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    const before = this.#writing ?? Promise.resolve();
    let began = 0;
    const own = before
      .catch(() => {})
      .then(() => {
        began = clock.now();
        return task();
      })
      .finally(() => {
        if (this.#writing !== own) return;
        this.#writing = null;
        if (this.#saved < this.#changes) this.#writeLater(this.#pause(began));
      });
    this.#writing = own;
    return own;
  }

  /** What came while a group was written has waited as long as that took. */
  #pause(began: number): number {
    if (this.#failures > 0) return Math.min(lastRetry, firstRetry * 2 ** (this.#failures - 1));
    const spent = Math.max(0, this.#options.clock.now() - began);
    return Math.max(0, groupFor - spent);
  }

  async #writeGroup(): Promise<void> {
    const changes = this.#changes;
    if (changes === this.#saved) return;
    const group = this.#unwritten;
    this.#unwritten = [];
    try {
      if (!(await this.#append(group))) await this.#replace();
      this.#saved = Math.max(this.#saved, changes);
      this.#succeeded();
    } catch (error) {
      // Part of it may be in the file, and an fsync that failed says nothing of what came before.
      this.#rewrite = true;
      this.#unwritten = [];
      this.#failed(error);
    }
    this.#options.onAttempt();
  }

  /** False when the file has to be written anew. */
  async #append(group: readonly JournalRecord[]): Promise<boolean> {
    const { folder, name, size } = this.#options;
    const lines = this.#lines + group.length;
    if (this.#rewrite || (lines > compactAbove && size() < lines / 4)) return false;
    // Gone when somebody removed it: what it held is still here.
    if (!(await folder.append(name, encodeRecords(group)))) return false;
    this.#lines = lines;
    return true;
  }

  async #replace(): Promise<void> {
    const { folder, name, announce, whole } = this.#options;
    await announce();
    const records = whole();
    this.#rewrite = false;
    this.#unwritten = [];
    await folder.replace(name, encodeRecords(records));
    this.#lines = records.length;
  }

  #succeeded(): void {
    if (this.#failure) this.#options.log.info('Editor events are written to disk again.');
    this.#failures = 0;
    this.#failure = null;
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#options;
    this.#failures += 1;
    if (this.#failure) return;
    const detail = describeError(error);
    this.#failure = { since: clock.now(), detail };
    log.warn(
      `Editor events cannot be written to disk: ${detail}. Until they can, they are sent from memory, and those not yet sent are lost if the window ends. Make room on the disk, or make the extension's storage folder writable.`,
    );
  }
}
