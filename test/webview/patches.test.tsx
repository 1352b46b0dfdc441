import assert from 'node:assert/strict';
import type { RunRow } from '../../src/shared/model.ts';
import {
  fullTables,
  patchMessage,
  runFixtures,
  snapshotMessage,
  thousandsOfRows,
} from '../fixtures/dashboard.ts';
import {
  ago,
  eventRow,
  fixtureId,
  modelRow,
  projectRow,
  runRow,
  subscriptionRow,
  usageRow,
} from '../fixtures/rows.ts';
import { closePages, countRenders, openPage } from './support/page.tsx';

const first = runFixtures[0] as RunRow;

describe('snapshots and patches', () => {
  afterEach(closePages);

  it('says ready with nulls at the start', async () => {
    const page = await openPage();
    assert.deepEqual(page.host.posted, [{ type: 'ready', epoch: null, cursor: null }]);
  });

  it('inserts, updates and deletes rows of all six tables', async () => {
    const page = await openPage(snapshotMessage());
    await page.send(
      patchMessage(1, {
        projects: { up: [projectRow(1, { name: 'one' })], del: [] },
        training_runs: { up: [runRow(1, { name: 'one' })], del: [] },
        models: { up: [modelRow(1, { name: 'one' })], del: [] },
        usage_tracking: { up: [usageRow(1, { metric: 'requests', amount: 7 })], del: [] },
        subscriptions: { up: [subscriptionRow(1, { plan: 'one', limits: {} })], del: [] },
        ide_sync_events: { up: [eventRow(1, { event_type: 'one.happened' })], del: [] },
      }),
    );
    const row = (section: string, table: Parameters<typeof fixtureId>[0]): string =>
      page.text(`[data-section=${section}] [data-id="${fixtureId(table, 1)}"]`);
    assert.match(row('projects', 'projects'), /^one/);
    assert.match(row('runs', 'training_runs'), /one/);
    assert.match(row('models', 'models'), /^one/);
    assert.match(row('plan', 'subscriptions'), /^One/);
    assert.match(row('activity', 'ide_sync_events'), /^One happened/);
    assert.equal(page.find('[data-metric=requests]').dataset.used, '7');

    await page.send(
      patchMessage(2, {
        projects: { up: [projectRow(1, { name: 'two', sync_seq: 50 })], del: [] },
        training_runs: { up: [runRow(1, { name: 'two', sync_seq: 51 })], del: [] },
        models: { up: [modelRow(1, { name: 'two', sync_seq: 52 })], del: [] },
        usage_tracking: { up: [usageRow(1, { metric: 'requests', amount: 9, sync_seq: 53 })], del: [] },
        subscriptions: { up: [subscriptionRow(1, { plan: 'two', limits: {}, sync_seq: 54 })], del: [] },
        ide_sync_events: { up: [eventRow(1, { event_type: 'two.happened', sync_seq: 55 })], del: [] },
      }),
    );
    assert.match(row('projects', 'projects'), /^two/);
    assert.match(row('runs', 'training_runs'), /two/);
    assert.match(row('models', 'models'), /^two/);
    assert.match(row('plan', 'subscriptions'), /^Two/);
    assert.match(row('activity', 'ide_sync_events'), /^Two happened/);
    assert.equal(page.find('[data-metric=requests]').dataset.used, '9');

    const gone = (table: Parameters<typeof fixtureId>[0]) => ({ up: [], del: [fixtureId(table, 1)] });
    await page.send(
      patchMessage(3, {
        projects: gone('projects'),
        training_runs: gone('training_runs'),
        models: gone('models'),
        usage_tracking: gone('usage_tracking'),
        subscriptions: gone('subscriptions'),
        ide_sync_events: gone('ide_sync_events'),
      }),
    );
    assert.equal(page.all('[data-id]').length, 0);
    assert.equal(page.all('[data-metric]').length, 0);
  });

  it('applies all patches of a frame together', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0, { step: 1 })] }));
    for (let i = 0; i < 20; i++) {
      const run = runRow(0, { step: 2 + i, sync_seq: 10 + i });
      page.host.send(patchMessage(1 + i, { training_runs: { up: [run], del: [] } }));
    }
    assert.equal(page.waiting, 1);
    const renders = countRenders();
    await page.frame();
    renders.stop();
    assert.equal(page.text('.run-steps'), '21 / 1,000');
    assert.equal(renders.counts.get('RunRowView'), 1);
  });

  it('asks for a snapshot when a patch does not start at its cursor, once, and shows none of it', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0)] }));
    const patch = (from: number) =>
      patchMessage(from, { training_runs: { up: [runRow(0, { name: 'lost' })], del: [] } });
    await page.send(patch(5));
    await page.send(patch(6));
    const asked = page.host.ofType('ready').slice(1);
    assert.deepEqual(asked, [{ type: 'ready', epoch: 'epoch-1', cursor: 1 }]);
    assert.doesNotMatch(page.text('[data-section=runs]'), /lost/);
    page.now += 2_000;
    await page.send(patch(7));
    assert.equal(page.host.ofType('ready').length, 3);

    await page.send(
      snapshotMessage({ training_runs: [runRow(0, { name: 'found', sync_seq: 9 })] }, {}, { cursor: 8 }),
    );
    await page.send(patchMessage(8, { training_runs: { up: [runRow(1)], del: [] } }));
    assert.match(page.text('[data-section=runs]'), /found/);
    assert.equal(page.all('[data-section=runs] [data-id]').length, 2);
  });

  it('asks for a snapshot when a patch is of another epoch', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0)] }));
    await page.send(
      patchMessage(1, { training_runs: { up: [], del: [runRow(0).id] } }, { epoch: 'epoch-2' }),
    );
    assert.equal(page.host.ofType('ready').length, 2);
    assert.equal(page.all('[data-section=runs] [data-id]').length, 1);
  });

  it('drops patches that wait when a snapshot overtakes them', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0)] }));
    page.host.send(patchMessage(1, { training_runs: { up: [runRow(1)], del: [] } }));
    page.host.send(snapshotMessage({ training_runs: [runRow(2)] }, {}, { cursor: 2 }));
    await page.frame();
    assert.deepEqual(
      page.all('[data-section=runs] [data-id]').map((row) => row.dataset.id),
      [fixtureId('training_runs', 2)],
    );
    assert.equal(page.host.ofType('ready').length, 1);
  });

  it('takes the status with every patch', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    assert.equal(page.text('[data-connection]'), 'Live');
    await page.send(patchMessage(1, {}, { status: { state: 'catchingUp' } }));
    assert.equal(page.text('[data-connection=catchingUp]'), 'Catching up');
  });

  for (const [what, message] of [
    ['nothing', null],
    ['text', 'snapshot'],
    ['a list', []],
    ['an unknown type', { type: 'selfDestruct' }],
    ['a snapshot without tables', { ...snapshotMessage(), tables: null }],
    ['a snapshot with a table that is no list', { ...snapshotMessage(), tables: { projects: {} } }],
    ['a row without an id', snapshotMessage({ projects: [{ name: 'x' } as never] })],
    ['a snapshot without a status', { ...snapshotMessage(), status: undefined }],
    ['a state that does not exist', snapshotMessage({}, { state: 'marvellous' as never })],
    ['a snapshot without a cursor', { ...snapshotMessage(), cursor: 'one' }],
    ['a patch without lists', { ...patchMessage(1, {}), tables: { models: { up: 1 } } }],
    [
      'a patch that lets go of what has no id',
      patchMessage(1, { models: { up: [], del: [], released: [7 as never] } }),
    ],
    ['a silence that is no time', snapshotMessage({}, { stalledAfter: 'five minutes' as never })],
    ['a place of unfinished runs that is no text', snapshotMessage({}, { activeFrom: 5 as never })],
    ['a place of models that is no text', snapshotMessage({}, { modelsFrom: 5 as never })],
    ['a place of runs without an id', snapshotMessage({}, { runsFrom: { at: '2026-01-01' } as never })],
    ['an answer without its request', { type: 'answer', id: null, problem: null, result: null }],
    ['a refreshing that is not a boolean', { type: 'refreshing', refreshing: 'yes' }],
  ] as const) {
    it(`ignores ${what}, tells the log and lives on`, async () => {
      const page = await openPage(snapshotMessage(fullTables));
      await page.send(message);
      const [logged] = page.host.ofType('log');
      assert.equal(logged?.level, 'warn');
      assert.match(logged?.message ?? '', /^The page ignored /);
      await page.send(patchMessage(1, { training_runs: { up: [], del: [first.id] } }));
      assert.equal(page.all(`[data-section=runs] [data-id="${first.id}"]`).length, 0);
    });
  }
});

