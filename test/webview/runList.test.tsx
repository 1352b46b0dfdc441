import assert from 'node:assert/strict';
import { maxCompared } from '../../src/shared/runs.ts';
import { patchMessage, snapshotMessage, thousandsOfRows } from '../fixtures/dashboard.ts';
import { ago, fixtureId, hours, minutes, projectRow, runRow } from '../fixtures/rows.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

const rowOf = (n: number): string => `[data-list=runs] [data-id="${fixtureId('training_runs', n)}"]`;
const id = (n: number): string => fixtureId('training_runs', n);
const ids = (page: TestPage): (string | undefined)[] =>
  page.all('[data-list=runs] [data-id]').map(({ dataset }) => dataset.id);
const many = (count: number) =>
  Array.from({ length: count }, (_, n) => runRow(n, { started_at: ago((n + 1) * minutes) }));
const up = (...runs: ReturnType<typeof runRow>[]) => ({ training_runs: { up: runs, del: [] } });

async function press(page: TestPage, key: string): Promise<void> {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  page.find('[data-list=runs]').dispatchEvent(event);
  await settle();
}

async function focus(page: TestPage): Promise<void> {
  page.find('[data-list=runs]').focus();
  await settle();
}

function active(page: TestPage): string | null | undefined {
  return page.find('[data-list=runs]').getAttribute('aria-activedescendant')?.replace('runs-row-', '');
}

