import assert from 'node:assert/strict';
import { catalogStates, catalogTables } from '../fixtures/catalog.ts';
import { patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { eventRow, fixtureId, modelRow, projectRow } from '../fixtures/rows.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

const id = (n: number): string => fixtureId('projects', n);
const projects = [
  projectRow(1, { name: 'char-lm' }),
  projectRow(2, { name: 'vision' }),
  projectRow(3, { name: 'thesis', status: 'archived' }),
];
const tables = {
  projects,
  models: [modelRow(1, { name: 'gpt', project_id: id(1) }), modelRow(2, { name: 'vit', project_id: id(2) })],
  ide_sync_events: [
    eventRow(1, { event_type: 'note.one', project_id: id(1), payload: {} }),
    eventRow(2, { event_type: 'note.two', project_id: id(2), payload: {} }),
  ],
};
const chips = (page: TestPage): (string | undefined)[] =>
  page.all('[data-only-project]').map((chip) => chip.closest<HTMLElement>('[data-section]')?.dataset.section);

describe('the chosen project', () => {
  afterEach(closePages);

  it('filters every section that has rows of projects, and each says so', async () => {
    const page = await openPage(snapshotMessage(tables));
    assert.deepEqual(chips(page), []);
    await page.click(`[data-only="${id(1)}"]`);
    assert.equal(page.find<HTMLSelectElement>('[data-filter=project]').value, id(1));
    assert.match(page.text('.page-header [data-project-chip]'), /^Project: ?/);
    assert.deepEqual(chips(page), ['runs', 'models', 'activity'], 'limits are those of the account');
    assert.equal(page.text('[data-section=models] [data-only-project]'), 'char-lm');
    assert.deepEqual(
      page.all('[data-section=models] [data-id]').map(({ dataset }) => dataset.id),
      [fixtureId('models', 1)],
    );
    assert.match(page.text('[data-section=activity] .rows'), /^Note one/);
    assert.doesNotMatch(page.text('[data-section=activity] .rows'), /Note two/);
    assert.equal(page.all('[data-section=projects] [data-only]').length, 2, 'others stay to be chosen');
  });

  it('is marked in the list of projects, and a second click shows all again', async () => {
    const page = await openPage(snapshotMessage(tables));
    await page.click(`[data-only="${id(1)}"]`);
    assert.equal(page.find(`[data-only="${id(1)}"]`).getAttribute('aria-pressed'), 'true');
    assert.equal(page.all('.project-line.chosen').length, 1);
    await page.click(`[data-only="${id(1)}"]`);
    assert.equal(page.dashboard.ui.project.peek(), null);
    assert.equal(page.all('[data-section=models] [data-id]').length, 2);
  });

  it('can be chosen and left in the header', async () => {
    const page = await openPage(snapshotMessage(tables));
    const options = page.all('[data-filter=project] option').map(({ textContent }) => textContent);
    assert.deepEqual(options, ['All projects', 'char-lm', 'vision', 'thesis']);
    await page.select('[data-filter=project]', id(3));
    assert.equal(page.all(`[data-section=projects] [data-id="${id(3)}"]`).length, 1, 'its group opens');
    page.find('[data-all-projects]').focus();
    await page.click('[data-all-projects]');
    assert.equal(page.dashboard.ui.project.peek(), null);
    assert.ok(document.activeElement === page.find('[data-filter=project]'), 'its button is gone');
  });

  it('leads out of sections that have nothing of it', async () => {
    const page = await openPage(snapshotMessage(tables), { state: { project: id(3) } });
    assert.equal(page.text('[data-section=models] [data-empty]'), 'No models in thesis. Show all projects');
    assert.match(
      page.text('[data-section=activity] [data-empty]'),
      /^No entries in thesis\. Show all projects/,
    );
    await page.click('[data-section=models] [data-empty] button');
    assert.equal(page.all('[data-section=models] [data-id]').length, 2);
  });

  it('says that it is unknown when it is gone, and can be left', async () => {
    const page = await openPage(snapshotMessage(tables), { state: { project: id(1) } });
    await page.send(patchMessage(1, { projects: { up: [], del: [id(1)] } }));
    const list = page.find<HTMLSelectElement>('[data-filter=project]');
    assert.equal(list.selectedOptions[0]?.textContent, 'Unknown project');
    assert.equal(page.text('[data-section=runs] [data-only-project]'), 'Unknown project');
    const gone = await openPage(catalogStates.catalogUnknownProject ?? null, { state: { project: 'gone' } });
    assert.match(
      gone.text('[data-section=models] [data-empty]'),
      /^Nothing is shown: the chosen project is not among yours\. Show all projects$/,
    );
    await gone.click('[data-all-projects]');
    assert.ok(gone.all('[data-section=models] [data-id]').length > 0);
  });

  it('does not call a project unknown before the rows are there', async () => {
    const page = await openPage(null, { state: { project: id(1) } });
    assert.doesNotMatch(page.text('.page-header'), /Unknown/);
    await page.send(snapshotMessage(tables));
    assert.equal(page.text('[data-section=runs] [data-only-project]'), 'char-lm');
  });

  it('is left by a link to a model of another project', async () => {
    const page = await openPage(snapshotMessage(tables), { state: { project: id(1), modelSearch: 'gpt' } });
    page.dashboard.actions.revealModel(fixtureId('models', 2));
    await settle();
    assert.equal(page.dashboard.ui.project.peek(), null);
    const row = page.find(`[data-section=models] [data-id="${fixtureId('models', 2)}"] .row-main`);
    assert.equal(document.activeElement, row);
  });

  it('survives hiding and reloading', async () => {
    const page = await openPage(snapshotMessage(catalogTables));
    await page.click(`[data-only="${fixtureId('projects', 0)}"]`);
    closePages();
    const again = await openPage(snapshotMessage(catalogTables), { state: page.host.state });
    assert.equal(again.dashboard.ui.project.peek(), fixtureId('projects', 0));
    assert.deepEqual(chips(again), ['runs', 'models', 'activity']);
  });
});
