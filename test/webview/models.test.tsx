import assert from 'node:assert/strict';
import type { ModelRow } from '../../src/shared/model.ts';
import { baseOf, groupModels, newestFirst } from '../../src/webview/models/modelGroups.ts';
import { catalogSavedStates, catalogStates, catalogTables } from '../fixtures/catalog.ts';
import { patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { ago, days, fixtureId, hours, modelRow, projectRow, runRow } from '../fixtures/rows.ts';
import { closePages, countRenders, openPage, settle, type TestPage } from './support/page.tsx';

const id = (n: number): string => fixtureId('models', n);
const section = '[data-section=models]';
const names = (page: TestPage): string[] =>
  page.all(`${section} .rows > .row .model-name .strong`).map(({ textContent }) => textContent ?? '');
const line = (n: number): string => `${section} [data-id="${id(n)}"] > .row-main`;
const family = `${section} [data-model="models/gpt"] > .row-main`;

async function search(page: TestPage, text: string): Promise<void> {
  const box = page.find<HTMLInputElement>('[data-search=models]');
  box.value = text;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

/** `gpt` in three versions, `codec` in one. */
const models: readonly ModelRow[] = [
  modelRow(1, { name: 'gpt', version: 'v1', status: 'archived', created_at: ago(9 * days) }),
  modelRow(3, {
    name: 'gpt',
    version: 'v3',
    status: 'deployed',
    created_at: ago(hours),
    base_model: 'gpt v2',
  }),
  modelRow(2, { name: 'gpt', version: 'v2', created_at: ago(3 * days), metrics: { val_loss: 2, bleu: 30 } }),
  modelRow(4, { name: 'codec', version: 'a', created_at: ago(2 * days), size_bytes: 5, tags: ['16khz'] }),
];

describe('models', () => {
  afterEach(closePages);

  it('stand in one row a name, as their newest version, and open to all of them', async () => {
    const page = await openPage(snapshotMessage({ models }));
    assert.deepEqual(names(page), ['gpt', 'codec']);
    assert.match(page.text(family), /^gpt v3 3 versions Deployed/);
    assert.equal(page.text(`${section} .count`), '2');
    await page.click(family);
    const versions = page.all(`${section} .versions > li`).map(({ dataset }) => dataset.id);
    assert.deepEqual(versions, [id(3), id(2), id(1)]);
    await page.click(line(2));
    assert.match(page.text(`${section} [data-id="${id(2)}"] dl`), /^val_loss2bleu30/);
    await page.click(family);
    assert.equal(page.all(`${section} .versions, ${section} dl`).length, 0);
    await page.click(family);
    assert.equal(page.all(`${section} dl`).length, 0, 'what was open in it was closed with it');
  });

  it('open at once when a name has one version, and stay open when it gets a second', async () => {
    const page = await openPage(snapshotMessage({ models }));
    await page.click(line(4));
    assert.match(page.text(`${section} [data-id="${id(4)}"] dl`), /Run–.*Tags16khz/);
    const second = modelRow(5, { name: 'codec', version: 'b', created_at: ago(0) });
    await page.send(patchMessage(1, { models: { up: [second], del: [] } }));
    assert.equal(page.all(`${section} [data-id="${id(4)}"] dl`).length, 1);
  });

  it('lead to the run that made them and to the model that they come from', async () => {
    const run = fixtureId('training_runs', 7);
    const made = modelRow(6, { name: 'solo', run_id: run, base_model: 'gpt:v1' });
    const page = await openPage(
      snapshotMessage({ models: [...models, made], training_runs: [runRow(7, { name: 'sweep 7' })] }),
    );
    await page.click(line(6));
    assert.equal(page.text('[data-run]'), 'sweep 7');
    await page.click(`[data-base="${id(1)}"]`);
    assert.equal(page.find(family).getAttribute('aria-expanded'), 'true');
    assert.equal(page.all(`${section} [data-id="${id(1)}"] dl`).length, 1);
    assert.equal(document.activeElement, page.find(line(1)));
    page.find('[data-run]').click();
    assert.deepEqual(page.dashboard.ui.sheet.peek(), { kind: 'run', id: run });
  });

  it('name what they come from without a link when it is none of ours', async () => {
    const page = await openPage(
      snapshotMessage({ models: [modelRow(0, { base_model: 'llama 3', run_id: 'x' })] }),
    );
    await page.click(line(0));
    assert.match(page.text(`${section} dl`), /RunxBase modelllama 3/);
    assert.equal(page.all(`${section} dl button`).length, 0);
  });

  it('are narrowed by status and by words, and say when none is left', async () => {
    const page = await openPage(snapshotMessage({ models }));
    await page.select('[data-filter=model-status]', 'ready');
    assert.match(page.text(family), /^gpt v2 1 of 3 versions/);
    await search(page, '16KHZ code');
    assert.deepEqual(names(page), ['codec']);
    await search(page, 'nothing like it');
    assert.match(page.text(`${section} [data-empty]`), /^No model matches\. Show all models$/);
    await page.click(`${section} [data-empty] button`);
    assert.deepEqual(names(page), ['gpt', 'codec']);
    assert.equal(page.find<HTMLInputElement>('[data-search=models]').value, '');
  });

  it('are sorted as chosen, by a metric too, and what lacks it comes last', async () => {
    const rows = [
      modelRow(1, { name: 'm10', metrics: { val_loss: 3, confidence: 0.9 }, size_bytes: 1 }),
      modelRow(2, { name: 'm9', metrics: { val_loss: 1, confidence: 0.1 }, size_bytes: 3 }),
      modelRow(3, { name: 'other', metrics: {}, size_bytes: null }),
    ];
    const page = await openPage(snapshotMessage({ models: rows }));
    const sort = async (order: string): Promise<string[]> => {
      await page.select('[data-sort=models]', order);
      return names(page);
    };
    assert.deepEqual(await sort('name'), ['m9', 'm10', 'other']);
    assert.deepEqual(await sort('size'), ['m9', 'm10', 'other']);
    assert.deepEqual(await sort('metric:confidence'), ['m10', 'm9', 'other'], 'highest first');
    assert.match(page.text(`${line(1)} .model-metrics`), /^confidence/, 'the row shows what it is sorted by');
    assert.deepEqual(await sort('metric:val_loss'), ['m9', 'm10', 'other'], 'lowest first');
    assert.deepEqual(await sort('newest'), ['m10', 'm9', 'other']);
  });

  it('keep what was chosen of them', async () => {
    const page = await openPage(snapshotMessage({ models }));
    await search(page, 'gpt');
    await page.select('[data-filter=model-status]', 'archived');
    await page.select('[data-sort=models]', 'metric:val_loss');
    await page.click(family);
    closePages();
    const again = await openPage(snapshotMessage({ models }), { state: page.host.state });
    assert.deepEqual(names(again), ['gpt']);
    assert.equal(again.all(`${section} .versions > li`).length, 1);
    assert.equal(again.find<HTMLSelectElement>('[data-sort=models]').value, 'metric:val_loss');
    const broken = { modelSearch: 5, modelStatus: {}, modelSort: 'metric:' };
    const fresh = await openPage(snapshotMessage({ models }), { state: broken });
    assert.deepEqual(names(fresh), ['gpt', 'codec']);
  });

  it('draw a head of thousands of names and versions, and more on demand', async () => {
    const page = await openPage(catalogStates.catalogThousands ?? null);
    assert.equal(names(page).length, 12);
    await page.click(`${section} [data-model="models/nightly"] > .row-main`);
    assert.equal(page.all(`${section} .versions > li`).length, 20);
    await page.click(`${section} [data-model="models/nightly"] .show-more`);
    assert.equal(page.all(`${section} .versions > li`).length, 40);
    page.dashboard.actions.revealModel(id(5_900));
    await settle();
    assert.equal(document.activeElement, page.find(line(5_900)), 'a link reaches the 901st version');
  });

  it('open alone among names with a long common head, and tell their whole name', async () => {
    const name = (end: string) => `runs/${'deeply/nested/'.repeat(12)}${end}`;
    const twins = [1, 2].flatMap((n) => ['a', 'b'].map((version) => ({ name: name(`${n}`), version })));
    const rows = twins.map((twin, n) => modelRow(n, { ...twin, description: 'Nightly.' }));
    const page = await openPage(snapshotMessage({ models: rows }));
    const [first] = page.all(`${section} .rows > .row > .row-main`);
    assert.match(first?.title ?? '', /nested\/[12] [ab]\nNightly\.$/);
    await page.click(`${section} .rows > .row > .row-main`);
    assert.equal(page.all(`${section} .versions`).length, 1);
  });

  it('say from when on they are listed when older ones are not held, and load those a page at a time', async () => {
    const older = `${section} [data-older-models]`;
    const asked = () => page.host.ofType('request');
    const answer = (fields: object) =>
      page.send({ type: 'answer', id: asked().at(-1)?.id ?? 0, problem: null, result: null, ...fields });
    const from = '2026-11-01T10:00:00+00:00';
    const first = modelRow(900, { name: 'older-one', created_at: '2026-10-02T00:00:00+00:00' });
    const last = modelRow(901, { name: 'older-two', created_at: '2026-10-01T00:00:00+00:00' });
    const page = await openPage(snapshotMessage({ models }));
    assert.equal(page.all(older).length, 0);
    await page.send(patchMessage(1, {}, { status: { modelsFrom: from } }));
    assert.match(
      page.text(older),
      /^Models made before Nov 1, 2026.* are not listed here\. Load older models$/,
    );
    await search(page, 'nothing of that name');
    assert.match(page.text(`${section} .empty`), /^No model matches\..*not listed here\. Load older models$/);
    assert.deepEqual(asked(), [], 'nothing is asked for because it is drawn');
    await page.click(`${older} button`);
    assert.equal(page.text(older), 'Loading older models… Load older models');
    await page.click(`${older} button`);
    const before = { at: from, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
    assert.deepEqual(
      asked().map(({ name, parameters }) => [name, parameters]),
      [['olderModels', { before }]],
      'one page at a time',
    );
    await answer({ problem: 'The backend cannot be reached.' });
    assert.equal(page.text(older), 'The backend cannot be reached. Try again');
    await page.click(`${older} button`);
    const next = { at: first.created_at, id: first.id };
    await answer({ result: { models: [models[0], first], next } });
    assert.match(
      page.text(older),
      /^Models made before Oct 2, 2026.* are not listed here\. Load older models$/,
    );
    await search(page, 'older');
    assert.deepEqual(names(page), ['older-one']);
    await page.click(`${older} button`);
    assert.deepEqual(asked().at(-1)?.parameters, { before: next });
    await answer({ result: { models: [last], next: null } });
    assert.equal(page.text(older), 'There are no older models.');
    assert.deepEqual(names(page), ['older-one', 'older-two']);
    await page.send(
      patchMessage(2, { models: { up: [], del: [first.id] } }, { status: { modelsFrom: from } }),
    );
    assert.deepEqual(names(page), ['older-two'], 'deleted ones are gone');
    await page.send(patchMessage(3, {}, { status: { modelsFrom: null } }));
    assert.deepEqual(names(page), [], 'the host holds all');
  });

  it('draw one row again when one version changes', async () => {
    const page = await openPage(snapshotMessage(catalogTables), { state: catalogSavedStates.catalogOpen });
    const renders = countRenders();
    const [first] = catalogTables.models;
    const next = { ...first, status: 'archived', sync_seq: 9_000 };
    await page.send(patchMessage(1, { models: { up: [next as ModelRow], del: [] } }));
    renders.stop();
    assert.equal(renders.counts.get('ModelGroupView'), 1);
    assert.equal(renders.counts.get('ModelRowView'), 1);
    assert.match(page.text(line(0)), /Archived/);
  });

  it('hold for hostile names, and for models that come from each other', async () => {
    const page = await openPage(catalogStates.catalogHostile ?? null, {
      state: catalogSavedStates.catalogHostile,
    });
    assert.equal(page.all('img, script, iframe, b').length, 0);
    assert.deepEqual(page.host.ofType('log'), []);
    await page.click(`[data-base="${id(3)}"]`);
    await page.click(`[data-base="${id(4)}"]`);
    assert.equal(document.activeElement, page.find(line(4)));
  });

  it('keep a row that lacks all but its id to their own section', async () => {
    const page = await openPage(snapshotMessage({ ...catalogTables, models: [{ id: 'bare' } as never] }));
    assert.match(page.text(`${section} [data-empty=error]`), /^“Models” could not be drawn: .*Draw again$/);
    assert.equal(page.all('[data-empty=error]').length, 1);
  });
});

describe('groups of models', () => {
  it('keep their identity until something of them changes', () => {
    const rows = newestFirst(models);
    const before = groupModels(rows, () => true, []);
    const again = groupModels(rows, () => true, before);
    assert.deepEqual(again, before);
    for (const [n, group] of again.entries()) assert.equal(group, before[n]);
    const changed = rows.map((row) => (row.id === id(4) ? { ...row, status: 'draft' } : row));
    const next = groupModels(changed, () => true, before);
    assert.equal(next[0], before[0]);
    assert.notEqual(next[1], before[1]);
  });

  it('find the base of a model by name or by name and version, and never itself', () => {
    const rows = newestFirst([...models, modelRow(8, { name: 'my model-x', version: '1.0' })]);
    const byName = new Map<string, ModelRow[]>();
    for (const row of rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
    const base = (base_model: string | null, of: Partial<ModelRow> = {}): string | undefined =>
      baseOf(modelRow(99, { base_model, ...of }), byName)?.id;
    assert.equal(base('gpt'), id(3), 'a bare name means the newest');
    for (const text of ['gpt v1', 'gpt:v1', 'gpt@v1', 'gpt/v1', 'gpt-v1', ' gpt v1 ']) {
      assert.equal(base(text), id(1), text);
    }
    assert.equal(base('my model-x 1.0'), id(8));
    assert.equal(base('gpt', { id: id(3), name: 'gpt' }), id(2), 'of its own name the one before it');
    assert.equal(base('gpt v3', { id: id(3), name: 'gpt' }), undefined);
    for (const text of [null, '', '  ', 'gpt v9', 'gp', 'x'.repeat(1_000_000)]) {
      assert.equal(base(text), undefined);
    }
  });
});

describe('export of models', () => {
  afterEach(closePages);

  it('saves what is listed, with the names of what they belong to and a column a metric', async () => {
    const project = projectRow(1, { name: '=cmd()' });
    const page = await openPage(
      snapshotMessage({
        projects: [project],
        models: models.map((model) => ({ ...model, project_id: project.id })),
      }),
    );
    await search(page, 'gpt v2');
    await page.click('[data-export=models]');
    const [request] = page.host.ofType('request');
    assert.equal(request?.name, 'saveFile');
    const { name, content } = request.parameters as { name: string; content: string };
    assert.equal(name, 'runglass-models-2026-11-22.csv');
    const [head, row, end] = content.split('\r\n');
    assert.match(head ?? '', /^name,version,status,project,base_model,run,.*metric\.val_loss,metric\.bleu$/);
    assert.match(row ?? '', /^gpt,v3,deployed,'=cmd\(\),gpt v2,/);
    assert.match(end ?? '', /^gpt,v2,.*,2,30$/);
  });

  it('says that it was saved, or why not, beside the button', async () => {
    const page = await openPage(snapshotMessage({ models }));
    await page.click('[data-export=models]');
    assert.equal(page.find('[data-export=models]').getAttribute('aria-disabled'), 'true');
    await page.send({ type: 'answer', id: 1, problem: null, result: { saved: true } });
    assert.equal(page.text(`${section} .export [role=status]`), 'Saved');
    await page.click('[data-export=models]');
    await page.send({ type: 'answer', id: 2, problem: 'The disk is full.', result: null });
    assert.equal(page.text(`${section} .export .problem`), 'The disk is full.');
    assert.equal(page.find(`${section} .export .problem`).title, 'The disk is full.', 'also cut off');
    await page.click('[data-export=models]');
    await page.send({ type: 'answer', id: 3, problem: null, result: { saved: false } });
    assert.equal(page.text(`${section} .export`), '');
  });
});