describe('list of runs', () => {
  afterEach(closePages);

  it('draws only what is in sight, and tells how many there are', async () => {
    const page = await openPage(snapshotMessage(thousandsOfRows(10_000)));
    assert.ok(ids(page).length < 50);
    const list = page.find('[data-list=runs]');
    assert.equal(list.getAttribute('aria-rowcount'), '10001');
    assert.equal(list.getAttribute('aria-multiselectable'), 'true');
    assert.equal(page.find('[data-head]').getAttribute('aria-rowindex'), '1');
    assert.deepEqual(
      page.all('[data-list=runs] [data-id]').map((row) => row.getAttribute('aria-rowindex')),
      ids(page).map((_, i) => `${i + 2}`),
    );
  });

  it('is walked with the keys of a grid', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(1_000) }));
    await focus(page);
    assert.equal(active(page), id(0));
    for (const [key, n] of [
      ['ArrowDown', 1],
      ['PageDown', 14],
      ['ArrowUp', 13],
      ['PageUp', 0],
      ['ArrowUp', 0],
      ['End', 999],
      ['ArrowDown', 999],
      ['Home', 0],
    ] as const) {
      await press(page, key);
      assert.equal(active(page), id(n), key);
      assert.ok(page.find(rowOf(n)).classList.contains('active'), key);
    }
    assert.equal(document.activeElement, page.find('[data-list=runs]'));
  });

  it('goes on at the same place when the active row is deleted', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(200) }));
    await focus(page);
    for (let n = 0; n < 3; n += 1) await press(page, 'PageDown');
    const place = many(200).findIndex((run) => run.id === active(page));
    assert.ok(place > 30);
    const delOf = (n: number) => ({ training_runs: { up: [], del: [id(n)] } });
    await page.send(patchMessage(1, delOf(place)));
    assert.equal(active(page), id(place + 1), 'the row that came up is the active one');
    await press(page, 'ArrowUp');
    assert.equal(active(page), id(place - 1));
    await press(page, 'End');
    await page.send(patchMessage(2, delOf(199)));
    assert.equal(active(page), id(198), 'after the last one, the one before');
  });

  it('brings what stands behind the last row into sight with it: older runs are asked for there', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(1_000) }));
    const scroller = page.find('[data-scroller=runs]');
    await focus(page);
    for (const key of ['End', 'ArrowDown', 'PageDown']) {
      await press(page, key);
      assert.ok(scroller.scrollTop > 1_000 * 32 - 448, `${key}: ${scroller.scrollTop}`);
    }
    await press(page, 'ArrowUp');
    assert.ok(scroller.scrollTop > 1_000 * 32 - 448, 'and it stays while it does no harm');
  });

  it('opens with Enter, marks with Space and leads to the search with a slash', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(5) }));
    await focus(page);
    await press(page, 'ArrowDown');
    await press(page, ' ');
    assert.deepEqual(page.dashboard.runs.marked.peek(), [id(1)]);
    assert.equal(page.find(rowOf(1)).getAttribute('aria-selected'), 'true');
    await press(page, ' ');
    assert.deepEqual(page.dashboard.runs.marked.peek(), []);
    await press(page, '/');
    assert.equal(document.activeElement, page.find('[data-search=runs]'));
    await press(page, 'Enter');
    assert.deepEqual(page.dashboard.ui.sheet.peek(), { kind: 'run', id: id(1) });
  });

  it('sorts by a heading, then the other way round, then not at all', async () => {
    const runs = [3, 1, 2].map((step, n) => runRow(n, { step, started_at: ago((n + 1) * hours) }));
    const page = await openPage(snapshotMessage({ training_runs: runs }));
    const told: [string | null, number[]][] = [];
    for (let n = 0; n < 4; n += 1) {
      const sort = page.find('[data-list=runs] .cell-step[role=columnheader]').getAttribute('aria-sort');
      told.push([sort, ids(page).map((each) => runs.find((run) => run.id === each)?.step ?? 0)]);
      await page.click('[data-sort-by=step]');
    }
    assert.deepEqual(told, [
      ['none', [3, 1, 2]],
      ['descending', [3, 2, 1]],
      ['ascending', [1, 2, 3]],
      ['none', [3, 1, 2]],
    ]);
  });

  it('groups by project, and closes and opens a group with the keys', async () => {
    const project = projectRow(1, { name: 'char-lm' });
    const runs = [runRow(0, { project_id: project.id }), runRow(1)];
    const page = await openPage(snapshotMessage({ projects: [project], training_runs: runs }), {
      state: { runGroups: true },
    });
    assert.equal(page.find('[data-list=runs]').getAttribute('role'), 'treegrid');
    assert.deepEqual(ids(page), [`project/${project.id}`, id(0), 'project/', id(1)]);
    await focus(page);
    await press(page, 'ArrowLeft');
    assert.deepEqual(ids(page), [`project/${project.id}`, 'project/', id(1)]);
    assert.equal(page.find('.run-group').getAttribute('aria-expanded'), 'false');
    await press(page, 'ArrowRight');
    assert.equal(ids(page).length, 4);
    await press(page, 'ArrowDown');
    await press(page, 'ArrowLeft');
    assert.equal(active(page), `project/${project.id}`);
  });

  it('marks ten runs and no more, and forgets the mark of one that is deleted', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(12) }));
    for (let n = 0; n < 12; n += 1) page.dashboard.runs.toggleMark(id(n));
    await settle();
    assert.equal(page.dashboard.runs.marked.peek().length, maxCompared);
    assert.equal(page.find<HTMLInputElement>(`${rowOf(10)} .checkbox`).disabled, true);
    assert.equal(page.find<HTMLInputElement>(`${rowOf(0)} .checkbox`).disabled, false);
    await page.send(patchMessage(1, { training_runs: { up: [], del: [id(0)] } }));
    assert.equal(page.dashboard.runs.marked.peek().includes(id(0)), false);
    assert.equal(page.find<HTMLInputElement>(`${rowOf(10)} .checkbox`).disabled, false);
  });

  it('keeps every row in its place while it has the focus, and sorts again after that', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(4) }));
    await focus(page);
    const ended = runRow(0, { status: 'completed', finished_at: ago(0), sync_seq: 90 });
    await page.send(patchMessage(1, up(ended)));
    assert.deepEqual(ids(page), [0, 1, 2, 3].map(id));
    page.find('[data-list=runs]').blur();
    await settle();
    assert.deepEqual(ids(page), [1, 2, 3, 0].map(id));
  });

  it('stays where it is read when runs come in above', async () => {
    const page = await openPage(snapshotMessage({ training_runs: many(500) }));
    const scroller = page.find('.virtual');
    scroller.scrollTop = 3_200;
    scroller.dispatchEvent(new Event('scroll'));
    await settle();
    assert.ok(ids(page).includes(id(100)));
    const news = [600, 601, 602].map((n) => runRow(n, { started_at: ago(1_000) }));
    await page.send(patchMessage(1, up(...news)));
    assert.equal(scroller.scrollTop, 3_296);
    assert.equal(page.find(rowOf(100)).getAttribute('aria-rowindex'), '105');
  });

  it('takes a run for stalled after the silence that the host tells', async () => {
    const runs = [runRow(0, { heartbeat_at: ago(2 * minutes) })];
    const page = await openPage(snapshotMessage({ training_runs: runs }, { stalledAfter: minutes }));
    assert.equal(page.find(`${rowOf(0)} [data-status]`).dataset.status, 'stalled');
    await page.click('input[name=runs][value=stalled]');
    assert.deepEqual(ids(page), [id(0)]);
    await page.send(patchMessage(1, {}, { status: { stalledAfter: 5 * minutes } }));
    assert.equal(page.all(`${rowOf(0)} [data-status=stalled]`).length, 0);
  });
});

