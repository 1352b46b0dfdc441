import type { Disposable } from '../../shared/disposable.ts';
import type { OutgoingEvent } from '../../shared/model.ts';
import { describeError } from '../platform/log.ts';
import type { Clock, Log } from '../sync/types.ts';
import type { JournalFolder } from './folder.ts';
import {
  type Account,
  encodeRecords,
  type JournalRecord,
  type Quarantined,
  type Recovered,
} from './records.ts';

/** More are not held: the oldest go, and are counted. */
export const capacity = 10_000;
/** What waits longer is given up, ms. */
export const maxAge = 14 * 24 * 3_600_000;
/** Refused events kept for a look at them. */
export const maxQuarantined = 1_000;
/** How long a record waits for others to share its fsync, ms; together with the fsync at most 250 ms as a rule. */
export const groupFor = 200;
/** How often it is looked for what has become too old, ms. */
export const ageCheck = 3_600_000;
/** A file is written anew when it has more lines than this, and most of them are of what is done. */
const compactAbove = 256;
const firstRetry = 1_000;
const lastRetry = 60_000;

export interface JournalOptions {
  readonly folder: JournalFolder;
  /** The file, made with the first event. */
  readonly name: string;
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Log;
  /** More can be sent, or a number changed. */
  readonly onChange: () => void;
}

interface Entry {
  readonly event: OutgoingEvent;
  saved: boolean;
}

/**
 * The events of one account that this window answers for, in memory and in one file.
 *
 *   add -> memory -> (≤ 200 ms, in groups) append + fsync -> sendable -> acknowledge -> (with the next group) on disk
 *                         | fails: told once, kept in memory, the whole file is written anew until that works
 *
 * What is told to be done is not waited for: if it is lost, the event is sent again and the server knows its id.
 */
