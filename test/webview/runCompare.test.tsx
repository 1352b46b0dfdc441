import assert from 'node:assert/strict';
import { align, lineOf } from '../../src/webview/runs/compare/align.ts';
import { diffConfigs, diffMetrics, orderMetrics } from '../../src/webview/runs/compare/diff.ts';
import { diffColumns, tableRows } from '../../src/webview/runs/compare/diffCsv.ts';
import { sharedFirst } from '../../src/webview/runs/compare/Overlays.tsx';
import { flatten, searchEntries, valueText } from '../../src/webview/runs/detail/flatten.ts';
import { betterOf } from '../../src/webview/state/better.ts';
import { toCsv } from '../../src/webview/state/csv.ts';
import { fullTables, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { historyOf, lossPoints } from '../fixtures/histories.ts';
import { fixtureId, runRow } from '../fixtures/rows.ts';
import { detailStates } from '../fixtures/runDetail.ts';
import { answerRequests, openDetail, passTime } from './support/detail.ts';
import { closePages, settle } from './support/page.tsx';

const f64 = (...numbers: number[]): Float64Array => Float64Array.from(numbers);

describe('curves over one axis', () => {
  it('stand over the union of their steps, with nothing where a run has no point', () => {
    const { x, columns } = align([
      { x: f64(1, 3, 5), y: f64(10, 30, 50) },
      null,
      { x: f64(3, 4), y: f64(31, 41) },
    ]);
    assert.deepEqual([...x], [1, 3, 4, 5]);
    assert.deepEqual([...(columns[0] ?? [])], [10, 30, Number.NaN, 50]);
    assert.ok(columns[1]?.every(Number.isNaN));
    assert.deepEqual([...(columns[2] ?? [])], [Number.NaN, 31, 41, Number.NaN]);
  });

  it('stand over nothing when there is none', () => {
    assert.deepEqual(align([]), { x: f64(), columns: [] });
    assert.deepEqual(align([null]), { x: f64(), columns: [f64()] });
  });

  it('count time from the start of their run, or from their first point when that is earlier', () => {
    const curve = { steps: f64(1, 2), at: f64(5_000, 7_000), values: f64(1, 2) };
    assert.deepEqual([...lineOf(curve, 'time', 4_000).x], [1_000, 3_000]);
    assert.deepEqual([...lineOf(curve, 'time', 6_000).x], [0, 2_000]);
    assert.deepEqual([...lineOf(curve, 'time', null).x], [0, 2_000]);
    assert.equal(lineOf(curve, 'step', 4_000).x, curve.steps);
  });

  it('ascend in time although a clock was set back, the last point of a moment winning', () => {
    const curve = { steps: f64(1, 2, 3, 4), at: f64(100, 300, 200, 300), values: f64(1, 2, 3, 4) };
    const line = lineOf(curve, 'time', 100);
    assert.deepEqual([...line.x], [0, 100, 200]);
    assert.deepEqual([...line.y], [1, 3, 4]);
  });

  it('come with what most runs have first, and the headline metric first among those', () => {
    const lists = [
      ['lr', 'acc', 'val_loss'],
      ['lr', 'val_loss'],
      ['lr', 'val_loss', 'z'],
    ];
    assert.deepEqual(sharedFirst(lists), ['val_loss', 'lr', 'acc', 'z']);
    assert.deepEqual(orderMetrics(['__proto__', 'loss', 'loss']), ['loss', '__proto__']);
  });
});

describe('a flattened config', () => {
  it('joins nested names by dots and keeps lists of scalars whole', () => {
    const config = { a: { b: { c: 1 }, d: [1, 2] }, e: [{ f: 'x' }, { f: 'y' }], g: {}, h: [], i: null };
    assert.deepEqual(
      flatten(config).map(({ key, value }) => `${key}=${valueText(value)}`),
      ['a.b.c=1', 'a.d=[1, 2]', 'e.0.f=x', 'e.1.f=y', 'g={}', 'h=[]', 'i=null'],
    );
  });

  it('never gives two values one key', () => {
    const keys = flatten({ 'a.b': 1, a: { b: 2, '': 3, 'c.d': 4 }, '[0]': 5 }).map(({ key }) => key);
    assert.deepEqual(keys, ['["a.b"]', 'a.b', 'a[""]', 'a["c.d"]', '["[0]"]']);
  });

  it('tells text from what it would read as', () => {
    assert.equal(valueText('adamw'), 'adamw');
    assert.equal(valueText('1'), '"1"');
    assert.equal(valueText('null'), '"null"');
    assert.equal(valueText(''), '""');
    assert.equal(valueText(1), '1');
    assert.equal(valueText(Number.NaN), 'NaN');
    assert.equal(valueText(undefined), 'undefined');
  });

  it('changes nothing inside the texts of a list', () => {
    assert.equal(valueText(['a,b', 'c']), '["a,b", "c"]');
    assert.notEqual(valueText(['a,b']), valueText(['a, b']));
    assert.equal(valueText(['x,\n y', [1, [2]], {}]), String.raw`["x,\n y", [1, [2]], {}]`);
  });

  it('ends with so many entries that one can read', () => {
    const config = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, { v: i }]));
    assert.equal(flatten(config).length, 2_000);
  });

  it('is searched by every word, in keys and values, whatever the case', () => {
    const entries = flatten({ optimizer: { name: 'AdamW', lr: 0.1 }, model: { name: 'gpt' } });
    const found = (search: string): string[] => searchEntries(entries, search).map(({ key }) => key);
    assert.deepEqual(found('adam NAME'), ['optimizer.name']);
    assert.deepEqual(found('  '), ['optimizer.name', 'optimizer.lr', 'model.name']);
    assert.deepEqual(found('.*'), []);
  });
});

