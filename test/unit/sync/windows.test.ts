import assert from 'node:assert/strict';
import { Replica } from '../../../src/extension/sync/replica.ts';
import type {
  PulledChange,
  PullPage,
  RowVersion,
  UnreadableRow,
} from '../../../src/extension/sync/transport.ts';
import { Windows } from '../../../src/extension/sync/windows.ts';
import type { Rows, Table } from '../../../src/shared/model.ts';
import {
  days,
  eventRow,
  fixtureNow,
  modelRow,
  projectRow,
  runRow,
  subscriptionRow,
  usageRow,
} from '../../fixtures/rows.ts';

function version<T extends Table>(table: T, row: Rows[T]): RowVersion {
  return { kind: 'row', table, id: row.id, seq: row.sync_seq, row } as RowVersion;
}

/** Number n is the nth newest. */
const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => version('ide_sync_events', eventRow(i + from)));
const usage = (row: Rows['usage_tracking']) => version('usage_tracking', row);
/** A page of a snapshot that left out rows of the tables `cut`. */
const page = (changes: readonly PulledChange[], cut: readonly Table[] = []): PullPage => {
  const answer = { head: 0, next: 0, epoch: 'e', reset: false, roundTrip: 0, now: fixtureNow };
  return { ...answer, changes, cut };
};
const dayBefore = (n: number) => new Date(fixtureNow - n * days).toISOString().slice(0, 10);

