import type { Disposable } from '../../../shared/disposable.ts';
import type { OutgoingEvent } from '../../../shared/model.ts';
import { describeError } from '../../platform/log.ts';
import type { Clock, Log } from '../../sync/types.ts';
import type { JournalFolder } from './folder.ts';
import { GroupWriter } from './groupWriter.ts';
import type { Account, JournalRecord, Quarantined, Recovered } from './records.ts';

/** More are not held: the oldest go, and are counted. */
export const capacity = 10_000;
/** What waits longer is given up, ms. */
export const maxAge = 14 * 24 * 3_600_000;
/** Refused events kept for a look at them; the oldest go, and are counted. */
export const maxQuarantined = 1_000;
/** How often it is looked for what has become too old, ms. */
export const ageCheck = 3_600_000;

export interface JournalOptions {
  readonly folder: JournalFolder;
  /** The file, made with the first event. */
  readonly name: string;
  readonly account: Account;
  /** Makes known that this window lives, before there is a file; never rejects. */
  readonly announce: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** More may be sent. */
  readonly onSendable: () => void;
  /** Some event or number changed, or how the disk is. */
  readonly onChange: () => void;
}

interface Entry {
  readonly event: OutgoingEvent;
  /** The change of the file that has it on disk. */
  readonly change: number;
}

/**
 * The events of one account that this window answers for, in memory and in one file.
 *
 *   add -> memory -> (group of the file) -> sendable -> acknowledge -> (with the next group) on disk
 *                         | the disk fails: kept in memory, and sendable from there
 *
 * What is told to be done is not waited for: if it is lost, the event is sent again and the server knows its id.
 */