describe('the difference of runs', () => {
  it('is told per key, against the first run', () => {
    const rows = diffConfigs([{ lr: 1, seed: 7 }, { lr: 2, seed: 7 }, { seed: 7 }]);
    assert.deepEqual(
      rows.map(({ key, differs }) => [key, differs]),
      [
        ['lr', true],
        ['seed', false],
      ],
    );
    assert.deepEqual(
      rows[0]?.cells.map((cell) => cell && [cell.value, cell.differs]),
      [[1, false], [2, true], null],
    );
  });

  it('counts neither a config that is not read yet nor one that was never logged', () => {
    const [row] = diffConfigs([undefined, { lr: 1 }, null, { lr: 1 }]);
    assert.equal(row?.differs, false);
    assert.deepEqual(
      row.cells.map((cell) => cell?.value ?? null),
      [null, 1, null, 1],
    );
  });

  it('tells a number from a text of the same letters', () => {
    assert.equal(diffConfigs([{ seed: 1 }, { seed: '1' }])[0]?.differs, true);
    assert.equal(diffConfigs([{ betas: [1, 2] }, { betas: [1, 2] }])[0]?.differs, false);
  });

  it('marks the best of each metric that has a better way, ties together, and nothing alone', () => {
    const rows = diffMetrics([
      { metrics: { loss: 2, accuracy: 0.5, lr: 1, only_loss: 3 } },
      { metrics: { loss: 1, accuracy: 0.7, lr: 2 } },
      { metrics: { loss: 1, accuracy: 0.6, lr: 3 } },
      { metrics: {} },
    ]);
    const best = Object.fromEntries(
      rows.map(({ key, cells }) => [key, cells.map((cell) => cell?.best ?? null)]),
    );
    assert.deepEqual(best, {
      loss: [false, true, true, null],
      accuracy: [false, true, false, null],
      lr: [false, false, false, null],
      only_loss: [false, null, null, null],
    });
  });

  const directions: readonly (readonly [string, string | null])[] = [
    ['val_loss', 'lower'],
    ['trainLoss', 'lower'],
    ['eval/accuracy', 'higher'],
    ['top5_acc', 'higher'],
    ['error_rate', 'lower'],
    ['perplexity', 'lower'],
    ['inference_ms', 'lower'],
    ['mean_reward', 'higher'],
    ['loss_scale', null],
    ['lr', null],
    ['confidence', null],
    ['tokens_per_s', null],
    ['tokens_per_ms', null],
    ['ms_per_token', 'lower'],
    ['glossary', null],
  ];
  for (const [name, better] of directions) {
    it(`knows ${better ? `that ${better} is better` : 'no better way'} of ${name}`, () => {
      assert.equal(betterOf(name), better);
    });
  }

  it('is written as a table with a column a run', () => {
    const runs = [runRow(1, { name: '=evil()' }), runRow(2)].map((row, place) => ({
      id: row.id,
      place,
      row,
      presence: 'here' as const,
    }));
    const rows = tableRows(
      diffMetrics([{ metrics: { loss: 1 } }, { metrics: {} }]),
      diffConfigs([{ a: '1' }, { a: [1, 2] }]),
    );
    assert.equal(
      toCsv(diffColumns(runs), rows),
      'part,name,\'=evil(),run-2\r\nmetric,loss,1,\r\nconfig,a,1,"[1, 2]"\r\n',
    );
  });
});

