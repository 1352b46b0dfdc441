import type { Disposable } from '../../shared/disposable.ts';
import { Alarm } from './alarm.ts';
import type { Counters } from './counters.ts';
import { cancelled, Puller } from './puller.ts';
import { Replica } from './replica.ts';
import { encodeReplica, type SavedReplica } from './savedReplica.ts';
import { Sequencer } from './sequencer.ts';
import type {
  PulledChange,
  PullPage,
  PullRequest,
  StreamedChange,
  Transport,
  UnreadableRow,
} from './transport.ts';
import type { Clock, EngineStatus, Log } from './types.ts';
import { Windows } from './windows.ts';

/** A gap that the socket has not closed by then is pulled, ms. */
const gapPatience = 500;
/** Batches of a burst of changes are this far apart, ms. */
const batchInterval = 50;
/** A change that comes later than this after a batch is no part of a burst, and is shown at once, ms. */
const burst = 16;
/** A pulled change older than this should have come over the socket, ms of server time. */
const streamPatience = 5_000;
/** A snapshot that fills up what deletions have left is taken once in this time, ms. */
const refillInterval = 55_000;
/** So many unreadable rows are named in the log. */
const mostNamed = 100;

export interface PullResult {
  /** When the last page was asked for, host clock: the replica equals the database of that moment. */
  readonly asOf: number;
  /** Server clock minus host clock, ms. */
  readonly clockOffset: number;
  /** Server clock when the last page was made. */
  readonly serverNow: number;
  /** It held a change that the socket should have brought by then. */
  readonly late: boolean;
  /** The replica was replaced by a snapshot although it held something. */
  readonly reset: boolean;
}

export interface FlowOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly newEpoch: () => string;
  readonly onPullStarted: () => void;
  readonly onPulled: (result: PullResult) => void;
  readonly onPullFailed: (error: unknown) => void;
  /** Numbers have been missing for 500 ms. `isNew` for the first time at this place; a pull closes it. */
  readonly onGap: (isNew: boolean) => void;
  /** Every change up to this one of `at`, server clock, is in the published rows. */
  readonly onReached: (at: number) => void;
  readonly onCanary: (nonce: string, seq: number) => void;
}