describe('news', () => {
  afterEach(closePages);

  const rows = (count: number) => Array.from({ length: count }, (_, n) => runRow(n));
  const up = (runs: readonly RunRow[]) => ({ training_runs: { up: runs, del: [] } });

  it('is a row that comes by itself while live', async () => {
    const page = await openPage(snapshotMessage());
    const [row] = rows(1);
    assert.ok(row);
    await page.send(patchMessage(1, up([row])));
    assert.equal(page.dashboard.store.arrivedAt(row), page.now);
  });

  it('is not what a snapshot, a load or the catching up brings', async () => {
    const page = await openPage(snapshotMessage({}, { state: 'catchingUp' }));
    const [first, ...load] = rows(40);
    assert.ok(first);
    await page.send(patchMessage(1, up([first])));
    await page.send(patchMessage(2, up(load)));
    for (const row of [first, ...load]) assert.equal(page.dashboard.store.arrivedAt(row), undefined);
  });
});

describe('what a change draws again', () => {
  afterEach(closePages);

  it('is one row when one run changes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const others = page.all('[data-section=models] [data-id], [data-section=runs] [data-id]');
    const renders = countRenders();
    const next = { ...first, step: 4_211, sync_seq: 1_000 };
    await page.send(patchMessage(1, { training_runs: { up: [next], del: [] } }));
    renders.stop();
    assert.match(page.text(`[data-section=runs] [data-id="${first.id}"] .run-steps`), /4,211/);
    assert.equal(renders.counts.get('RunRowView'), 1);
    for (const other of [
      'GaugeView',
      'ModelRowView',
      'ProjectRowView',
      'EventMomentView',
      'RunMomentView',
      'UsageChart',
    ]) {
      assert.equal(renders.counts.get(other), undefined, other);
    }
    assert.deepEqual(page.all('[data-section=models] [data-id], [data-section=runs] [data-id]'), others);
  });

  it('is one row of ten thousand when one run changes', async () => {
    const page = await openPage(snapshotMessage(thousandsOfRows(10_000)));
    const [run] = thousandsOfRows(10_000).training_runs;
    assert.ok(run);
    const before = page.all('[data-section=runs] [data-id]');
    assert.ok(before.length < 50, `${before.length} rows`);
    const renders = countRenders();
    const next = { ...run, step: 401, sync_seq: 20_000 };
    await page.send(patchMessage(1, { training_runs: { up: [next], del: [] } }));
    renders.stop();
    assert.match(page.text(`[data-section=runs] [data-id="${run.id}"] .run-steps`), /^401 /);
    assert.equal(renders.counts.get('RunRowView'), 1);
    assert.equal(renders.counts.get('UsageChart'), undefined);
    assert.deepEqual(page.all('[data-section=runs] [data-id]'), before);
  });

  it('is one gauge and the chart when one metric grows', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const renders = countRenders();
    const more = usageRow(5_000, { metric: 'requests', amount: 1 });
    await page.send(patchMessage(1, { usage_tracking: { up: [more], del: [] } }));
    renders.stop();
    assert.equal(renders.counts.get('GaugeView'), 1);
    assert.equal(renders.counts.get('RunRowView'), undefined);
    assert.equal(page.charts.all.length, 1);
  });

  it('is nothing when only the freshness changes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const renders = countRenders();
    await page.send(patchMessage(1, {}, { status: { verifiedAt: Date.parse(ago(0)) + 5 } }));
    renders.stop();
    for (const row of ['RunRowView', 'GaugeView', 'ModelRowView', 'ProjectRowView', 'EventMomentView']) {
      assert.equal(renders.counts.get(row), undefined, row);
    }
  });

  it('is one row when a snapshot of a new epoch differs in one row', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const copy = structuredClone(fullTables);
    const runs = copy.training_runs.map((run) =>
      run.id === first.id ? { ...run, step: 5_000, sync_seq: 2_000 } : run,
    );
    const renders = countRenders();
    await page.send(snapshotMessage({ ...copy, training_runs: runs }, {}, { epoch: 'epoch-2', cursor: 40 }));
    renders.stop();
    assert.equal(renders.counts.get('RunRowView'), 1);
    assert.equal(renders.counts.get('ModelRowView'), undefined);
  });

  it('is only text when time passes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const beat = `[data-section=runs] [data-id="${first.id}"] .run-beat`;
    assert.equal(page.text(beat), '2s ago');
    const renders = countRenders();
    page.now += 30_000;
    await new Promise((done) => setTimeout(done, 1_100));
    renders.stop();
    assert.equal(page.text(beat), '32s ago');
    assert.equal(renders.counts.get('RunRowView'), undefined);
  });
});