describe('the comparison of runs', () => {
  afterEach(closePages);

  const runs = [fixtureId('training_runs', 0), fixtureId('training_runs', 1)];
  const compare = (marked: readonly string[]): object => ({
    sheet: { kind: 'compare' },
    comparedRuns: marked,
  });

  for (const name of Object.keys(detailStates).filter((state) => state.startsWith('compare'))) {
    it(`draws without a failure: ${name}`, async () => {
      const page = await openDetail(name);
      assert.equal(page.all('dialog [data-empty=error]').length, 0);
      assert.deepEqual(page.host.ofType('log'), []);
      assert.doesNotMatch(page.text('dialog'), /NaN|undefined|Infinity/);
    });
  }

  it('lays the curves of every run over each other, one chart a metric', async () => {
    const page = await openDetail('compare');
    assert.equal(page.all('.compare-run').length, 4);
    assert.deepEqual(
      page.all('dialog [data-metric]').map(({ dataset }) => dataset.metric),
      ['val_loss', 'train_loss', 'accuracy', 'grad_norm', 'lr', 'tokens_per_s'],
    );
    assert.deepEqual(
      page.charts.view('compare/lr').layers.map(({ place }) => place),
      [0, 1, 2, 3],
    );
  });

  it('hides a run from every chart and keeps that, while the others keep their colours', async () => {
    const page = await openDetail('compare');
    await page.click('.compare-run:first-child .legend-entry');
    const places = page.charts
      .view('compare/val_loss')
      .layers.filter(({ values }) => values.some((value) => typeof value === 'number'))
      .map(({ place }) => place);
    assert.deepEqual(places, [1, 2, 3]);
    assert.equal(page.find('.compare-run:first-child .legend-entry').getAttribute('aria-pressed'), 'false');
    assert.deepEqual(page.dashboard.runSheets.hidden.value, [fixtureId('training_runs', 0)]);
  });

  it('takes a run out of the comparison', async () => {
    const page = await openDetail('compare');
    await page.click('.compare-run:first-child .button.icon');
    assert.equal(page.all('.compare-run').length, 3);
    assert.equal(page.dashboard.runs.marked.value.length, 3);
    assert.equal(document.activeElement, page.find('.compare-run:first-child .button.icon'), 'the next one');
    assert.deepEqual(
      page.charts.view('compare/lr').layers.map(({ place }) => place),
      [1, 2, 3],
      'the others keep their colours',
    );
    for (const lines of ['.compare-run', '.diff thead'])
      assert.ok(page.find(`${lines} .swatch`).classList.contains('series-2'), lines);
  });

  it('shows only what differs until all is wanted, and marks it not by colour alone', async () => {
    const page = await openDetail('compare');
    const keys = (): (string | undefined)[] => page.all('.diff [data-key]').map(({ dataset }) => dataset.key);
    assert.ok(keys().includes('optimizer.lr'));
    assert.ok(!keys().includes('model.layers'));
    const cells = page.all('.diff [data-key="optimizer.lr"] td').map(({ textContent }) => textContent);
    assert.deepEqual(cells, ['0.0003', '≠Differs: 0.001', '0.0003', '≠Differs: 0.0006']);
    await page.click('.switch input');
    assert.ok(keys().includes('model.layers'));
    assert.equal(page.all('.diff td.best').length, 2);
  });

  it('has its charts at once, before any history is there', async () => {
    const page = await openDetail('compare', { answered: false });
    assert.deepEqual(
      page.all('dialog [data-metric]').map(({ dataset }) => dataset.metric),
      ['val_loss', 'train_loss', 'tokens_per_s', 'grad_norm', 'lr'],
    );
    assert.match(page.text('dialog [data-metric=lr]'), /Reading the histories…/);
  });

  it('says how to mark runs while there are fewer than two', async () => {
    assert.match((await openDetail('compareNone')).text('dialog'), /Mark two or more runs/);
    closePages();
    const page = await openDetail('compareOne');
    assert.match(page.text('dialog'), /One run is marked/);
    assert.equal(page.all('.compare-run').length, 1);
  });

  it('says that a run was deleted while it was compared', async () => {
    const page = await openDetail('compare');
    const del = [fixtureId('training_runs', 11)];
    await page.send(patchMessage(1, { training_runs: { up: [], del } }));
    assert.match(page.text('dialog [data-notice=deleted]'), /“gpt-mini baseline” was deleted/);
    assert.equal(page.all('.compare-run').length, 3);
  });

  it('tells which histories were refused, keeps the others and tries again', async () => {
    const page = await openDetail('compare', { answered: false });
    const [first, ...others] = page.host.ofType('request').filter(({ name }) => name === 'runHistory');
    assert.ok(first);
    await page.send({ type: 'answer', id: first.id, problem: 'Too busy.' });
    for (const { id } of others) {
      await page.send({ type: 'answer', id, problem: null, result: historyOf(lossPoints(1, 5)) });
    }
    assert.match(page.text('dialog [role=alert]'), /gpt-mini lr=3e-4: Too busy\./);
    assert.equal(page.all('dialog [data-metric]').length, 1);
    await page.click('dialog [role=alert] button');
    const again = page.host.ofType('request').at(-1);
    assert.deepEqual(again?.parameters, { run: runs[0], afterStep: null, maxPoints: 1_000 });
  });

  it('asks for a run once, and for none that is compared no longer', async () => {
    const page = await openDetail('compare');
    const asked = page.host.ofType('request').length;
    assert.equal(asked, 8, 'a history and a config of each run');
    await page.click('.compare-run:first-child .button.icon');
    const run = fullTables.training_runs.find(({ id }) => id === runs[0]);
    assert.ok(run);
    await page.send(
      patchMessage(1, { training_runs: { up: [{ ...run, step: 9_000, sync_seq: 99 }], del: [] } }),
    );
    await new Promise((done) => setTimeout(done, 1_100));
    assert.equal(page.host.ofType('request').length, asked);
  });

  it('comes back as it was over a reload', async () => {
    const page = await openDetail('compare');
    await page.click('.segmented input[value=time]');
    await new Promise((done) => setTimeout(done, 250));
    const { state } = page.host;
    closePages();
    const again = await openDetail('compare', { state });
    assert.equal(again.find<HTMLInputElement>('.segmented input[value=time]').checked, true);
    assert.equal(again.all('.compare-run').length, 4);
  });

  it('releases what it held when it is closed', async () => {
    const page = await openDetail('compare');
    const before = page.host.ofType('request').length;
    await page.click('dialog [aria-label=Close]');
    assert.equal(page.all('dialog').length, 0);
    const up = fullTables.training_runs.map((run) => ({
      ...run,
      step: (run.step ?? 0) + 1,
      sync_seq: run.sync_seq + 500,
    }));
    passTime(60_000);
    await page.send(patchMessage(1, { training_runs: { up, del: [] } }));
    await settle();
    assert.equal(page.host.ofType('request').length, before);
    assert.equal(page.charts.all.filter(({ name, live }) => live && name.startsWith('compare/')).length, 0);
  });

  it('draws hostile names as text', async () => {
    const name = '<img src=x onerror=alert(1)>\u202e';
    const rows = [runRow(1, { name }), runRow(2, { name: 'x'.repeat(100_000) })];
    const page = await openDetail('compare', {
      snapshot: snapshotMessage({ training_runs: rows }),
      state: compare(rows.map(({ id }) => id)),
      answered: false,
    });
    await answerRequests(page, {
      runHistory: historyOf([{ step: 1, metrics: { [name]: 1, ['m'.repeat(8_000)]: 2 } }]),
      runConfig: { config: { [name]: name } },
    });
    assert.equal(page.all('dialog img').length, 0);
    assert.ok(page.text('dialog').length < 12_000);
    assert.deepEqual(page.host.ofType('log'), []);
  });
});
