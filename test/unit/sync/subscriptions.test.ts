import assert from 'node:assert/strict';
import { Counters } from '../../../src/extension/sync/counters.ts';
import { createSyncFunctions, type SyncFunctions } from '../../../src/extension/sync/subscriptions.ts';
import { SyncHost } from '../../../src/extension/sync/syncHost.ts';
import type { ReplicaBatch, Sync } from '../../../src/extension/sync/types.ts';
import type { RowChange } from '../../../src/shared/changes.ts';
import { Emitter } from '../../../src/shared/emitter.ts';
import type { Table } from '../../../src/shared/model.ts';
import { emptyTables } from '../../../src/shared/patch.ts';
import { tables } from '../../../src/shared/tables.ts';
import { FakeReplicaCache } from '../../fakes/replicaCache.ts';
import { anna, ben, createHarness, goLive } from './harness.ts';

/** An engine that says what the test says. */
class FakeSync implements Sync {
  readonly #changed = new Emitter<ReplicaBatch>((error) => {
    throw error;
  });
  disposed = false;
  readonly status = {
    state: 'live',
    problem: null,
    asOf: null,
    verifiedAt: null,
    cached: false,
    clockOffset: 0,
    latency: null,
    heldFrom: null,
    runsFrom: null,
    activeFrom: null,
    modelsFrom: null,
  } as const;
  readonly counters = new Counters(0).snapshot;
  readonly onDidChangeStatus = () => ({ dispose() {} });
  readonly replica = { epoch: 'e', revision: 0, tables: emptyTables(), onDidChange: this.#changed.event };

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  async refresh(): Promise<void> {}

  async flush(): Promise<void> {}

  tell(...of: Table[]): void {
    const changes = of.map(
      (table, seq) =>
        ({
          eventType: 'INSERT',
          table,
          new: { id: 'x' },
          old: null,
          seq,
          source: 'realtime',
        }) as unknown as RowChange,
    );
    this.#changed.fire({ epoch: 'e', revision: 1, changes });
  }

  dispose(): void {
    this.disposed = true;
  }
}

/** What is held comes when the code that subscribes has gone on. */
const heldIsTold = () => Promise.resolve();

