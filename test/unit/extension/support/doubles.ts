import type { SecretStore } from '../../../../src/extension/platform/secrets.ts';
import type { Clock, Log, ReplicaBatch, ReplicaView } from '../../../../src/extension/sync/types.ts';
import type { Disposable } from '../../../../src/shared/disposable.ts';
import { toDisposable } from '../../../../src/shared/disposable.ts';
import { Emitter } from '../../../../src/shared/emitter.ts';
import { emptyTables } from '../../../../src/shared/patch.ts';
import type { DashboardStatus } from '../../../../src/shared/protocol.ts';

/** Fails the test in which a listener threw. */
export function emitter<T = void>(): Emitter<T> {
  return new Emitter<T>((error) => {
    throw error;
  });
}

/** A log that keeps its lines. */
export class LineLog implements Log {
  readonly lines: string[] = [];
  readonly debug = (line: string) => void this.lines.push(line);
  readonly info = this.debug;
  readonly warn = this.debug;
  readonly error = this.debug;
}

/** A `vscode.Memento`, which keeps copies. */
export class MemoryMemento {
  readonly values: Map<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    this.values = new Map(Object.entries(values));
  }

  readonly get = (key: string) => this.values.get(key);
  readonly update = async (key: string, value: unknown) => void this.values.set(key, structuredClone(value));
}

/** Time that moves when told to. */
export class ManualClock implements Clock {
  #now = 1_700_000_000_000;
  /** What a person sees less what timers go by, ms. */
  #offset = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  readonly now = () => this.#now + this.#offset;

  get timerCount(): number {
    return this.#timers.size;
  }

  /** Sets the clock to another time, as a user or a time server does; what is due does not change. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  setTimeout(callback: () => void, ms: number): Disposable {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return toDisposable(() => this.#timers.delete(timer));
  }

  /** Moves on by `ms`, running what is due in order, and what that awaits. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.callback();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets every promise that can settle without time passing do so. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

/** A secret shared by any number of windows. */
export class SharedSecret {
  value: string | null = null;
  readonly #listeners = new Set<() => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** The secret as one window sees it; each step takes a turn, as in VS Code. */
  open(): SecretStore {
    return {
      read: async () => {
        await settle();
        return this.value;
      },
      write: async (value) => this.#set(value),
      remove: async () => this.#set(null),
      onDidChange: (listener) => {
        const own = () => listener();
        this.#listeners.add(own);
        return toDisposable(() => this.#listeners.delete(own));
      },
    };
  }

  async #set(value: string | null): Promise<void> {
    await settle();
    this.value = value;
    for (const listener of this.#listeners) listener();
  }
}

/** A replica whose batches the test makes. */
export class HandReplica implements ReplicaView {
  epoch = 'epoch-1';
  revision = 0;
  tables = emptyTables();
  readonly emitter = emitter<ReplicaBatch>();
  readonly onDidChange = this.emitter.event;

  apply(changes: ReplicaBatch['changes']): void {
    this.revision += 1;
    this.emitter.fire({ epoch: this.epoch, revision: this.revision, changes });
  }

  release(released: ReplicaBatch['changes']): void {
    this.revision += 1;
    this.emitter.fire({ epoch: this.epoch, revision: this.revision, changes: [], released });
  }

  /** Rows were deleted that are not held. */
  lose(...gone: NonNullable<ReplicaBatch['gone']>): void {
    this.revision += 1;
    this.emitter.fire({ epoch: this.epoch, revision: this.revision, changes: [], gone });
  }
}

export const liveStatus: DashboardStatus = {
  state: 'live',
  message: null,
  hint: null,
  action: null,
  backend: { kind: 'embedded', label: 'Local backend' },
  account: 'user@example.com',
  asOf: 1_700_000_000_000,
  verifiedAt: 1_700_000_000_000,
  cached: false,
  clockOffset: 0,
  latency: 12,
  stalledAfter: 300_000,
  runsFrom: null,
  activeFrom: null,
  modelsFrom: null,
  activity: {
    ...{ reporting: 'on', local: true, restricted: false, pending: 0, refused: 0, dropped: 0 },
    ...{ trouble: null, heldFrom: null },
  },
};