describe('Windows', () => {
  let windows: Windows;
  let replica: Replica;
  let seq: number;

  beforeEach(() => {
    windows = new Windows();
    replica = new Replica(
      () => 'life',
      (error) => assert.fail(String(error)),
    );
    seq = 1_000_000;
  });

  function unreadable(id: string): UnreadableRow {
    seq += 1;
    return { kind: 'unreadable', table: 'ide_sync_events', id, seq, detail: 'x' };
  }

  function fill(changes: readonly (RowVersion | UnreadableRow)[], cut: readonly Table[] = []): void {
    replica.replace(changes, seq);
    replica.commit();
    windows.filled([page(changes, cut)], false);
  }

  function put(...changes: readonly (RowVersion | UnreadableRow)[]): void {
    for (const change of changes) replica.apply(change, 'realtime');
    replica.commit();
    replica.release(windows.release(replica.tables, fixtureNow));
  }

  function remove(table: Table, id: string): void {
    seq += 1;
    replica.apply({ kind: 'tombstone', table, id, seq, rowSeq: 0, deletedAt: '' }, 'realtime');
    replica.commit();
  }

  const isShort = () => windows.isShort(replica.tables, replica.unreadable, fixtureNow);

  it('hold no more than the window and its slack, the newest, whatever comes', () => {
    for (let n = 2_000; n >= 0; n -= 20) put(...events(20, n));
    const { size } = replica.tables.ide_sync_events;
    assert.ok(size >= 200 && size <= 300, `${size}`);
    for (let n = 0; n < 200; n++) assert.ok(replica.tables.ide_sync_events.has(eventRow(n).id), `${n}`);
    assert.equal(isShort(), false);
  });

  it('hold every unfinished run however old, and let finished ones go', () => {
    const ended = { status: 'completed' };
    const old = Array.from({ length: 300 }, (_, i) => runRow(10_000 + i, { status: 'running' }));
    put(...old.map((row) => version('training_runs', row)));
    for (let n = 2_000; n > 0; n -= 50)
      put(...Array.from({ length: 50 }, (_, i) => version('training_runs', runRow(n - i, ended))));
    assert.ok(replica.tables.training_runs.size <= 500 + 250 + 300);
    for (const { id } of old) assert.ok(replica.tables.training_runs.has(id));
  });

  it('hold models within 1,250 and usage within the period and some weeks', () => {
    put(...Array.from({ length: 3_000 }, (_, n) => version('models', modelRow(n))));
    assert.ok(replica.tables.models.size >= 1_000 && replica.tables.models.size <= 1_250);
    for (let n = 0; n < 400; n += 10)
      put(...Array.from({ length: 10 }, (_, i) => usageRow(n + i, { day: dayBefore(n + i) })).map(usage));
    const held = [...replica.tables.usage_tracking.values()].map(({ day }) => day).sort();
    assert.equal(held.at(-1), dayBefore(0));
    assert.ok(held.length > 90 && held.length <= 126, `${held.length}`);
  });

  it('tell what they let go apart from what was deleted', () => {
    const told: string[] = [];
    replica.onDidChange(({ changes, released = [] }) => told.push(`${changes.length} ${released.length}`));
    put(...events(301));
    assert.deepEqual(told, ['301 0', '0 51']);
    assert.equal(replica.revision, 2);
  });

  it('do not let a page in flight bring an older version of a released row back', () => {
    put(...events(301));
    const gone = eventRow(300);
    assert.equal(replica.tables.ide_sync_events.has(gone.id), false);
    replica.apply(version('ide_sync_events', { ...gone, sync_seq: gone.sync_seq - 1 }), 'pull');
    replica.commit();
    assert.equal(replica.tables.ide_sync_events.has(gone.id), false);
    replica.apply(version('ide_sync_events', { ...gone, sync_seq: 999_999 }), 'realtime');
    replica.commit();
    assert.equal(replica.tables.ide_sync_events.has(gone.id), true, 'a change brings it back');
  });

  it('are short when a deletion leaves less than a snapshot would answer, and not before', () => {
    fill(events(200));
    assert.equal(isShort(), false);
    put(version('ide_sync_events', eventRow(500)));
    remove('ide_sync_events', eventRow(7).id);
    assert.equal(isShort(), true, 'a row from outside the window does not count');
    const refill = [...events(7), ...events(193, 8)];
    for (const change of refill) replica.apply(change, 'pull');
    replica.commit();
    windows.filled([page(refill)], true);
    assert.equal(isShort(), false);
  });

  it('may lose as many rows as have come since, without being short', () => {
    fill(events(200, 50));
    put(...events(50));
    for (let n = 100; n < 150; n++) remove('ide_sync_events', eventRow(n).id);
    assert.equal(isShort(), false);
    remove('ide_sync_events', eventRow(160).id);
    assert.equal(isShort(), true);
  });

  it('are never short of a table that the snapshot had whole', () => {
    fill(events(150));
    for (let n = 0; n < 150; n++) remove('ide_sync_events', eventRow(n).id);
    assert.equal(isShort(), false);
  });

  it('are short when the subscription that counts is gone or counts no more, and one only', () => {
    const row = subscriptionRow(1);
    fill([version('subscriptions', row)]);
    put(version('subscriptions', { ...row, status: 'canceled', sync_seq: 50_000 }));
    assert.equal(isShort(), true);
    const answer = [version('subscriptions', { ...row, status: 'canceled', sync_seq: 50_000 })];
    windows.filled([page(answer)], true);
    assert.equal(isShort(), false);
    remove('subscriptions', row.id);
    assert.equal(isShort(), true);
  });

  it('are short when the period begins earlier than the usage that is held', () => {
    fill([version('subscriptions', subscriptionRow(1))]);
    assert.equal(isShort(), false);
    const yearly = subscriptionRow(1, { current_period_start: '2026-01-01T00:00:00Z', sync_seq: 50_000 });
    put(version('subscriptions', yearly));
    assert.equal(isShort(), true);
  });

  it('count rows that cannot be read as answered, so that they are not asked for for ever', () => {
    fill([...events(199), unreadable('strange')]);
    assert.equal(isShort(), false);
    remove('ide_sync_events', 'strange');
    assert.equal(isShort(), true);
  });

  it('do not take an unreadable row from outside the window for one that is missing in it', () => {
    fill([...events(199), unreadable('inside')]);
    put(unreadable('outside'));
    remove('ide_sync_events', eventRow(7).id);
    assert.equal(isShort(), true);
  });

  it('do not bound projects, which a snapshot answers whole', () => {
    fill(Array.from({ length: 3_000 }, (_, n) => version('projects', projectRow(n))));
    remove('projects', projectRow(5).id);
    assert.equal(isShort(), false);
    assert.equal(replica.tables.projects.size, 2_999);
  });

  it('tell from when on the timeline is held: the later of two bounds, moving as the window does', () => {
    const madeAt = (n: number) => new Date(fixtureNow - n * days).toISOString();
    const runs = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        version('training_runs', runRow(n, { created_at: madeAt(n), status: 'completed' })),
      );
    assert.equal(windows.heldFrom, null);
    fill([...events(199), ...runs(499)]);
    assert.equal(windows.heldFrom, null, 'all are held');
    fill([...events(200, 10), ...runs(499)]);
    assert.equal(windows.heldFrom, eventRow(209).occurred_at);
    fill([...events(200, 10), ...runs(500)]);
    assert.equal(windows.heldFrom, eventRow(209).occurred_at, 'runs are held for longer');
    const oldest = eventRow(199).occurred_at.replace('.000Z', '.000001+00:00');
    fill([...events(199), version('ide_sync_events', eventRow(199, { occurred_at: oldest }))]);
    assert.equal(windows.heldFrom, oldest, 'as the database wrote it');
    fill(runs(500));
    assert.equal(windows.heldFrom, madeAt(499), 'no events, and all of them held');

    fill(events(200, 200));
    for (let n = 199; n >= 0; n--) put(...events(1, n));
    assert.ok(replica.tables.ide_sync_events.size < 301);
    const held = [...replica.tables.ide_sync_events.values()].map((row) => row.occurred_at).sort();
    assert.equal(windows.heldFrom, held[0]);
    windows.clear();
    assert.equal(windows.heldFrom, null);
  });

  it('tell from where on runs are held, besides the unfinished ones, with the id that parts those of one time', () => {
    const created_at = new Date(fixtureNow).toISOString();
    const runs = Array.from({ length: 500 }, (_, n) => runRow(n, { created_at, status: 'completed' }));
    const old = runRow(9_000, { created_at: '2020-01-01T00:00:00Z', status: 'running' });
    const changes = (rows: typeof runs) => rows.map((row) => version('training_runs', row));
    fill(changes([...runs.slice(1), old]).slice(1));
    assert.equal(windows.runsFrom, null, 'all are held');
    fill(changes([...runs, old]));
    const first = runs.map(({ id }) => id).sort()[0];
    assert.deepEqual(windows.runsFrom, { at: created_at, id: first });
    windows.clear();
    assert.equal(windows.runsFrom, null);
  });

  it('tell from when on models are held', () => {
    const models = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        version('models', modelRow(n, { created_at: new Date(fixtureNow - n * 1_000).toISOString() })),
      );
    fill(models(999));
    assert.equal(windows.modelsFrom, null, 'all are held');
    fill(models(1_000));
    assert.equal(windows.modelsFrom, new Date(fixtureNow - 999_000).toISOString());
  });

  describe('of a snapshot that left rows out for its size', () => {
    const madeAt = (n: number) => new Date(fixtureNow - n * days).toISOString();
    const run = (n: number, status = 'completed') =>
      version('training_runs', runRow(n, { created_at: madeAt(n), status }));
    const runs = (count: number) => Array.from({ length: count }, (_, n) => run(n));
    const now = new Date(fixtureNow).toISOString();
    const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

    it('tell from where on runs are held, and ask for no other snapshot', () => {
      fill([...runs(20), run(900, 'queued')], ['training_runs', 'models']);
      assert.deepEqual(windows.runsFrom, { at: madeAt(19), id: last }, 'the oldest that has ended');
      assert.equal(windows.heldFrom, madeAt(19), 'runs are moments of the timeline');
      assert.equal(isShort(), false, 'another one would be cut at the same place');
      fill([...runs(20), run(900, 'queued')], ['models']);
      assert.deepEqual([windows.runsFrom, windows.heldFrom], [null, null]);
      assert.equal(windows.modelsFrom, now, 'no model has come');
    });

    it('tell from when on unfinished runs are held, which come before all else', () => {
      const active = Array.from({ length: 30 }, (_, n) => run(n, n % 2 ? 'queued' : 'running'));
      const all = ['training_runs', 'ide_sync_events', 'models'] as const;
      fill(active, ['ide_sync_events', 'models']);
      assert.equal(windows.activeFrom, null, 'no run was left out');
      for (const other of [run(500), ...events(1), version('models', modelRow(1))]) {
        fill([...active, other], all);
        assert.equal(windows.activeFrom, null, 'what comes later has come');
      }
      fill(active, all);
      assert.equal(windows.activeFrom, madeAt(29));
      fill([...active, run(500)]);
      assert.equal(windows.activeFrom, null);
    });

    it('tell from when on unfinished runs are held, of which a snapshot has 4,000', () => {
      const created_at = (n: number) => new Date(fixtureNow - n * 1_000).toISOString();
      const active = Array.from({ length: 4_000 }, (_, n) =>
        version('training_runs', runRow(n, { created_at: created_at(n), status: 'running' })),
      );
      fill(active.slice(1));
      assert.equal(windows.activeFrom, null);
      fill(active);
      assert.equal(windows.activeFrom, created_at(3_999));
      put(
        ...Array.from({ length: 800 }, (_, n) =>
          version('training_runs', runRow(5_000 + n, { created_at: created_at(-n), status: 'running' })),
        ),
      );
      const { training_runs: held } = replica.tables;
      assert.ok(held.size < 4_750, 'some were let go');
      const [last] = [...held.values()].map((row) => row.created_at).sort();
      assert.equal(windows.activeFrom, new Date(Date.parse(last ?? '') - 1_000).toISOString());
    });

    it('tell from where on events are held', () => {
      fill(events(30), ['ide_sync_events', 'training_runs', 'models']);
      assert.equal(windows.heldFrom, now, 'no run has come');
      fill([...events(30), ...runs(1)], ['ide_sync_events']);
      assert.equal(windows.heldFrom, eventRow(29).occurred_at);
      fill(runs(1), ['ide_sync_events']);
      assert.equal(windows.heldFrom, now, 'none has come');
    });

    it('look at its first page only: later ones bring what has changed since', () => {
      replica.replace([], seq);
      windows.filled([page(runs(5), ['training_runs']), page([run(100)])], false);
      assert.equal(windows.heldFrom, madeAt(4));
    });

    it('do not forget what was held when another one is put between its rows', () => {
      windows.filled([page(runs(20), ['training_runs'])], false);
      windows.filled([page(runs(18), ['training_runs'])], true);
      assert.equal(windows.heldFrom, madeAt(19));
      windows.filled([page(runs(25))], true);
      assert.equal(windows.heldFrom, null);
    });
  });

  it('hold from the later of two places when runs of a snapshot that was cut are let go', () => {
    const row = (n: number, made: number) =>
      runRow(n, {
        created_at: new Date(fixtureNow - made * days).toISOString(),
        status: 'completed',
      });
    const first = Array.from({ length: 499 }, (_, n) => row(n, n));
    fill(
      first.map((run) => version('training_runs', run)),
      ['training_runs'],
    );
    const cut = windows.runsFrom;
    // Older than the cut: they change, and so they come.
    put(...Array.from({ length: 260 }, (_, n) => version('training_runs', row(1_000 + n, 1_000 + n))));
    assert.ok(replica.tables.training_runs.size < 759, 'some were let go');
    assert.deepEqual(windows.runsFrom, cut);
  });
});