/** Everything between the transport and the replica: orders what is streamed, pulls what is missing, makes batches. */
export class Flow implements Disposable {
  readonly replica: Replica;
  readonly #options: FlowOptions;
  readonly #sequencer: Sequencer;
  readonly #windows = new Windows();
  readonly #gap: Alarm;
  readonly #batch: Alarm;
  #puller: Puller | null = null;
  #dbEpoch: string | null = null;
  #lastBatch = Number.NEGATIVE_INFINITY;
  /** Of the page that was asked for last. */
  #request = { mark: 0, at: 0 };
  #refilledAt = Number.NEGATIVE_INFINITY;
  #asOf = 0;
  #clockOffset = 0;
  #serverNow = 0;
  #late = false;
  #reset = false;
  /** The cursor below the last gap that was told. */
  #gapAfter: number | null = null;
  #named = 0;
  /** When the last streamed change in order was made, server clock; null once it was told. */
  #reached: number | null = null;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.replica = new Replica(options.newEpoch, (error) =>
      options.log.error(`A listener of the rows failed: ${String(error)}`),
    );
    this.#sequencer = new Sequencer((change, place) => this.#apply(change, place));
    this.#gap = new Alarm(options.clock);
    this.#batch = new Alarm(options.clock);
  }

  /** Null until the first pull. */
  get cursor(): number | null {
    return this.#sequencer.cursor;
  }

  /** The replica is what the database was at the cursor. */
  get isWhole(): boolean {
    return this.#sequencer.isWhole;
  }

  get isPulling(): boolean {
    return this.#puller?.isRunning ?? false;
  }

  /** From where on the rows are whole. */
  get held(): Pick<EngineStatus, 'heldFrom' | 'runsFrom' | 'activeFrom' | 'modelsFrom'> {
    const { heldFrom, runsFrom, activeFrom, modelsFrom } = this.#windows;
    return { heldFrom, runsFrom, activeFrom, modelsFrom };
  }

  /** Shows the rows of last time; pulls go on from there. */
  restore({ rows, cursor, epoch, bounds, clockOffset }: SavedReplica): void {
    this.replica.restore(rows);
    this.#sequencer.resume(cursor);
    this.#windows.bounds = bounds;
    this.#dbEpoch = epoch;
    this.#clockOffset = clockOffset;
  }

  /** The rows as a text for next time; null while they are not what the database was at the cursor. */
  save(userId: string, asOf: number): string | null {
    const { cursor } = this.#sequencer;
    const epoch = this.#dbEpoch;
    // A row that cannot be read would be missing without a word.
    const isWhole = this.#sequencer.isWhole && this.replica.unreadable.length === 0;
    if (!isWhole || cursor === null || epoch === null) return null;
    const saved = { cursor, epoch, bounds: this.#windows.bounds, asOf, clockOffset: this.#clockOffset };
    // Those that the cursor stands for, of which the last may not be published yet.
    return encodeReplica(userId, this.replica.latest, saved);
  }

  /** Begins to work for an account, from nothing or from what was restored. */
  open(transport: Transport): void {
    if (this.#puller) this.close();
    this.#puller = new Puller({
      fetchPage: (request) => this.#fetch(transport, request),
      position: () => ({ since: this.#sequencer.cursor, epoch: this.#dbEpoch }),
      onPage: (page) => this.#takePage(page),
      onReset: () => {
        this.#options.counters.count('resyncs');
        this.#reset = true;
        this.#sequencer.clear();
      },
      onSnapshot: (pages) => this.#takeSnapshot(pages),
      isShort: () => this.#isShort(),
      onRefill: (page) => this.#refill(page),
      onStarted: () => {
        this.#options.counters.count('pulls');
        this.#options.onPullStarted();
      },
      onSettled: (error) => this.#settle(error),
    });
  }

  /** Ends the work for the account and forgets its rows. */
  close(): void {
    this.#puller?.dispose();
    this.#puller = null;
    this.#gap.clear();
    this.#batch.clear();
    this.#sequencer.clear();
    this.#dbEpoch = null;
    this.#late = false;
    this.#reset = false;
    this.#gapAfter = null;
    this.#named = 0;
    this.#reached = null;
    this.#refilledAt = Number.NEGATIVE_INFINITY;
    this.#windows.clear();
    this.replica.wipe();
  }

  /** Resolves when the replica holds what the database held at the call. */
  pull(reason: string): Promise<void> {
    if (!this.#puller) return Promise.reject(cancelled());
    this.#options.log.debug(`Pull: ${reason}`);
    return this.#puller.request();
  }

  /** `pull` for those who do not wait; its end is told through `onPulled` and `onPullFailed`. */
  pullSoon(reason: string): void {
    this.pull(reason).catch(() => {});
  }

  /** Takes a change from the socket. */
  offer(change: StreamedChange): void {
    if (!this.#puller) return;
    // A canary that a pull has overtaken still proves that the stream runs.
    if (change.kind === 'canary') this.#options.onCanary(change.nonce, change.seq);
    const { counters } = this.#options;
    counters.event(change);
    const outcome = this.#sequencer.offer(change);
    if (outcome === 'known' && change.kind !== 'canary') counters.count('duplicates');
    if (outcome === 'lost') counters.count('damaged');
    if (outcome === 'lost') this.pullSoon(`${change.kind} ${change.seq} could not be applied`);
    this.#watchGap();
    this.#scheduleBatch();
  }

  dispose(): void {
    this.#puller?.dispose();
    this.#puller = null;
    this.#gap.dispose();
    this.#batch.dispose();
    this.replica.dispose();
  }

  #apply(change: StreamedChange, place: number): boolean {
    if (change.kind === 'canary') return true;
    if (change.kind === 'unreadable') this.#warnUnreadable(change);
    if (this.replica.apply(change, 'realtime') === 'incomplete') return false;
    // A tombstone in the place of the last version is later than what has been reached.
    if (place === change.seq) this.#reached = timeOf(change) ?? this.#reached;
    return true;
  }

  #fetch(transport: Transport, request: PullRequest): Promise<PullPage> {
    this.#request = { mark: this.#sequencer.mark(), at: this.#options.clock.now() };
    this.#options.counters.count('pages');
    if (request.since !== null) this.replica.forgetTombstones(request.since);
    return transport.pull(request);
  }

  #takePage(page: PullPage): void {
    this.#options.counters.count('pulled', page.changes.length);
    for (const change of page.changes) this.#takePulled(change, page.now);
    this.#dbEpoch = page.epoch;
    const outcome = this.#sequencer.advance(page.next, page.next >= page.head, this.#request.mark);
    this.#afterPull(page, outcome);
  }

  #takePulled(change: PulledChange, now: number): void {
    const streamed = this.#sequencer.hasSeen(change.seq);
    if (change.kind === 'unreadable') this.#warnUnreadable(change);
    const applied = this.replica.apply(change, 'pull');
    if (applied !== 'applied' || streamed || change.kind === 'unreadable') return;
    const at = Date.parse(change.kind === 'row' ? change.row.updated_at : change.deletedAt);
    if (now - at > streamPatience) this.#late = true;
  }

  #takeSnapshot(pages: readonly PullPage[]): void {
    const last = pages.at(-1);
    if (!last) return;
    const changes = pages.flatMap((page) => page.changes);
    this.#options.counters.count('pulled', changes.length);
    this.replica.replace(changes, last.next);
    for (const row of this.replica.unreadable) this.#warnUnreadable(row);
    this.#windows.filled(pages, false);
    this.#dbEpoch = last.epoch;
    this.#afterPull(last, this.#sequencer.rebase(last.next, this.#request.mark));
  }

  #isShort(): boolean {
    const { clock } = this.#options;
    if (Math.abs(clock.now() - this.#refilledAt) < refillInterval) return false;
    const { tables, unreadable } = this.replica;
    return this.#windows.isShort(tables, unreadable, clock.now() + this.#clockOffset);
  }

  /** Between the rows held: what has come over the socket meanwhile is newer than the page. */
  #refill(page: PullPage): void {
    this.#refilledAt = this.#options.clock.now();
    if (page.epoch !== this.#dbEpoch) return;
    this.#options.counters.count('pulled', page.changes.length);
    for (const change of page.changes) this.replica.apply(change, 'pull');
    this.#windows.filled([page], true);
    this.publish();
  }

  #afterPull(page: PullPage, outcome: 'taken' | 'lost'): void {
    if (outcome === 'lost') this.pullSoon('a change that waited could not be applied');
    this.#asOf = this.#request.at;
    this.#serverNow = page.now;
    this.#clockOffset = page.now - (this.#asOf + page.roundTrip / 2);
    this.#watchGap();
    this.publish();
  }

  #settle(error: unknown): void {
    if (error !== null) {
      this.#options.onPullFailed(error);
      return;
    }
    const result = {
      asOf: this.#asOf,
      clockOffset: this.#clockOffset,
      serverNow: this.#serverNow,
      late: this.#late,
      reset: this.#reset,
    };
    this.#late = false;
    this.#reset = false;
    this.#options.onPulled(result);
  }

  #watchGap(): void {
    if (!this.#sequencer.hasGap) this.#gap.clear();
    else if (!this.#gap.isSet) this.#gap.set(gapPatience, () => this.#tellGap());
  }

  #tellGap(): void {
    const { cursor } = this.#sequencer;
    const isNew = cursor !== this.#gapAfter;
    this.#gapAfter = cursor;
    if (isNew) this.#options.counters.count('gaps');
    this.#options.onGap(isNew);
  }

  #scheduleBatch(): void {
    if (!this.replica.isDirty || this.#batch.isSet) return;
    const since = this.#options.clock.now() - this.#lastBatch;
    const wait = since >= 0 && since < burst ? batchInterval - since : 0;
    this.#batch.set(wait, () => this.publish());
  }

  /** Shows what has come, and only then says so. */
  publish(): void {
    this.#commit();
    const reached = this.#reached;
    this.#reached = null;
    if (reached !== null) this.#options.onReached(reached);
  }

  #commit(): void {
    this.#batch.clear();
    if (!this.replica.isDirty) return;
    this.#lastBatch = this.#options.clock.now();
    this.replica.commit();
    const serverNow = this.#options.clock.now() + this.#clockOffset;
    this.replica.release(this.#windows.release(this.replica.tables, serverNow));
    // Only a page in flight can be older than a tombstone.
    if (!this.isPulling) this.replica.forgetTombstones(this.#sequencer.cursor ?? 0);
  }

  #warnUnreadable({ table, id, detail }: UnreadableRow): void {
    this.#named += 1;
    if (this.#named > mostNamed) return;
    const { log } = this.#options;
    log.warn(`The row ${id} of ${table} is left out, it has not the expected shape (${detail}).`);
    if (this.#named === mostNamed) log.warn('More rows that are left out are not named here.');
  }
}

/** When a change was made, server clock; null when it does not say. */
function timeOf(change: Exclude<StreamedChange, { readonly kind: 'canary' }>): number | null {
  if (change.kind === 'unreadable') return null;
  const text =
    change.kind === 'tombstone'
      ? change.deletedAt
      : change.kind === 'row'
        ? change.row.updated_at
        : change.record.updated_at;
  const time = Date.parse(String(text));
  return Number.isFinite(time) ? time : null;
}
