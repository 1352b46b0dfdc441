import type { OwnEvent, Reporting } from '../../shared/activity.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { OutgoingEvent } from '../../shared/model.ts';
import { describeError } from '../platform/log.ts';
import type { Clock, Log } from '../sync/types.ts';
import { nothing, type Policy, passes } from './control/policy.ts';
import { createUuidV7, type LogSyncEvent, readEvent, type SyncEvent } from './events.ts';
import type { AccountBox } from './outbox/accountBox.ts';
import type { SendEvents } from './outbox/outbox.ts';
import type { HeldRows } from './outbox/ownEvents.ts';
import type { Account, Quarantined } from './outbox/records.ts';
import type { EventStore } from './outbox/store.ts';
import type { Trouble } from './outbox/trouble.ts';

export interface ActivityOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** `reporting`, an event, a number or `trouble` changed. */
  readonly changed: Emitter<void>;
  /** Loads what keeps events on disk; asked once. */
  readonly openStore: () => Promise<EventStore>;
  /** Names this window and start in each event, UUID. */
  readonly sessionId: string;
  readonly editor: string;
  /** Project of events that name none, UUID; null for none. */
  readonly project: () => string | null;
}

/** Whom events are for at the moment, and where they wait. */
interface Slot {
  readonly account: Account;
  /** Until the box is open. */
  early: OutgoingEvent[];
  box: AccountBox | null;
  /** Why there will be no box. */
  failure: Trouble | null;
}

/** Events that wait in memory, for the user to be known or for the store to be loaded. */
const maxEarly = 1_000;
/** As many as a box shows, whose module is not loaded yet. */
const maxShownEarly = 100;

/**
 * What this window reports, and to whom. An event belongs to the backend that was chosen and the user who was signed in
 * when it happened. Until that user is known and the store is loaded (normally some 100 ms; as long as a local backend
 * takes to start) events wait in memory; from then on on disk.
 */
