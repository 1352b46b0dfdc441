import type { OwnEvent } from '../../../shared/activity.ts';
import type { Disposable } from '../../../shared/disposable.ts';
import type { OutgoingEvent } from '../../../shared/model.ts';
import { Adoption, type AdoptionOptions, logged, type NamedAccount } from './adoption.ts';
import { Journal } from './journal.ts';
import { Outbox, type SendEvents, type SendingOptions } from './outbox.ts';
import { type HeldRows, maxOwnEvents, OwnEvents } from './ownEvents.ts';
import type { Quarantined } from './records.ts';
import type { Trouble } from './trouble.ts';

export interface BoxOptions extends AdoptionOptions, SendingOptions {
  /** Some event or number changed, or `trouble`. */
  readonly onChange: () => void;
}

/** When it is looked for orphans after the first time, ms: the window that this one replaces may still be ending. */
const secondSweep = 5_000;
const sweepEvery = 60_000;

/** What waits for one account in this window: its journal, the sending, and the orphans of other windows. */
export class AccountBox {
  readonly #options: BoxOptions;
  readonly #account: NamedAccount;
  readonly #adoption: Adoption;
  readonly #name: string;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #own = new OwnEvents();
  #timer: Disposable | null = null;
  /** What is done with files of other windows, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #welcomed = false;
  #closed = false;

  constructor(account: NamedAccount, options: BoxOptions) {
    this.#options = options;
    this.#account = account;
    this.#adoption = new Adoption(options);
    this.#name = this.#adoption.newName(account);
    this.#journal = new Journal({
      ...options,
      account: { backend: account.backend, user: account.user },
      name: this.#name,
      announce: () =>
        logged(options.log, 'Other windows may take this one for dead', () => options.windows.announce()),
      onSendable: () => this.#outbox.wake(),
    });
    const onTaken = (events: readonly OutgoingEvent[]) => this.#own.taken(events, options.clock.now());
    this.#outbox = new Outbox({ ...options, onTaken }, this.#journal);
    void this.#inTurn(() => this.#adopt(secondSweep));
  }

  get pending(): number {
    return this.#journal.pending;
  }

  get refused(): number {
    return this.#journal.refused;
  }

  get dropped(): number {
    return this.#journal.dropped;
  }

  /** The worst of what is wrong. */
  get trouble(): Trouble | null {
    const { diskFailure, damaged } = this.#journal;
    if (diskFailure) return { kind: 'storage', ...diskFailure };
    if (this.#outbox.trouble) return this.#outbox.trouble;
    return damaged > 0 ? { kind: 'damaged', lines: damaged } : null;
  }

  /** Those not acknowledged, oldest first. */
  pendingEvents(): readonly OutgoingEvent[] {
    return this.#journal.pendingEvents();
  }

  refusedEvents(): readonly Quarantined[] {
    return this.#journal.refusedEvents();
  }

  /** The newest events that `rows` do not have yet, oldest first. */
  ownEvents(rows: HeldRows): readonly OwnEvent[] {
    const waiting = this.#journal.pendingEvents(maxOwnEvents);
    return this.#own.list(waiting, this.#journal.refusedEvents(), rows, this.#options.clock.now());
  }

  retryRefused(): void {
    this.#journal.retryRefused();
  }

  discardRefused(): void {
    this.#journal.discardRefused();
  }

  /** Forgets what one window said. */
  forgetWindow(session: string): void {
    this.#journal.forgetWindow(session);
  }

  dismissDropped(): void {
    this.#journal.dismissDropped();
  }

  add(event: OutgoingEvent): void {
    if (!this.#closed) this.#journal.add(event);
  }

  attach(send: SendEvents | null, flushAfter: number): void {
    this.#outbox.attach(send, flushAfter);
  }

  /** Has on disk what was added before; false when the disk does not take it. Never rejects. */
  save(): Promise<boolean> {
    return this.#journal.save();
  }

  /** Sends what there is, until one attempt fails; never rejects. */
  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  /** Forgets what waits for this account, here and in windows that have ended; never rejects. */
  async forget(): Promise<void> {
    await this.#inTurn(async () => {
      const failed = 'Editor events could not be removed';
      await logged(this.#options.log, failed, () => this.#journal.clear());
      await logged(this.#options.log, failed, () => this.#adoption.removeCopied());
      await logged(this.#options.log, failed, () => this.#adoption.wipe(this.#account));
    });
  }

  /** The user signs out here: nothing of this account stays on the machine. The note makes other windows follow. */
  async signOut(): Promise<void> {
    await logged(this.#options.log, 'Other windows keep editor events', () =>
      this.#adoption.noteSignOut(this.#account),
    );
    await this.forget();
  }

  /** Somebody has signed out. True when it was the user, in any window, who did; then all has been forgotten. */
  async followSignOut(): Promise<boolean> {
    // A note that is still there from before this window came goes first.
    await this.#turn;
    const signedOut = this.#welcomed && (await this.#adoption.hasSignedOut(this.#account).catch(() => false));
    if (signedOut) await this.forget();
    return signedOut;
  }

  /** Leaves what waits to whichever window the account is signed in in next; never rejects. */
  async release(): Promise<void> {
    await this.close();
    await logged(this.#options.log, 'A journal could not be let go of', () =>
      this.#adoption.release(this.#name),
    );
  }

  /** Saves and ends; what waits is an orphan from now on, unless the user has signed out. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.dispose();
    this.#outbox.dispose();
    await this.#journal.save();
    await this.followSignOut();
    await this.#journal.close();
  }

  async #adopt(nextIn: number): Promise<void> {
    const { windows, clock, log } = this.#options;
    await logged(log, 'The journals of editor events cannot be looked through', async () => {
      // Once: a note of a sign-out that comes later tells this window to forget as well.
      if (!this.#welcomed) await this.#adoption.welcome(this.#account);
      this.#welcomed = true;
      await windows.announce();
      if (!this.#closed) await this.#adoption.adopt(this.#account, this.#journal);
      await this.#adoption.sweep();
    });
    if (this.#closed) return;
    this.#timer = clock.setTimeout(() => void this.#inTurn(() => this.#adopt(sweepEvery)), nextIn);
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(task);
    return this.#turn;
  }
}
