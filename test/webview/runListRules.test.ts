import assert from 'node:assert/strict';
import type { ProjectRow, RunRow } from '../../src/shared/model.ts';
import { shiftOf, spanAt } from '../../src/webview/components/window.ts';
import { groupRuns, holdOrder, isGroup, type RunGroup } from '../../src/webview/runs/arrange.ts';
import { columnIds, defaultColumns, fitColumns } from '../../src/webview/runs/columns.ts';
import { countRuns, matchesFilter, searcher } from '../../src/webview/runs/filter.ts';
import { nameKey, RunOrder, type SortColumn, type SortContext } from '../../src/webview/runs/sort.ts';
import { answered, asked, type HeldRows, refused, slid, together } from '../../src/webview/state/older.ts';
import { ago, fixtureNow, hours, minutes, projectRow, runRow } from '../fixtures/rows.ts';

const none: ReadonlySet<string> = new Set();

function byId(runs: readonly RunRow[]): Map<string, RunRow> {
  return new Map(runs.map((run) => [run.id, run]));
}

function names(runs: readonly RunRow[]): string[] {
  return runs.map(({ name }) => name);
}

describe('order of runs', () => {
  const context: SortContext = {
    now: fixtureNow,
    silence: 5 * minutes,
    projects: new Map(),
    metric: (run) => (typeof run.metrics.loss === 'number' ? run.metrics.loss : null),
    cost: (run) => run.usage.tokens ?? null,
  };
  const sorted = (runs: readonly RunRow[], column: SortColumn, descending = false): string[] =>
    names(new RunOrder().update(byId(runs), { column, descending }, context));

  it('is what is going on first, then the newest, unless one sorts', () => {
    const runs = [
      runRow(1, { name: 'old', status: 'completed', started_at: ago(2 * hours) }),
      runRow(2, { name: 'new', status: 'failed', started_at: ago(hours) }),
      runRow(3, { name: 'queued', status: 'queued', started_at: null }),
      runRow(4, { name: 'running', started_at: ago(9 * hours) }),
    ];
    assert.deepEqual(names(new RunOrder().update(byId(runs), null, null)), [
      'running',
      'queued',
      'new',
      'old',
    ]);
  });

  it('goes by the id where times are the same, and puts last what has no readable time', () => {
    const odd = runRow(9, { name: 'odd', started_at: 'infinity' });
    const [b, a] = [5, 4].map((n) => runRow(n, { name: `twin ${n}`, started_at: ago(minutes) }));
    assert(a && b);
    for (const runs of [
      [odd, a, b],
      [b, odd, a],
      [a, b, odd],
    ]) {
      assert.deepEqual(names(new RunOrder().update(byId(runs), null, null)), ['twin 4', 'twin 5', 'odd']);
    }
  });

  it('reads numbers in names as numbers', () => {
    const runs = ['run-10', 'Run-2', 'run-1'].map((name, n) => runRow(n, { name }));
    assert.deepEqual(sorted(runs, 'name'), ['run-1', 'Run-2', 'run-10']);
    assert.deepEqual(sorted(runs, 'name', true), ['run-10', 'Run-2', 'run-1']);
    assert.ok(nameKey('x'.repeat(1_000_000)).length <= 200);
  });

  it('puts what is unknown last, whichever way the others go', () => {
    const runs = [
      runRow(1, { name: 'unknown', metrics: {} }),
      runRow(2, { name: 'high', metrics: { loss: 3 } }),
      runRow(3, { name: 'low', metrics: { loss: 1 } }),
    ];
    assert.deepEqual(sorted(runs, 'metric'), ['low', 'high', 'unknown']);
    assert.deepEqual(sorted(runs, 'metric', true), ['high', 'low', 'unknown']);
  });

  it('puts stalled runs behind running ones, and knows no end of them', () => {
    const runs = [
      runRow(1, { name: 'stalled', heartbeat_at: ago(hours) }),
      runRow(2, { name: 'running' }),
      runRow(3, { name: 'failed', status: 'failed' }),
    ];
    assert.deepEqual(sorted(runs, 'status'), ['running', 'stalled', 'failed']);
    assert.equal(sorted(runs, 'eta')[0], 'running');
  });

  it('is the same after changes one by one as from the start, by every column', () => {
    for (const column of ['name', ...columnIds] as const) {
      for (const descending of [false, true]) {
        const sort = { column, descending };
        const order = new RunOrder();
        const rows = byId(Array.from({ length: 40 }, (_, n) => runRow(n, { step: (n * 7) % 40 })));
        order.update(rows, sort, context);
        for (let n = 0; n < 60; n += 1) {
          const id = runRow(n % 45).id;
          if (n % 7 === 3) rows.delete(id);
          else {
            const fields = { name: `run-${(n * 13) % 50}`, step: n * 3, usage: { tokens: (n * 5) % 11 } };
            rows.set(id, runRow(n % 45, { ...fields, status: n % 3 === 0 ? 'completed' : 'running' }));
          }
          assert.deepEqual(
            order.update(new Map(rows), sort, context).map((run) => run.id),
            new RunOrder().update(rows, sort, context).map((run) => run.id),
            `${column} ${n}`,
          );
        }
      }
    }
  });

  it('keeps its identity while nothing changes', () => {
    const order = new RunOrder();
    const rows = byId([runRow(1), runRow(2)]);
    assert.equal(order.update(rows, null, null), order.update(new Map(rows), null, null));
  });
});

