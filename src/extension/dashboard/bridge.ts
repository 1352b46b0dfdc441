import type { OwnEvent } from '../../shared/activity.ts';
import { type Disposable, DisposableStore, toDisposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import type { Table } from '../../shared/model.ts';
import type { DashboardStatus, HostMessage, ShowTarget, SnapshotMessage } from '../../shared/protocol.ts';
import { tables } from '../../shared/tables.ts';
import type { Clock, ReplicaBatch, ReplicaView } from '../sync/types.ts';
import { PendingPatch } from './pendingPatch.ts';

/** What the dashboard shows: the replica of the moment, and how it stands. */
export interface DashboardSource {
  /** Null while nobody is signed in or no engine is open. */
  readonly replica: ReplicaView | null;
  readonly status: DashboardStatus;
  /** Names this window in its events. */
  readonly session: string;
  /** The newest events of the account that the replica does not have yet, oldest first; of this very moment. */
  readonly ownEvents: readonly OwnEvent[];
  /** Another replica took the place of the last, or none. */
  readonly onDidChangeReplica: Event<void>;
  /** Also fires when `ownEvents` changed, unless a batch of the replica did that. */
  readonly onDidChangeStatus: Event<void>;
}

export interface BridgeOptions {
  readonly source: DashboardSource;
  readonly post: (message: HostMessage) => void;
  readonly clock: Clock;
}

/** Shortest time between two posts, ms: 20 a second. */
export const pace = 50;

/**
 * Brings the replica to one page: a snapshot when the page says `ready`, then patches `from -> to`, coalesced,
 * while it is visible. What is posted to a hidden page is lost, so becoming visible starts with a snapshot.
 *
 *   silent -- ready --> following -- hidden --> silent
 *                           |  another epoch, a batch that does not follow on, another replica
 *                           +-> snapshot, following
 *
 * Own events follow what brings them as rows, so that the page never misses one in between.
 */
export class Bridge implements Disposable {
  readonly #options: BridgeOptions;
  readonly #disposables = new DisposableStore();
  readonly #pending = new PendingPatch();
  #following = false;
  /** What is to be shown as soon as the page listens. */
  #wanted: ShowTarget | null = null;
  #needsSnapshot = false;
  /** Patches posted so far: every message has its place, so the page notices when one is lost. */
  #cursor = 0;
  /** The batch of the replica that was heard last. */
  #epoch = '';
  #revision = 0;
  #ownEvents: readonly OwnEvent[] = [];
  #lastPost = Number.NEGATIVE_INFINITY;
  #timer: Disposable | null = null;
  #batches: Disposable | null = null;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { source } = options;
    this.#disposables.add(source.onDidChangeReplica(() => this.#onReplica()));
    this.#disposables.add(source.onDidChangeStatus(() => this.#touch()));
    this.#disposables.add(toDisposable(() => this.hide()));
  }

  /** The page is visible and listens. */
  ready(): void {
    if (this.#disposables.isDisposed) return;
    this.#following = true;
    this.#listen();
    this.#needsSnapshot = true;
    this.#flush();
    if (this.#wanted) this.show(this.#wanted);
  }

  /** Has the page show something: now, or as soon as it is ready. */
  show(target: ShowTarget): void {
    this.#wanted = this.#following ? null : target;
    if (this.#following) this.#options.post({ type: 'show', target });
  }

  /** The page is hidden: nothing is posted until it is `ready` again. */
  hide(): void {
    this.#following = false;
    this.#batches?.dispose();
    this.#batches = null;
    this.#timer?.dispose();
    this.#timer = null;
    this.#pending.clear();
  }

  setRefreshing(refreshing: boolean): void {
    if (this.#following) this.#options.post({ type: 'refreshing', refreshing });
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #onReplica(): void {
    if (!this.#following) return;
    this.#listen();
    this.#needsSnapshot = true;
    this.#touch();
  }

  #listen(): void {
    this.#batches?.dispose();
    this.#batches = this.#options.source.replica?.onDidChange((batch) => this.#onBatch(batch)) ?? null;
  }

  #onBatch(batch: ReplicaBatch): void {
    if (batch.epoch !== this.#epoch || batch.revision !== this.#revision + 1) this.#needsSnapshot = true;
    this.#revision = batch.revision;
    if (!this.#needsSnapshot) {
      this.#pending.add(batch.changes);
      this.#pending.release(batch.released ?? []);
      this.#pending.remove(batch.gone ?? []);
    }
    this.#touch();
  }

  /** Something is to be told: now, or as soon as the pace allows. */
  #touch(): void {
    if (!this.#following || this.#timer) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      // Node counts from the start of its loop's turn, some ms before a timer is set: it may fire early by as much.
      if (this.#rest > 0) this.#touch();
      else this.#flush();
    }, this.#rest);
  }

  /** Until the pace allows the next post, ms; a clock that was set back allows it at once. */
  get #rest(): number {
    const passed = this.#options.clock.now() - this.#lastPost;
    return passed < 0 ? 0 : Math.max(0, pace - passed);
  }

  #flush(): void {
    this.#lastPost = this.#options.clock.now();
    const whole = this.#needsSnapshot;
    if (whole) this.#postSnapshot();
    else this.#postPatches();
    this.#postOwnEvents(whole);
  }

  /** Also when they are those that were posted last, if `anyway`. */
  #postOwnEvents(anyway: boolean): void {
    const { source, post } = this.#options;
    const { session, ownEvents } = source;
    if (!anyway && isSame(ownEvents, this.#ownEvents)) return;
    this.#ownEvents = ownEvents;
    post({ type: 'ownEvents', session, events: ownEvents });
  }

  #postSnapshot(): void {
    const { source, post } = this.#options;
    const { replica } = source;
    this.#needsSnapshot = false;
    this.#pending.clear();
    this.#epoch = replica?.epoch ?? '';
    this.#revision = replica?.revision ?? 0;
    const rows = Object.fromEntries(
      tables.map((table: Table) => [table, replica ? [...replica.tables[table].values()] : []]),
    ) as unknown as SnapshotMessage['tables'];
    const { status } = source;
    post({ type: 'snapshot', epoch: this.#epoch, cursor: this.#cursor, tables: rows, status });
  }

  #postPatches(): void {
    const { source, post } = this.#options;
    const { status } = source;
    for (const part of this.#pending.take()) {
      const from = this.#cursor;
      this.#cursor += 1;
      post({ type: 'patch', epoch: this.#epoch, from, to: this.#cursor, tables: part, status });
    }
  }
}

function isSame(a: readonly OwnEvent[], b: readonly OwnEvent[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ event, state }, i) => event.id === b[i]?.event.id && state === b[i]?.state)
  );
}
