import { Bridge } from '../../src/extension/dashboard/bridge.ts';
import { createOpenTransport } from '../../src/extension/supabase/transport.ts';
import { Engine } from '../../src/extension/sync/engine.ts';
import type { Attention, Clock, Log } from '../../src/extension/sync/types.ts';
import { type Disposable, DisposableStore } from '../../src/shared/disposable.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import type { DashboardStatus, HostMessage } from '../../src/shared/protocol.ts';
import { stalledAfter } from '../../src/shared/runs.ts';
import type { SyncState } from '../../src/shared/status.ts';
import type { Stack, StackUser } from './stack.ts';

export interface HostOptions {
  /** Another way to the stack, as through a proxy. */
  readonly url?: string;
  readonly looks?: Looks;
  readonly clock?: Clock;
  /** Hears what is posted to the page, while there is one. */
  readonly onPost?: (message: HostMessage) => void;
}

/** Who looks: at the dashboard, at nothing but waiting for a run to end, or nobody. */
export type Looks = 'watched' | 'awaitsRuns' | 'nobody';

/** What the extension host runs for one account: the engine on supabase-js and the dashboard's bridge, as they ship. */
export class Host implements Disposable {
  readonly engine: Engine;
  readonly #clock: Clock;
  readonly #disposables = new DisposableStore();

  constructor(stack: Stack, user: StackUser, options: HostOptions = {}) {
    const { url = stack.url, looks = 'watched', clock = realClock, onPost } = options;
    this.#clock = clock;
    const backend = { url, publishableKey: stack.publishableKey };
    this.engine = new Engine({
      openTransport: createOpenTransport(backend),
      credentials: { get: async () => user.credentials, onDidChange: never },
      attention: attention(looks),
      clock,
      random: Math.random,
      log: silent,
    });
    this.#disposables.add(this.engine);
    if (onPost) this.#disposables.add(this.#page(onPost));
    this.engine.start();
  }

  /** Resolves when the engine is in this state; rejects after a real minute. */
  async reaches(state: SyncState): Promise<void> {
    await until(`${state} (it is ${this.engine.status.state})`, () => this.engine.status.state === state);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #page(onPost: (message: HostMessage) => void): Disposable {
    const { engine } = this;
    const replicaChanged = new Emitter<void>(fail);
    const statusChanged = this.#disposables.add(new Emitter<void>(fail));
    this.#disposables.add(engine.onDidChangeStatus(() => statusChanged.fire()));
    const bridge = new Bridge({
      source: {
        replica: engine.replica,
        get status() {
          return pageStatus(engine);
        },
        session: '',
        ownEvents: [],
        onDidChangeReplica: replicaChanged.event,
        onDidChangeStatus: statusChanged.event,
      },
      post: onPost,
      clock: this.#clock,
    });
    bridge.ready();
    return bridge;
  }
}

function pageStatus({ status }: Engine): DashboardStatus {
  const { state, asOf, verifiedAt, cached, clockOffset, latency } = status;
  return {
    ...{ state, asOf, verifiedAt, cached, clockOffset, latency },
    ...{ message: null, hint: null, action: null, backend: null, account: null },
    ...{ stalledAfter, runsFrom: null, activeFrom: null, modelsFrom: null },
    activity: {
      ...{ reporting: 'on', local: true, restricted: false, pending: 0, refused: 0, dropped: 0 },
      ...{ trouble: null, heldFrom: null },
    },
  };
}

/** Time that runs `factor` times as fast, for what takes minutes by the clock alone. */
export function fastClock(factor: number): Clock {
  const origin = Date.now();
  return {
    now: () => origin + (Date.now() - origin) * factor,
    setTimeout: (callback, ms) => realClock.setTimeout(callback, ms / factor),
  };
}

export const realClock: Clock = {
  now: Date.now,
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Resolves when `check` holds, looked at every 2 ms; rejects after a minute with what did not happen. */
export async function until(what: string, check: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!check()) {
    if (performance.now() > end) throw new Error(`Waited a minute for: ${what}.`);
    await pause(2);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function attention(looks: Looks): Attention {
  const all = { watched: looks === 'watched', awaitsRuns: looks === 'awaitsRuns', onDidChange: never };
  return all;
}

const never = () => ({ dispose: () => {} });
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: (line) => console.error(line) };

function fail(error: unknown): never {
  throw error;
}
