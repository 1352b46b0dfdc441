import { Bridge } from '../../src/extension/dashboard/bridge.ts';
import type { ReplicaBatch, ReplicaView } from '../../src/extension/sync/types.ts';
import type { RowChange } from '../../src/shared/changes.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import type { RunRow } from '../../src/shared/model.ts';
import type { TableMaps } from '../../src/shared/patch.ts';
import type { HostMessage } from '../../src/shared/protocol.ts';
import { tables } from '../../src/shared/tables.ts';
import { dashboardStatus, thousandsOfRows } from '../../test/fixtures/dashboard.ts';

/**
 * The host's side of the flood, bundled for a browser: the bridge as it ships over a replica in memory, in a page
 * that embeds the dashboard's as a frame of another site. So both have a process of their own, as in VS Code.
 */

export interface FloodResult {
  readonly changes: number;
  readonly snapshots: number;
  readonly patches: number;
  /** JSON of each patch, UTF-16 units. */
  readonly sizes: readonly number[];
}

export interface FloodOptions {
  readonly runs: number;
  readonly changesPerSecond: number;
  readonly seconds: number;
}

/** Between two batches of the replica, ms. */
const step = 10;

declare global {
  interface Window {
    flood(options: FloodOptions): Promise<FloodResult>;
  }
}

window.flood = async ({ runs, changesPerSecond, seconds }) => {
  const rows = thousandsOfRows(runs);
  const maps = Object.fromEntries(
    tables.map((table) => [table, new Map(rows[table].map((row) => [row.id, row]))]),
  ) as unknown as { training_runs: Map<string, RunRow> } & TableMaps;
  const changed = new Emitter<ReplicaBatch>(fail);
  const replica = { epoch: 'bench', revision: 0, tables: maps, onDidChange: changed.event };
  const posted: HostMessage[] = [];
  const bridge = new Bridge({
    source: sourceOf(replica),
    post: (message) => {
      posted.push(message);
      frames[0]?.postMessage(message, '*');
    },
    clock: { now: () => performance.now(), setTimeout: later },
  });
  addEventListener('message', ({ data }) => {
    if (data?.type === 'ready') bridge.ready();
  });
  bridge.ready();
  await wait(2_000);
  posted.length = 0;
  const changes = await run(replica, changed, changesPerSecond, seconds);
  await wait(500);
  bridge.dispose();
  const patches = posted.filter(({ type }) => type === 'patch');
  return {
    changes,
    snapshots: posted.filter(({ type }) => type === 'snapshot').length,
    patches: patches.length,
    sizes: patches.map((patch) => JSON.stringify(patch).length),
  };
};

/** Steps of runs, spread evenly over them and over time; catches up when a timer was late. */
async function run(
  replica: { epoch: string; revision: number; tables: { training_runs: Map<string, RunRow> } },
  changed: Emitter<ReplicaBatch>,
  changesPerSecond: number,
  seconds: number,
): Promise<number> {
  const { training_runs: runs } = replica.tables;
  const ids = [...runs.keys()];
  const begin = performance.now();
  let done = 0;
  while (done < seconds * changesPerSecond) {
    await wait(step);
    const due = Math.min(seconds, (performance.now() - begin) / 1_000) * changesPerSecond;
    const changes: RowChange[] = [];
    for (; done < due; done++) {
      // A prime stride: neighbors in time are no neighbors in the list, and the newest rows, which are seen, change too.
      const old = runs.get(ids[(done * 7) % ids.length] ?? '');
      if (!old) continue;
      const metrics = { ...old.metrics, loss: 2 + Math.sin(done) };
      const next = { ...old, step: (old.step ?? 0) + 1, metrics, sync_seq: 1_000_000 + done };
      runs.set(old.id, next);
      changes.push({ table: 'training_runs', new: next, old } as unknown as RowChange);
    }
    if (changes.length === 0) continue;
    replica.revision += 1;
    changed.fire({ epoch: replica.epoch, revision: replica.revision, changes });
  }
  return done;
}

function sourceOf(replica: ReplicaView) {
  const never = () => ({ dispose: () => {} });
  return {
    ...{ replica, session: '', ownEvents: [], onDidChangeReplica: never, onDidChangeStatus: never },
    get status() {
      return dashboardStatus();
    },
  };
}

function later(callback: () => void, ms: number): { dispose(): void } {
  const timer = setTimeout(callback, ms);
  return { dispose: () => clearTimeout(timer) };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function fail(error: unknown): never {
  throw error;
}
