import { Engine } from '../../../src/extension/sync/engine.ts';
import type { EngineStatus, ReplicaBatch, ReplicaCache } from '../../../src/extension/sync/types.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../../fakes/account.ts';
import { settle, VirtualClock } from '../../fakes/clock.ts';
import { FakeBackend } from '../../fakes/transport.ts';

export const anna = '00000000-0000-4000-8000-00000000000a';
export const ben = '00000000-0000-4000-8000-00000000000b';

/** Always the same chance, so that a failing test fails again. */
export function seededRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

export interface Harness {
  readonly clock: VirtualClock;
  readonly backend: FakeBackend;
  readonly credentials: FakeCredentials;
  readonly attention: FakeAttention;
  readonly log: FakeLog;
  readonly engine: Engine;
  readonly batches: ReplicaBatch[];
  readonly statuses: EngineStatus[];
  /** Names of the projects in the replica, by id. */
  names(): Record<string, string>;
  /** The states told so far, without repetitions. */
  states(): string[];
}

export interface HarnessOptions {
  readonly watched?: boolean;
  readonly signedIn?: boolean;
  /** Where the rows of Anna are kept. */
  readonly cache?: ReplicaCache;
  readonly clock?: VirtualClock;
  readonly backend?: FakeBackend;
}

/** An engine on a fake backend, not yet started. */
export function createHarness({
  watched = true,
  signedIn = true,
  cache,
  ...given
}: HarnessOptions = {}): Harness {
  const clock = given.clock ?? new VirtualClock();
  const backend = given.backend ?? new FakeBackend(clock);
  const expiresAt = clock.now() + 3_600_000;
  const credentials = new FakeCredentials(signedIn ? { userId: anna, accessToken: 't1', expiresAt } : null);
  const attention = new FakeAttention(watched);
  const log = new FakeLog();
  const options = { openTransport: backend.open, credentials, attention, clock, log, random: seededRandom() };
  const engine = new Engine(cache ? { ...options, saved: { userId: anna, cache } } : options);
  const batches: ReplicaBatch[] = [];
  const statuses: EngineStatus[] = [];
  engine.replica.onDidChange((batch) => batches.push(batch));
  engine.onDidChangeStatus((status) => statuses.push(status));
  return {
    clock,
    backend,
    credentials,
    attention,
    log,
    engine,
    batches,
    statuses,
    names: () => Object.fromEntries([...engine.replica.tables.projects].map(([id, row]) => [id, row.name])),
    states: () => statuses.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]),
  };
}

/** Starts the engine and lets it become live. */
export async function goLive(harness: Harness): Promise<void> {
  harness.engine.start();
  await settle();
  await harness.clock.advance(100);
  if (harness.engine.status.state !== 'live') throw new Error(`It is ${harness.engine.status.state}.`);
  harness.batches.length = 0;
}