describe('filter of runs', () => {
  const quiet = runRow(1);
  const runs = [runRow(0), quiet, runRow(2, { status: 'failed' }), runRow(3, { status: 'completed' })];
  const stalled = new Set([quiet.id]);

  it('counts each kind', () => {
    assert.deepEqual(countRuns(runs, stalled), { all: 4, active: 2, finished: 2, failed: 1, stalled: 1 });
  });

  it('takes a run for stalled only when it is told to be', () => {
    assert.equal(matchesFilter(quiet, 'stalled', none), false);
    assert.equal(matchesFilter(quiet, 'stalled', stalled), true);
    assert.equal(matchesFilter(quiet, 'active', stalled), true);
  });

  it('finds every word in name, status, error, id or project', () => {
    const run = runRow(7, { name: 'GPT-mini lr=3e-4', status: 'failed', error: 'CUDA out of memory' });
    const finds = (search: string): boolean | undefined => searcher(search, () => 'char-lm', none)?.(run);
    for (const search of ['gpt', 'MINI  failed', 'cuda memory', 'char-lm gpt', run.id.slice(0, 8)])
      assert.equal(finds(search), true, search);
    assert.equal(finds('gpt warmup'), false);
    assert.equal(
      searcher('  ', () => '', none),
      null,
    );
  });

  it('finds what fell silent as stalled', () => {
    assert.equal(searcher('stalled', () => '', none)?.(quiet), false);
    assert.equal(searcher('stalled', () => '', stalled)?.(quiet), true);
  });
});

describe('runs while one reads', () => {
  it('keep their places, new ones come behind whom they follow, and deleted ones go', () => {
    const [a, b, c, d, e] = 'abcde'.split('').map((name, n) => runRow(n, { name }));
    assert.ok(a && b && c && d && e);
    const held = [a, b, c];
    const fresh = [d, c, e, a];
    assert.deepEqual(names(holdOrder(held, fresh, byId([a, c, d, e]))), ['d', 'a', 'c', 'e']);
  });

  it('stay when they no longer pass the filter, with what changed of them', () => {
    const run = runRow(0);
    const ended = { ...run, status: 'completed' };
    assert.deepEqual(holdOrder([run], [], byId([ended])), [ended]);
  });
});

describe('groups of runs', () => {
  const [b, a] = [projectRow(1, { name: 'beta' }), projectRow(2, { name: 'alpha' })];
  const projects = new Map<string, ProjectRow>([b, a].map((project) => [project.id, project]));
  const runs = [
    runRow(0, { name: 'in beta', project_id: b.id }),
    runRow(1, { name: 'alone' }),
    runRow(2, { name: 'in alpha', project_id: a.id, status: 'failed' }),
    runRow(3, { name: 'also in beta', project_id: b.id, status: 'failed' }),
  ];
  const group = (closed: ReadonlySet<string>, known: ReadonlyMap<string, RunGroup> = new Map()) =>
    groupRuns(runs, { projects, closed, known, isActive: ({ status }) => status === 'running' });

  it('go by the name of the project, those of none last, with their counts', () => {
    assert.deepEqual(
      group(none).map((item) =>
        isGroup(item) ? `${item.project?.name ?? '–'} ${item.count}/${item.active}` : item.name,
      ),
      ['alpha 1/0', 'in alpha', 'beta 2/1', 'in beta', 'also in beta', '– 1/1', 'alone'],
    );
  });

  it('hide their runs when closed, and keep their identity while they are the same', () => {
    const before = group(none);
    const known = new Map(before.filter(isGroup).map((each) => [each.id, each]));
    const after = group(new Set([`project/${b.id}`]), known);
    assert.equal(after.length, before.length - 2);
    assert.equal(after[0], before[0]);
    assert.notEqual(after[2], before[2]);
  });
});