export class Activity implements Disposable {
  readonly #options: ActivityOptions;
  readonly #newId: () => string;
  #policy: Policy = nothing;
  #backend: string | null = null;
  /** Events of `#backend` whose user is not known yet. */
  #early: OutgoingEvent[] = [];
  #slot: Slot | null = null;
  #delivery: { readonly send: SendEvents | null; readonly flushAfter: number } = {
    send: null,
    flushAfter: 0,
  };
  #store: Promise<EventStore> | null = null;
  /** What is done with the store, one after the other. */
  #tasks: Promise<void> = Promise.resolve();
  #dropped = 0;
  #disposed = false;

  constructor(options: ActivityOptions) {
    this.#options = options;
    this.#newId = createUuidV7(options.clock.now);
  }

  get reporting(): Reporting {
    return this.#policy.reporting;
  }

  /** `reporting`, an event, a number or `trouble` changed. */
  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  /** It is known whose events these are, also while the session of that user has ended. */
  get hasAccount(): boolean {
    return this.#slot !== null;
  }

  /** Events not yet acknowledged by the server. */
  get pending(): number {
    return this.#earlyEvents().length + (this.#slot?.box?.pending ?? 0);
  }

  /** Events put aside because the server refuses them. */
  get refused(): number {
    return this.#slot?.box?.refused ?? 0;
  }

  /** Events given up unsent since the user last took note of it, because too many waited or for too long. */
  get dropped(): number {
    return this.#dropped + (this.#slot?.box?.dropped ?? 0);
  }

  /** Why events wait, or may be lost or were; null when they go out as they come. */
  get trouble(): Trouble | null {
    return this.#slot?.failure ?? this.#slot?.box?.trouble ?? null;
  }

  /** What waits to be sent, oldest first. */
  pendingEvents(): readonly OutgoingEvent[] {
    return [...(this.#slot?.box?.pendingEvents() ?? []), ...this.#earlyEvents()];
  }

  /** Events put aside because the server refuses them, and why. */
  refusedEvents(): readonly Quarantined[] {
    return this.#slot?.box?.refusedEvents() ?? [];
  }

  /** The newest events of the account that `rows`, which are its, do not have yet; oldest first, at most 100. */
  ownEvents(rows: HeldRows): readonly OwnEvent[] {
    const box = this.#slot?.box;
    if (box) return box.ownEvents(rows);
    return this.#earlyEvents()
      .slice(-maxShownEarly)
      .map((event) => ({ event, state: 'waiting' }));
  }

  /** Events put aside wait to be sent again. */
  retryRefused(): void {
    this.#slot?.box?.retryRefused();
  }

  /** Gives up the events put aside. */
  discardRefused(): void {
    this.#slot?.box?.discardRefused();
  }

  /** The user has taken note of what was given up or damaged. */
  dismissDropped(): void {
    const had = this.#dropped > 0;
    this.#dropped = 0;
    this.#slot?.box?.dismissDropped();
    if (had) this.#options.changed.fire();
  }

  /** Says what is reported; while that is nothing, nothing is taken and nothing sent. */
  setPolicy(policy: Policy): void {
    if (this.#disposed) return;
    const changed = policy.reporting !== this.#policy.reporting;
    this.#policy = policy;
    if (!changed) return;
    this.#deliver();
    this.#options.changed.fire();
  }

  /** Events are for this backend from now on; those of another wait on disk until it is chosen again. */
  setBackend(backend: string | null): void {
    if (backend === this.#backend) return;
    this.#backend = backend;
    const { length } = this.#early;
    if (length > 0)
      this.#options.log.warn(`${length} editor events were given up: nobody signed in to their backend.`);
    this.#dropped += length;
    this.#early = [];
    this.#leave();
  }

  /** `account` is signed in, and its events go through `send`; a batch that is not full after `flushAfter` ms. */
  connect(account: Account, send: SendEvents, flushAfter: number): void {
    this.setBackend(account.backend);
    if (this.#slot?.account.user !== account.user) {
      this.#leave();
      const slot: Slot = { account, early: this.#early, box: null, failure: null };
      this.#early = [];
      this.#slot = slot;
      void this.#do(() => this.#open(slot));
    }
    this.#delivery = { send, flushAfter };
    this.#deliver();
  }

  /** Nobody to send to for now; events wait. */
  disconnect(): void {
    this.#delivery = { send: null, flushAfter: 0 };
    this.#deliver();
  }

  readonly log: LogSyncEvent = (event) => {
    const read = readEvent(event);
    if (this.#disposed || !passes(this.#policy, read.type)) return null;
    const outgoing = this.#outgoing(read);
    if (this.#slot?.box) {
      this.#slot.box.add(outgoing);
      return outgoing.id;
    }
    const early = this.#slot?.early ?? this.#early;
    if (early.length === maxEarly) {
      early.shift();
      this.#dropped += 1;
      if (this.#dropped === 1)
        this.#options.log.warn(`More than ${maxEarly} editor events wait for a backend.`);
    }
    early.push(outgoing);
    this.#options.changed.fire();
    return outgoing.id;
  };

  /** Forgets what waits for the account, or for every account: the user does not want it sent. */
  async forget(what: 'account' | 'everything'): Promise<void> {
    const slot = this.#slot;
    this.#early = [];
    if (slot) slot.early = [];
    await this.#do(async () => {
      await slot?.box?.forget();
      if (what === 'everything') await (await this.#load()).forgetOrphans();
    });
    this.#options.changed.fire();
  }

  /** Forgets what this window said and has not sent: the user does not want its workspace reported. */
  forgetWindow(): void {
    this.#early = [];
    if (this.#slot) this.#slot.early = [];
    this.#slot?.box?.forgetWindow(this.#options.sessionId);
    this.#options.changed.fire();
  }

  /** The user signs out: nothing of the account stays on this machine. What can be sent has been sent before. */
  async signOut(): Promise<void> {
    this.setPolicy(nothing);
    const slot = this.#slot;
    if (slot) await this.#do(async () => await slot.box?.signOut());
    this.#leave();
  }

  /** The user has signed out of an account that is not the one of this window. Never rejects. */
  async forgetAccount(account: Account): Promise<void> {
    await this.#do(async () => (await this.#load()).forgetAccount(account));
  }

  /** Nobody is signed in: what waited for the user to be known is not for whoever signs in next. */
  forgetUnclaimed(): void {
    if (this.#early.length === 0) return;
    this.#early = [];
    this.#options.changed.fire();
  }

  /**
   * Nobody is signed in any more. Events are kept when the session has ended by itself, and forgotten when the user
   * has signed out in another window.
   */
  async followSignOut(): Promise<void> {
    const slot = this.#slot;
    await this.#do(async () => {
      if (!slot || !(await slot.box?.followSignOut()) || slot !== this.#slot) return;
      const { send, flushAfter } = this.#delivery;
      this.#leave();
      // The user was back before this was noticed.
      if (send) this.connect(slot.account, send, flushAfter);
    });
  }

  /** Has on disk what was logged, then sends what there is; for at most `limit` ms. Never rejects. */
  async flush(limit: number): Promise<void> {
    let timer: Disposable | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#options.clock.setTimeout(resolve, limit);
    });
    await Promise.race([this.#flush(), late]);
    timer?.dispose();
  }

  /** The window ends: closes the journal, so that another window adopts it. */
  async close(): Promise<void> {
    this.dispose();
    const slot = this.#slot;
    await this.#do(async () => {
      await slot?.box?.close();
      await (await this.#store)?.close();
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#options.changed.dispose();
  }

  async #flush(): Promise<void> {
    await this.#tasks;
    const box = this.#slot?.box;
    await box?.save();
    await box?.flush();
  }

  async #open(slot: Slot): Promise<void> {
    const store = await this.#load().catch((error: unknown) => {
      slot.failure = { kind: 'storage', since: this.#options.clock.now(), detail: describeError(error) };
      this.#options.changed.fire();
      throw error;
    });
    const box = store.open(slot.account);
    for (const event of slot.early) box.add(event);
    slot.early = [];
    slot.box = box;
    this.#deliver();
    this.#options.changed.fire();
  }

  /** What waits in memory until there is a box for it. */
  #earlyEvents(): readonly OutgoingEvent[] {
    return this.#slot?.early ?? this.#early;
  }

  #load(): Promise<EventStore> {
    this.#store ??= this.#options.openStore();
    return this.#store;
  }

  #leave(): void {
    const slot = this.#slot;
    this.#slot = null;
    this.#delivery = { send: null, flushAfter: 0 };
    slot?.box?.attach(null, 0);
    if (slot) void this.#do(async () => await slot.box?.release());
  }

  #deliver(): void {
    const { send, flushAfter } = this.#delivery;
    this.#slot?.box?.attach(this.reporting === 'on' ? send : null, flushAfter);
  }

  #do(task: () => Promise<void>): Promise<void> {
    this.#tasks = this.#tasks.then(task).catch((error: unknown) => {
      this.#options.log.error(`The journal of editor events failed: ${describeError(error)}`);
    });
    return this.#tasks;
  }

  #outgoing(event: SyncEvent): OutgoingEvent {
    return {
      id: this.#newId(),
      event_type: event.type,
      occurred_at: new Date(this.#options.clock.now()).toISOString(),
      session_id: this.#options.sessionId,
      editor: this.#options.editor,
      project_id: event.projectId === undefined ? this.#options.project() : event.projectId,
      run_id: event.runId ?? null,
      payload: event.payload ?? {},
    };
  }
}