describe('the public sync functions', () => {
  let host: SyncHost;
  let opened: FakeSync[];
  let errors: unknown[];
  let functions: SyncFunctions<() => string>;
  const open = () => {
    const sync = new FakeSync();
    opened.push(sync);
    return sync;
  };
  const current = () => opened.at(-1) ?? assert.fail('no engine is open');

  beforeEach(() => {
    opened = [];
    errors = [];
    host = new SyncHost();
    functions = createSyncFunctions(
      host,
      () => 'logged',
      (error) => errors.push(error),
    );
  });

  it('are the eight of the product', () => {
    assert.deepEqual(Object.keys(functions).sort(), [
      'logSyncEvent',
      'subscribeToAllUpdates',
      'subscribeToIDESyncEvents',
      'subscribeToModelsUpdates',
      'subscribeToProjectsUpdates',
      'subscribeToSubscriptionUpdates',
      'subscribeToTrainingRunsUpdates',
      'subscribeToUsageTracking',
    ]);
    assert.equal(functions.logSyncEvent(), 'logged');
  });

  it('tell each its own table, over one engine', async () => {
    host.connect(anna, open);
    const heard: string[] = [];
    const hear = (name: string) => (change: RowChange) => heard.push(`${name}: ${change.table}`);
    const ends = [
      functions.subscribeToUsageTracking(anna, hear('usage')),
      functions.subscribeToSubscriptionUpdates(anna, hear('plan')),
      functions.subscribeToIDESyncEvents(anna, hear('events')),
      functions.subscribeToModelsUpdates(anna, hear('models')),
      functions.subscribeToTrainingRunsUpdates(anna, hear('runs')),
      functions.subscribeToProjectsUpdates(anna, hear('projects')),
    ];
    await heldIsTold();
    current().tell(...tables);
    assert.deepEqual(heard.sort(), [
      'events: ide_sync_events',
      'models: models',
      'plan: subscriptions',
      'projects: projects',
      'runs: training_runs',
      'usage: usage_tracking',
    ]);
    assert.equal(opened.length, 1);
    for (const end of ends) end();
    assert.equal(opened[0]?.disposed, true);
    assert.equal(opened[0]?.listenerCount, 0);
  });

  it('tell any subset through subscribeToAllUpdates', async () => {
    host.connect(anna, open);
    const heard: string[] = [];
    const end = functions.subscribeToAllUpdates(anna, {
      projects: ({ table }) => heard.push(table),
      subscription: ({ table }) => heard.push(table),
    });
    await heldIsTold();
    current().tell(...tables);
    assert.deepEqual(heard.sort(), ['projects', 'subscriptions']);
    end();
    await heldIsTold();
    current().tell(...tables);
    assert.equal(heard.length, 2);
  });

  it('wait for the user to sign in, and never tell rows of another', async () => {
    const heard: string[] = [];
    const end = functions.subscribeToProjectsUpdates(anna, ({ table }) => heard.push(table));
    assert.equal(opened.length, 0);
    host.connect(ben, open);
    await heldIsTold();
    current().tell('projects');
    assert.deepEqual(heard, []);
    host.connect(anna, open);
    assert.equal(opened[0]?.disposed, true);
    await heldIsTold();
    current().tell('projects');
    assert.deepEqual(heard, ['projects']);
    host.disconnect();
    assert.equal(opened[1]?.disposed, true);
    host.connect(anna, open);
    await heldIsTold();
    current().tell('projects');
    assert.equal(heard.length, 2);
    end();
  });

  it('keep the engine until the last unsubscribes, however often one does', () => {
    host.connect(anna, open);
    const first = functions.subscribeToProjectsUpdates(anna, () => {});
    const second = functions.subscribeToModelsUpdates(anna, () => {});
    first();
    first();
    assert.equal(current().disposed, false);
    second();
    assert.equal(current().disposed, true);
    assert.equal(host.current, null);
    assert.equal(host.listenerCount, 0);
    functions.subscribeToModelsUpdates(anna, () => {})();
    assert.equal(opened.length, 2, 'the next subscription opens a new one');
  });

  it('keep a handler that throws from harming the others', async () => {
    host.connect(anna, open);
    let heard = 0;
    functions.subscribeToProjectsUpdates(anna, () => {
      throw new Error('mine');
    });
    functions.subscribeToProjectsUpdates(anna, () => {
      heard += 1;
    });
    await heldIsTold();
    current().tell('projects', 'projects');
    assert.equal(heard, 2);
    assert.equal(errors.length, 2);
  });

  it('end in the middle of a batch when a handler says so', async () => {
    host.connect(anna, open);
    let heard = 0;
    const end = functions.subscribeToProjectsUpdates(anna, () => {
      heard += 1;
      end();
    });
    await heldIsTold();
    current().tell('projects', 'projects');
    assert.equal(heard, 1);
  });

  it('tell the rows of last time as found when a pull has made them right, and not before', async () => {
    const cache = new FakeReplicaCache();
    const first = createHarness({ cache });
    for (const id of ['p1', 'p2', 'p3']) first.backend.write(anna, id, 'of last time');
    await goLive(first);
    first.engine.dispose();
    const { backend, clock } = first;
    backend.write(anna, 'p1', 'changed', { stream: false });
    backend.remove(anna, 'p2', { stream: false });
    backend.held = true;
    const [early, late]: [string[], string[]] = [[], []];
    const subscribe = (told: string[]) =>
      functions.subscribeToProjectsUpdates(anna, (change) => {
        told.push(`${change.eventType} ${change.new?.id} ${change.new?.name}`);
      });
    subscribe(early);
    const { engine } = createHarness({ cache, clock, backend });
    host.connect(anna, () => engine.start());
    await clock.advance(100);
    assert.equal(engine.status.cached, true);
    subscribe(late);
    await clock.advance(100);
    assert.deepEqual([...early, ...late], []);
    backend.release();
    await clock.advance(100);
    for (const told of [early, late])
      assert.deepEqual(told.sort(), ['INSERT p1 changed', 'INSERT p3 of last time']);
  });

  it('tell each what is held first, whoever opened the engine, and never before they have returned', async () => {
    const harness = createHarness();
    for (const id of ['p1', 'p2']) harness.backend.write(anna, id, 'held');
    await goLive(harness);
    host.connect(anna, () => harness.engine);
    const told: string[] = [];
    const end = functions.subscribeToProjectsUpdates(anna, ({ eventType, new: row }) => {
      told.push(`${eventType} ${row?.id}`);
      end();
    });
    functions.subscribeToAllUpdates(anna, {
      projects: ({ eventType, new: row }) => told.push(`all: ${eventType} ${row?.id}`),
      models: () => told.push('a model'),
    });
    assert.deepEqual(told, []);
    await heldIsTold();
    assert.deepEqual(told, ['INSERT p1', 'all: INSERT p1', 'all: INSERT p2']);
    harness.backend.write(anna, 'p1', 'changed');
    await harness.clock.advance(100);
    assert.deepEqual(told.slice(3), ['all: UPDATE p1']);
  });

  it('tell nothing of an engine that ended before they could', async () => {
    const harness = createHarness();
    harness.backend.write(anna, 'p1', 'held');
    await goLive(harness);
    host.connect(anna, () => harness.engine);
    const told: RowChange[] = [];
    functions.subscribeToProjectsUpdates(anna, (change) => told.push(change));
    host.disconnect();
    await heldIsTold();
    assert.deepEqual(told, []);
  });

  it('wait for runs to end only while somebody listens to runs', () => {
    const waits: boolean[] = [];
    host.onDidChangeInterest(() => waits.push(host.awaitsRuns));
    const projects = functions.subscribeToProjectsUpdates(anna, () => {});
    const runs = functions.subscribeToTrainingRunsUpdates(anna, () => {});
    const all = functions.subscribeToAllUpdates(anna, { trainingRuns: () => {} });
    for (const end of [runs, projects, all]) end();
    assert.deepEqual(waits, [false, true, true, true, true, false]);
  });

  it('throw a TypeError that says what is wrong', () => {
    const wrong = functions as unknown as Record<string, (...args: unknown[]) => unknown>;
    const call =
      (name: string, ...args: unknown[]) =>
      () =>
        wrong[name]?.(...args);
    assert.throws(
      call('subscribeToProjectsUpdates', 'me', () => {}),
      /TypeError: subscribeToProjectsUpdates: userId/,
    );
    assert.throws(
      call('subscribeToModelsUpdates', undefined, () => {}),
      TypeError,
    );
    assert.throws(call('subscribeToUsageTracking', anna), /onChange must be a function/);
    assert.throws(call('subscribeToAllUpdates', anna), TypeError);
    assert.throws(call('subscribeToAllUpdates', anna, {}), /at least one handler/);
    assert.throws(call('subscribeToAllUpdates', anna, { project: () => {} }), /"project" is not one of/);
    assert.throws(call('subscribeToAllUpdates', anna, { projects: 1 }), /projects must be a function/);
    assert.throws(call('subscribeToAllUpdates', anna, { constructor: () => {} }), TypeError);
    host.connect(anna, open);
    assert.equal(opened.length, 0, 'a refused subscription holds nothing');
  });
});