describe('columns of runs', () => {
  const chosen = new Set(defaultColumns);

  it('stand all where there is room, in their order', () => {
    assert.deepEqual(fitColumns(chosen, 200), defaultColumns);
    assert.deepEqual(fitColumns(new Set(columnIds), 200), columnIds);
  });

  it('go one after the other as room gets scarce, status and progress never', () => {
    let before = columnIds.length + 1;
    for (let width = 120; width >= 43; width -= 1) {
      const fitting = fitColumns(chosen, width);
      assert.ok(fitting.length <= before, `${width}`);
      assert.deepEqual(fitting.slice(0, 2), ['status', 'progress']);
      before = fitting.length;
    }
    assert.deepEqual(fitColumns(chosen, 42), ['status', 'progress', 'eta']);
  });

  it('are not those that were not chosen', () => {
    assert.deepEqual(fitColumns(new Set(['beat']), 200), ['status', 'progress', 'beat']);
  });
});

describe('pages of older runs', () => {
  const run = (n: number, fields: Partial<RunRow> = {}): RunRow =>
    runRow(n, { created_at: ago(n * hours), ...fields });
  const place = (n: number) => ({ at: run(n).created_at, id: run(n).id });
  const held = (from: number, ...rows: readonly RunRow[]): HeldRows<RunRow> => ({
    rows: byId(rows),
    from: place(from),
  });
  const keep = { deleted: [], released: [] };

  it('begin where the held ones end, and go on where the last page did', () => {
    const first = asked<RunRow>(null, place(5));
    assert.deepEqual([first.next, first.asking.kind], [place(5), 'waiting']);
    const page = answered(first, { rows: [run(6)], next: place(6) });
    assert.deepEqual([page.next, page.asking.kind], [place(6), 'idle']);
    assert.deepEqual(asked(page, place(5)).next, place(6));
    assert.equal(answered(page, { rows: [run(7)], next: null }).next, null);
  });

  it('are a problem when they lead nowhere, lest one is asked for again and again', () => {
    const waiting = asked<RunRow>(null, place(5));
    for (const next of [place(5), place(4)])
      assert.equal(answered(waiting, { rows: [], next }).asking.kind, 'problem');
    const failed = refused(waiting, 'Offline.');
    assert.deepEqual(failed.asking, { kind: 'problem', words: 'Offline.' });
    assert.equal(asked(failed, place(5)).asking.kind, 'waiting');
  });

  it('take the later copy of a row', () => {
    const [older, newer] = [run(6, { sync_seq: 1 }), run(6, { sync_seq: 2 })];
    const page = answered(asked<RunRow>(null, place(5)), { rows: [newer], next: place(6) });
    assert.equal(together(byId([older]), page).get(newer.id), newer);
    assert.equal(together(byId([older]), null).get(older.id), older);
  });

  it('keep what the host lets go, and lose what was deleted', () => {
    const [a, b] = [run(4), run(5)];
    const before = held(5, a, b);
    const released = slid(null, before, held(4, a), { deleted: [], released: [b.id] });
    assert.deepEqual([...(released?.rows.keys() ?? [])], [b.id]);
    const deleted = slid(released, held(4, a), held(4, a), { deleted: [b.id], released: [] });
    assert.equal(deleted?.rows.size, 0);
  });

  it('are nothing once the host holds everything', () => {
    const older = answered(asked<RunRow>(null, place(5)), { rows: [run(6)], next: place(6) });
    assert.equal(slid(older, held(5), { rows: new Map(), from: null }, keep), null);
    assert.equal(slid(null, held(5), held(5), keep), null);
  });

  it('lose what the host, reaching further back, does not have', () => {
    const older = answered(asked<RunRow>(null, place(5)), { rows: [run(6), run(9)], next: place(9) });
    const next = slid(older, held(5), held(7), keep);
    assert.deepEqual([...(next?.rows.keys() ?? [])], [run(9).id]);
  });
});

describe('window of a list', () => {
  const size = { rowHeight: 20, viewHeight: 200, width: 900, fontSize: 13 };

  it('covers what is in sight and a little more, anywhere', () => {
    for (const top of [0, 7, 190, 10_000, 199_800]) {
      const { first, end } = spanAt(top, 10_000, size);
      assert.ok(first <= top / 20 && end >= Math.min(10_000, (top + 200) / 20), `${top}`);
      assert.ok(end - first <= 32, `${top}`);
    }
    assert.deepEqual(spanAt(0, 3, size), { first: 0, end: 3 });
    assert.deepEqual(spanAt(500, 0, size), { first: 0, end: 0 });
  });

  it('moves by as many rows as come or go above the anchor', () => {
    const rows = ['a', 'b', 'c', 'd'];
    const idOf = (row: string): string => row;
    assert.equal(shiftOf(rows, ['x', 'y', ...rows], 2, idOf), 2);
    assert.equal(shiftOf(rows, ['c', 'd'], 2, idOf), -2);
    assert.equal(shiftOf(rows, [...rows, 'x'], 2, idOf), 0);
    assert.equal(shiftOf(rows, ['x', 'a', 'b', 'd'], 2, idOf), 1, 'the next one takes its place');
  });
});