export class Journal implements Disposable {
  readonly #options: JournalOptions;
  readonly #events = new Map<string, Entry>();
  readonly #quarantined = new Map<string, Quarantined>();
  #dropped = 0;
  #droppedUntold = 0;
  #unwritten: JournalRecord[] = [];
  #lines = 0;
  /** Nothing is known of the file, or nothing good: write all of it. */
  #rewrite = true;
  /** Changes so far, and how many of them are on disk. */
  #changes = 0;
  #savedChanges = 0;
  /** What the file is occupied with, one at a time. */
  #writing: Promise<void> | null = null;
  #timer: Disposable | null = null;
  #ageTimer: Disposable | null = null;
  #failures = 0;
  #tooOld = new Set<string>();
  #disposed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#checkAgeLater();
  }

  /** Events not yet acknowledged. */
  get pending(): number {
    return this.#events.size;
  }

  get quarantined(): readonly Quarantined[] {
    return [...this.#quarantined.values()];
  }

  /** Events given up unsent: too many or too old. */
  get dropped(): number {
    return this.#dropped;
  }

  add(event: OutgoingEvent): void {
    this.#events.set(event.id, { event, saved: false });
    this.#record({ event });
    this.#bound();
    this.#options.onChange();
  }

  /** Takes over what another file held. */
  take({ events, quarantined, dropped }: Recovered): void {
    for (const event of events) {
      if (this.#events.has(event.id)) continue;
      this.#events.set(event.id, { event, saved: false });
      this.#record({ event });
    }
    for (const { event, reason } of quarantined) this.#putAside(event, reason);
    this.#dropped += dropped;
    if (dropped > 0) this.#record({ dropped: [], count: this.#dropped });
    this.#bound();
    this.#options.onChange();
  }

  /**
   * The oldest that may be sent, at most `count`: those on disk, so that a crash finds again what may have arrived.
   * While the disk takes nothing, the server is the safest place that an event can reach, and all may be sent.
   */
  sendable(count: number): OutgoingEvent[] {
    const events: OutgoingEvent[] = [];
    for (const { event, saved } of this.#events.values()) {
      if (events.length === count) break;
      if (saved || this.#failures > 0) events.push(event);
    }
    return events;
  }

  /** The server has them. */
  acknowledge(events: readonly OutgoingEvent[]): void {
    const done = events.map(({ id }) => id).filter((id) => this.#events.delete(id));
    if (done.length > 0) this.#record({ done });
    this.#options.onChange();
  }

  /** The server will never take it. */
  quarantine(event: OutgoingEvent, reason: string): void {
    this.#putAside(event, reason);
    this.#options.onChange();
  }

  /** Forgets everything, and the file; what is added later begins a new one. Rejects when the file cannot be removed. */
  clear(): Promise<void> {
    this.#events.clear();
    this.#quarantined.clear();
    this.#dropped = 0;
    this.#droppedUntold = 0;
    this.#savedChanges = this.#changes;
    this.#cancelTimer();
    this.#options.onChange();
    return this.#occupy(async () => {
      this.#rewrite = true;
      for (const entry of this.#events.values()) entry.saved = false;
      await this.#options.folder.remove(this.#options.name);
    });
  }

  /** Has on disk what was changed before; false when the disk does not take it. Never rejects. */
  async save(): Promise<boolean> {
    const changes = this.#changes;
    this.#cancelTimer();
    await this.#writing?.catch(() => {});
    if (this.#savedChanges < changes) await this.#write();
    return this.#savedChanges >= changes;
  }

  /** Saves, and takes the file away when nothing in it is of use. Never rejects; the journal takes no more events. */
  async close(): Promise<void> {
    this.dispose();
    await this.save();
    if (this.#events.size > 0 || this.#quarantined.size > 0) return;
    await this.#options.folder.remove(this.#options.name).catch((error: unknown) => {
      this.#options.log.warn(`A journal could not be removed: ${describeError(error)}`);
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelTimer();
    this.#ageTimer?.dispose();
  }

  #record(record: JournalRecord): void {
    // A file that is written anew is written from memory.
    if (!this.#rewrite) this.#unwritten.push(record);
    this.#changes += 1;
    this.#writeLater(groupFor);
  }

  #putAside(event: OutgoingEvent, reason: string): void {
    this.#events.delete(event.id);
    this.#quarantined.set(event.id, { event, reason });
    this.#record({ quarantined: event, reason });
    for (const oldest of this.#quarantined.keys()) {
      if (this.#quarantined.size <= maxQuarantined) break;
      this.#quarantined.delete(oldest);
      this.#rewrite = true;
    }
  }

  #bound(): void {
    const surplus: string[] = [];
    for (const id of this.#events.keys()) {
      if (this.#events.size - surplus.length <= capacity) break;
      surplus.push(id);
    }
    if (surplus.length > 0) this.#drop(surplus);
  }

  #drop(ids: readonly string[]): void {
    for (const id of ids) this.#events.delete(id);
    this.#dropped += ids.length;
    this.#droppedUntold += ids.length;
    this.#record({ dropped: [...ids], count: this.#dropped });
  }

  /**
   * A clock that has jumped must not cost events: what looks too old goes only when it still does an hour later.
   */
  #checkAgeLater(): void {
    this.#ageTimer = this.#options.clock.setTimeout(() => {
      this.#checkAge();
      this.#checkAgeLater();
    }, ageCheck);
  }

  #checkAge(): void {
    const limit = this.#options.clock.now() - maxAge;
    const isOld = ({ occurred_at }: OutgoingEvent) => Date.parse(occurred_at) < limit;
    const old = new Set<string>();
    for (const [id, { event }] of this.#events) if (isOld(event)) old.add(id);
    for (const [id, { event }] of this.#quarantined) if (isOld(event)) old.add(id);
    const gone = [...old].filter((id) => this.#tooOld.has(id));
    this.#tooOld = old;
    for (const id of gone) {
      if (!this.#quarantined.delete(id)) continue;
      this.#rewrite = true;
      this.#changes += 1;
    }
    const dropped = gone.filter((id) => this.#events.has(id));
    if (dropped.length > 0) this.#drop(dropped);
    else if (gone.length > 0) this.#writeLater(groupFor);
    this.#options.onChange();
  }

  #writeLater(ms: number): void {
    if (this.#timer || this.#writing || this.#disposed) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      void this.#write();
    }, ms);
  }

  #cancelTimer(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }

  #write(): Promise<void> {
    return this.#occupy(() => this.#writeGroup());
  }

  #occupy(task: () => Promise<void>): Promise<void> {
    const before = this.#writing ?? Promise.resolve();
    const own = before
      .catch(() => {})
      .then(task)
      .finally(() => {
        if (this.#writing !== own) return;
        this.#writing = null;
        const pause = Math.min(lastRetry, firstRetry * 2 ** (this.#failures - 1));
        if (this.#savedChanges < this.#changes) this.#writeLater(this.#failures > 0 ? pause : groupFor);
      });
    this.#writing = own;
    return own;
  }

  async #writeGroup(): Promise<void> {
    const changes = this.#changes;
    if (changes === this.#savedChanges) return;
    this.#tellDrops();
    const group = this.#unwritten;
    const entries = [...this.#events.values()].filter(({ saved }) => !saved);
    this.#unwritten = [];
    try {
      if (!(await this.#append(group))) await this.#replace();
      for (const entry of entries) entry.saved = true;
      this.#savedChanges = Math.max(this.#savedChanges, changes);
      this.#succeeded();
    } catch (error) {
      // Part of it may be in the file, and an fsync that failed says nothing of what came before.
      this.#rewrite = true;
      this.#unwritten = [];
      this.#failed(error);
    }
    this.#options.onChange();
  }

  /** False when the file has to be written anew. */
  async #append(group: readonly JournalRecord[]): Promise<boolean> {
    const lines = this.#lines + group.length;
    const useful = this.#events.size + this.#quarantined.size;
    if (this.#rewrite || (lines > compactAbove && useful < lines / 4)) return false;
    // Gone when somebody removed it: what it held is still here.
    if (!(await this.#options.folder.append(this.#options.name, encodeRecords(group)))) return false;
    this.#lines = lines;
    return true;
  }

  async #replace(): Promise<void> {
    const records: JournalRecord[] = [{ journal: this.#options.account }];
    if (this.#dropped > 0) records.push({ dropped: [], count: this.#dropped });
    for (const { event, reason } of this.#quarantined.values()) records.push({ quarantined: event, reason });
    for (const { event } of this.#events.values()) records.push({ event });
    this.#rewrite = false;
    await this.#options.folder.replace(this.#options.name, encodeRecords(records));
    this.#lines = records.length;
  }

  #succeeded(): void {
    if (this.#failures > 0) this.#options.log.info('Editor events are written to disk again.');
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#options.log.warn(
      `Editor events cannot be written to disk: ${describeError(error)}. Until they can, they are sent from memory, and those not yet sent are lost if the window ends. Make room on the disk, or make the extension's storage folder writable.`,
    );
  }

  #tellDrops(): void {
    if (this.#droppedUntold === 0) return;
    const why = `more than ${capacity} waited, or longer than 14 days`;
    this.#options.log.warn(`${this.#droppedUntold} editor events were given up unsent: ${why}.`);
    this.#droppedUntold = 0;
  }
}
