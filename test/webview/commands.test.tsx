import assert from 'node:assert/strict';
import type { ShowTarget } from '../../src/shared/protocol.ts';
import { maxCompared } from '../../src/shared/runs.ts';
import { fullTables, snapshotMessage } from '../fixtures/dashboard.ts';
import { fixtureId, projectRow, runRow } from '../fixtures/rows.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

const show = (page: TestPage, target: ShowTarget) => page.send({ type: 'show', target });
const saved = ({ host }: TestPage): string[] =>
  host.ofType('request').flatMap(({ name, parameters }) => {
    return name === 'saveFile' && 'content' in parameters ? [parameters.name] : [];
  });
/** Until what the page loads later is drawn. */
const drawn = async (page: TestPage, selector: string): Promise<void> => {
  for (let turn = 0; turn < 50 && page.all(selector).length === 0; turn++) await settle();
  page.find(selector);
};

describe('a command', () => {
  afterEach(closePages);

  it('compares runs in the place of those that were marked', async () => {
    const ids = Array.from({ length: maxCompared + 1 }, (_, n) => fixtureId('training_runs', n));
    const page = await openPage(snapshotMessage({ training_runs: ids.map((_, n) => runRow(n)) }), {
      state: { comparedRuns: ids.slice(3, 6) },
    });
    await show(page, { kind: 'compare', ids: ids.slice(0, 2) });
    await drawn(page, 'dialog');
    assert.equal(page.text('dialog h2'), 'Compare runs');
    assert.deepEqual(page.dashboard.runs.marked.peek(), ids.slice(0, 2));
    await show(page, { kind: 'compare', ids });
    assert.equal(page.dashboard.runs.marked.peek().length, maxCompared);
  });

  it('shows all projects, and not the sheet that lay over them', async () => {
    const project = projectRow(1);
    const page = await openPage(snapshotMessage({ projects: [project] }), {
      state: { project: project.id, sheet: { kind: 'sync' } },
    });
    await show(page, { kind: 'allProjects' });
    assert.equal(page.dashboard.ui.project.peek(), null);
    assert.equal(page.all('dialog').length, 0);
  });

  it('has the cursor in the search of runs, whatever lay over it', async () => {
    const page = await openPage(snapshotMessage(fullTables), { state: { sheet: { kind: 'compare' } } });
    await drawn(page, 'dialog');
    await show(page, { kind: 'findRuns' });
    assert.equal(page.all('dialog').length, 0);
    assert.ok(document.activeElement === page.find('[data-search=runs]'));
  });

  it('saves runs and usage as their buttons do, once, as soon as there are rows', async () => {
    const page = await openPage();
    await show(page, { kind: 'exportRuns' });
    assert.deepEqual(saved(page), []);
    await page.send(snapshotMessage(fullTables));
    assert.deepEqual(saved(page), ['runglass-runs-2026-11-22.csv']);
    await drawn(page, '[data-chart=usage]');
    await show(page, { kind: 'exportUsage' });
    await page.send(snapshotMessage(fullTables));
    assert.deepEqual(saved(page), ['runglass-runs-2026-11-22.csv', 'runglass-usage-2026-11-22.csv']);
  });

  it('that has nothing to work on is forgotten', async () => {
    const page = await openPage(snapshotMessage({}));
    await show(page, { kind: 'exportRuns' });
    await page.send(snapshotMessage(fullTables));
    assert.deepEqual(saved(page), []);
  });

  it('that the page does not know is told of in the log', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    for (const target of [
      { kind: 'compare', ids: [1] },
      { kind: 'compare' },
      { kind: 'other' },
      { kind: 'run' },
    ])
      await page.send({ type: 'show', target });
    assert.equal(page.host.ofType('log').length, 4);
  });
});
