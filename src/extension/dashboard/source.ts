import type { OwnEvent } from '../../shared/activity.ts';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import type { ReplicaView, Sync } from '../sync/types.ts';
import type { DashboardSource } from './bridge.ts';

export interface SourceOptions {
  /** The engine of the moment, or null. */
  readonly sync: () => Sync | null;
  readonly onDidChangeSync: Event<void>;
  readonly status: () => DashboardStatus;
  /** Names this window in its events. */
  readonly session: string;
  readonly ownEvents: () => readonly OwnEvent[];
  /** Whatever else `status` and `ownEvents` read. */
  readonly onDidChangeStatus: readonly Event<void>[];
  readonly replicaChanged: Emitter<void>;
  readonly statusChanged: Emitter<void>;
  readonly rowsChanged: Emitter<void>;
}

/** Follows the engine of the moment, so that dashboard and status bar need not know when it is another one. */
export class LiveSource implements DashboardSource, Disposable {
  readonly #options: SourceOptions;
  readonly #disposables = new DisposableStore();
  #sync: Sync | null = null;
  #listening = new DisposableStore();

  constructor(options: SourceOptions) {
    this.#options = options;
    const { replicaChanged, statusChanged, rowsChanged } = options;
    for (const emitter of [replicaChanged, statusChanged, rowsChanged]) this.#disposables.add(emitter);
    this.#disposables.add(options.onDidChangeSync(() => this.#follow()));
    for (const event of options.onDidChangeStatus) this.#disposables.add(event(() => statusChanged.fire()));
    this.#follow();
  }

  get replica(): ReplicaView | null {
    return this.#sync?.replica ?? null;
  }

  get status(): DashboardStatus {
    return this.#options.status();
  }

  get session(): string {
    return this.#options.session;
  }

  get ownEvents(): readonly OwnEvent[] {
    return this.#options.ownEvents();
  }

  get onDidChangeReplica(): Event<void> {
    return this.#options.replicaChanged.event;
  }

  get onDidChangeStatus(): Event<void> {
    return this.#options.statusChanged.event;
  }

  /** Rows of the replica changed, or it is another one. */
  get onDidChangeRows(): Event<void> {
    return this.#options.rowsChanged.event;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#disposables.dispose();
  }

  #follow(): void {
    const sync = this.#options.sync();
    if (sync === this.#sync) return;
    this.#listening.dispose();
    this.#listening = new DisposableStore();
    this.#sync = sync;
    const { replicaChanged, statusChanged, rowsChanged } = this.#options;
    if (sync) {
      this.#listening.add(sync.onDidChangeStatus(() => statusChanged.fire()));
      this.#listening.add(sync.replica.onDidChange(() => rowsChanged.fire()));
    }
    replicaChanged.fire();
    statusChanged.fire();
    rowsChanged.fire();
  }
}