export class Journal implements Disposable {
  readonly #options: JournalOptions;
  readonly #file: GroupWriter;
  /** Oldest first. */
  #events = new Map<string, Entry>();
  readonly #quarantined = new Map<string, Quarantined>();
  #dropped = 0;
  #droppedUntold = 0;
  #damaged = 0;
  #toldFailure: GroupWriter['failure'] = null;
  #ageTimer: Disposable | null = null;
  #tooOld = new Set<string>();

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#file = new GroupWriter({
      ...options,
      whole: () => this.#whole(),
      size: () => this.#events.size + this.#quarantined.size,
      onAttempt: () => this.#onAttempt(),
    });
    this.#checkAgeLater();
  }

  /** Events not yet acknowledged. */
  get pending(): number {
    return this.#events.size;
  }

  /** Events put aside because the server refuses them. */
  get refused(): number {
    return this.#quarantined.size;
  }

  /** Events given up unsent, too many or too old, since the user last took note of it. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Lines of other windows' journals that could not be read, since the user last took note of it. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Since when the disk takes nothing, ms since 1970, and what it says; null while it does. */
  get diskFailure(): GroupWriter['failure'] {
    return this.#file.failure;
  }

  /** The newest `count` of those not yet acknowledged, oldest first; all of them when it is left out. */
  pendingEvents(count: number = capacity): OutgoingEvent[] {
    const events: OutgoingEvent[] = [];
    let surplus = this.#events.size - count;
    for (const { event } of this.#events.values()) {
      if (surplus > 0) surplus -= 1;
      else events.push(event);
    }
    return events;
  }

  /** Those put aside, in the order in which they were. */
  refusedEvents(): Quarantined[] {
    return [...this.#quarantined.values()];
  }

  add(event: OutgoingEvent): void {
    this.#keep(event);
    this.#bound();
    this.#options.onChange();
    if (this.#file.failure) this.#options.onSendable();
  }

  /** Takes over what another file held. */
  take({ events, quarantined, dropped, damaged }: Recovered): void {
    for (const event of events) if (!this.#events.has(event.id)) this.#keep(event);
    this.#sort();
    for (const { event, reason } of quarantined)
      if (!this.#events.has(event.id)) this.#putAside(event, reason);
    this.#dropped += dropped;
    if (dropped > 0) this.#file.record({ dropped: [], count: this.#dropped });
    this.#damaged += damaged;
    this.#bound();
    this.#options.onChange();
  }

  /**
   * The oldest that may be sent, at most `count`: those on disk, so that a crash finds again what may have arrived.
   * While the disk takes nothing, the server is the safest place that an event can reach, and all may be sent.
   */
  sendable(count: number): OutgoingEvent[] {
    const events: OutgoingEvent[] = [];
    const { saved, failure } = this.#file;
    for (const { event, change } of this.#events.values()) {
      if (events.length === count) break;
      if (change <= saved || failure) events.push(event);
    }
    return events;
  }

  /** The newest that may be sent, alone; none when none may. */
  newestSendable(): OutgoingEvent[] {
    return this.sendable(this.#events.size).slice(-1);
  }

  /** The server has them. */
  acknowledge(events: readonly OutgoingEvent[]): void {
    const done = events.map(({ id }) => id).filter((id) => this.#events.delete(id));
    if (done.length === 0) return;
    this.#file.record({ done });
    this.#options.onChange();
  }

  /** The server will never take it. */
  quarantine(event: OutgoingEvent, reason: string): void {
    // It may have been given up or forgotten meanwhile.
    if (!this.#events.delete(event.id)) return;
    this.#putAside(event, reason);
    this.#options.onChange();
  }

  /** Those put aside wait to be sent again. */
  retryRefused(): void {
    if (this.#quarantined.size === 0) return;
    for (const { event } of this.refusedEvents()) this.#keep(event);
    this.#sort();
    this.#bound();
    this.#options.onChange();
  }

  /** Gives up those put aside. */
  discardRefused(): void {
    if (this.#quarantined.size === 0) return;
    this.#file.record({ done: [...this.#quarantined.keys()] });
    this.#quarantined.clear();
    this.#options.onChange();
  }

  /** Forgets what one window said, waiting or put aside. */
  forgetWindow(session: string): void {
    const ids = [...this.#events.values(), ...this.#quarantined.values()]
      .filter(({ event }) => event.session_id === session)
      .map(({ event }) => event.id);
    if (ids.length === 0) return;
    for (const id of ids) if (!this.#quarantined.delete(id)) this.#events.delete(id);
    this.#file.record({ done: ids });
    this.#options.onChange();
  }

  /** The user has taken note of what was lost. */
  dismissDropped(): void {
    if (this.#dropped === 0 && this.#damaged === 0) return;
    this.#damaged = 0;
    if (this.#dropped > 0) this.#file.record({ dropped: [], count: 0 });
    this.#dropped = 0;
    this.#options.onChange();
  }

  /** Forgets everything, and the file; what is added later begins a new one. Rejects when the file cannot be removed. */
  clear(): Promise<void> {
    this.#events.clear();
    this.#quarantined.clear();
    this.#dropped = 0;
    this.#droppedUntold = 0;
    this.#damaged = 0;
    const removed = this.#file.remove();
    this.#options.onChange();
    return removed;
  }

  /** Has on disk what was changed before; false when the disk does not take it. Never rejects. */
  save(): Promise<boolean> {
    return this.#file.save();
  }

  /** Saves, and takes the file away when nothing in it is of use. Never rejects; the journal takes no more events. */
  async close(): Promise<void> {
    this.dispose();
    await this.save();
    if (this.#events.size > 0 || this.#quarantined.size > 0 || this.#dropped > 0) return;
    await this.#file.remove().catch((error: unknown) => {
      this.#options.log.warn(`A journal could not be removed: ${describeError(error)}`);
    });
  }

  dispose(): void {
    this.#file.dispose();
    this.#ageTimer?.dispose();
  }

  #keep(event: OutgoingEvent): void {
    this.#quarantined.delete(event.id);
    this.#events.set(event.id, { event, change: this.#file.record({ event }) });
  }

  /** Ids begin with the time, so their order is that of the events. */
  #sort(): void {
    this.#events = new Map([...this.#events].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #putAside(event: OutgoingEvent, reason: string): void {
    this.#quarantined.set(event.id, { event, reason });
    this.#file.record({ quarantined: event, reason });
    const surplus = this.#quarantined.size - maxQuarantined;
    if (surplus > 0) this.#drop([...this.#quarantined.keys()].slice(0, surplus));
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
    for (const id of ids) if (!this.#events.delete(id)) this.#quarantined.delete(id);
    this.#dropped += ids.length;
    this.#droppedUntold += ids.length;
    this.#file.record({ dropped: [...ids], count: this.#dropped });
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
    // A time that cannot be read, in a damaged file, is no reason to keep an event for ever.
    const isOld = ({ occurred_at }: OutgoingEvent) => !(Date.parse(occurred_at) >= limit);
    const old = new Set<string>();
    for (const [id, { event }] of this.#events) if (isOld(event)) old.add(id);
    for (const [id, { event }] of this.#quarantined) if (isOld(event)) old.add(id);
    const gone = [...old].filter((id) => this.#tooOld.has(id));
    this.#tooOld = old;
    const dropped = gone.filter((id) => this.#events.has(id) || this.#quarantined.has(id));
    if (dropped.length === 0) return;
    this.#drop(dropped);
    this.#options.onChange();
  }

  #whole(): JournalRecord[] {
    const records: JournalRecord[] = [{ journal: this.#options.account }];
    if (this.#dropped > 0) records.push({ dropped: [], count: this.#dropped });
    for (const { event, reason } of this.#quarantined.values()) records.push({ quarantined: event, reason });
    for (const { event } of this.#events.values()) records.push({ event });
    return records;
  }

  #onAttempt(): void {
    this.#tellDrops();
    this.#options.onSendable();
    const { failure } = this.#file;
    if (failure === this.#toldFailure) return;
    this.#toldFailure = failure;
    this.#options.onChange();
  }

  #tellDrops(): void {
    if (this.#droppedUntold === 0) return;
    const why = `more than ${capacity} waited, more than ${maxQuarantined} were refused, or one was kept for 14 days`;
    this.#options.log.warn(`${this.#droppedUntold} editor events were given up unsent: ${why}.`);
    this.#droppedUntold = 0;
  }
}