describe('older runs', () => {
  afterEach(closePages);
  const from = { at: runRow(2).created_at, id: id(2) };
  const held = (count = 3) => snapshotMessage({ training_runs: many(count) }, { runsFrom: from });
  const asked = (page: TestPage) => page.host.posted.filter((each) => each.type === 'request');
  const answer = (page: TestPage, fields: object): Promise<void> => {
    const last = asked(page).at(-1);
    assert.ok(last && 'id' in last);
    return page.send({ type: 'answer', id: last.id, problem: null, result: null, ...fields });
  };

  it('are asked for one page at a time where the list ends, until these are all', async () => {
    const page = await openPage(held());
    assert.equal(asked(page).length, 1);
    assert.equal(page.find('[data-list=runs]').getAttribute('aria-rowcount'), '-1');
    page.dashboard.runs.older.ask();
    assert.equal(asked(page).length, 1);
    const next = { at: runRow(3).created_at, id: id(3) };
    await answer(page, { result: { runs: [runRow(3)], next } });
    assert.equal(asked(page).length, 2);
    await answer(page, { result: { runs: [runRow(4)], next: null } });
    assert.equal(asked(page).length, 2);
    assert.equal(page.text('[data-beyond=end]'), '5 runs, all of them.');
    assert.equal(ids(page).length, 5);
  });

  it('are asked for again only when one says so after a problem', async () => {
    const page = await openPage(held());
    await answer(page, { problem: 'The backend cannot be reached.' });
    assert.match(page.text('[data-beyond=problem]'), /The backend cannot be reached\. Try again/);
    assert.equal(asked(page).length, 1);
    await page.click('[data-beyond=problem] button');
    assert.equal(asked(page).length, 2);
  });

  it('stay when the host lets them go, but not when they are deleted or another account comes', async () => {
    const page = await openPage(held());
    const gone = (n: number, released: boolean) => ({
      training_runs: { up: [], del: [id(n)], ...(released ? { released: [id(n)] } : {}) },
    });
    const runsFrom = { at: runRow(1).created_at, id: id(1) };
    await page.send(patchMessage(1, gone(2, true), { status: { runsFrom } }));
    assert.deepEqual(ids(page), [0, 1, 2].map(id));
    await page.send(patchMessage(2, gone(2, false), { status: { runsFrom } }));
    assert.deepEqual(ids(page), [0, 1].map(id));
    await page.send(patchMessage(3, gone(1, true), { status: { runsFrom } }));
    assert.deepEqual(ids(page), [0, 1].map(id));
    await page.send(snapshotMessage({}, { account: 'other@runglass.local' }, { epoch: 'epoch-2' }));
    assert.equal(ids(page).length, 0);
  });
});

describe('export of training runs', () => {
  afterEach(closePages);

  it('saves those that are listed, with what they used and a column a metric', async () => {
    const project = projectRow(1, { name: '=cmd()' });
    const runs = [
      runRow(1, { name: 'a, b', project_id: project.id, usage: { tokens: 12 }, metrics: { loss: 0.5 } }),
      runRow(2, { name: 'failed one', status: 'failed', metrics: { bleu: 3 } }),
    ];
    const page = await openPage(snapshotMessage({ projects: [project], training_runs: runs }));
    await page.click('[data-export=runs]');
    const [request] = page.host.ofType('request').filter(({ name }) => name === 'saveFile');
    assert(request);
    const { name, content } = request.parameters as { name: string; content: string };
    assert.equal(name, 'runglass-runs-2026-11-22.csv');
    const [head, first, second] = content.split('\r\n');
    assert.match(head ?? '', /^name,status,project,progress,.*,usage\.tokens,metric\.loss,metric\.bleu$/);
    assert.match(first ?? '', /^"a, b",running,'=cmd\(\),0\.4,400,1000,.*,12,0\.5,$/);
    assert.match(second ?? '', /^failed one,failed,,.*,,,3$/);
  });
});
