import assert from 'node:assert/strict';
import type { ProjectRow } from '../../src/shared/model.ts';
import type { DashboardStatus } from '../../src/shared/protocol.ts';
import { freeColor, projectColors } from '../../src/webview/projects/palette.ts';
import { catalogSavedStates, catalogStates } from '../fixtures/catalog.ts';
import { patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import {
  ago,
  eventRow,
  fixtureId,
  fixtureNow,
  hours,
  minutes,
  projectRow,
  runRow,
} from '../fixtures/rows.ts';
import { closePages, countRenders, openPage, settle, type TestPage } from './support/page.tsx';

const id = (n: number): string => fixtureId('projects', n);
const section = '[data-section=projects]';
const form = '.project-form';

const projects: readonly ProjectRow[] = [
  projectRow(1, { name: 'char-lm', description: 'Letters', color: '#2f86e0' }),
  projectRow(2, { name: 'vision', color: '#d07a1e' }),
  projectRow(3, { name: 'thesis', status: 'archived' }),
];

async function type(page: TestPage, name: 'name' | 'description', text: string): Promise<void> {
  const field = page.find<HTMLInputElement>(`${form} [name=project-${name}]`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

async function press(page: TestPage, key: string): Promise<void> {
  const field = page.find(`${form} [name=project-name]`);
  field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  await settle();
}

async function answer(page: TestPage, problem: string | null, result: unknown = null): Promise<void> {
  const last = page.host.ofType('request').at(-1);
  assert(last, 'nothing was asked for');
  await page.send({ type: 'answer', id: last.id, problem, result });
}

/** Id that the page gives to the project that it asked for last. */
function made(page: TestPage): string {
  const last = page.host.ofType('request').at(-1);
  assert(last?.name === 'createProject');
  return last.parameters.id;
}

const asked = (page: TestPage): unknown[] =>
  page.host.ofType('request').map(({ name, parameters }) => [name, parameters]);

async function openRow(page: TestPage, n: number): Promise<void> {
  await page.click(`${section} [data-id="${id(n)}"] .project-main`);
}

describe('projects', () => {
  afterEach(closePages);

  it('show when anything of them was last active, editor events included', async () => {
    const page = await openPage(
      snapshotMessage({
        projects: [projectRow(1, { updated_at: ago(50 * hours) })],
        training_runs: [runRow(1, { project_id: id(1), heartbeat_at: ago(3 * hours) })],
        ide_sync_events: [eventRow(1, { project_id: id(1), occurred_at: ago(7 * minutes) })],
      }),
    );
    assert.equal(page.text(`${section} .project-age`), '7m ago');
  });

  it('open to their description and to what can be done', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    assert.match(page.text('.project-details'), /^Letters ?Edit ?Archive$/);
    await openRow(page, 2);
    assert.match(page.text(`[data-id="${id(2)}"] .project-details`), /^No description\./);
  });

  it('stand in a closed group once they are archived', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    assert.equal(page.all(`${section} [data-id="${id(3)}"]`).length, 0);
    assert.equal(page.text('[data-archived]'), 'Archived (1)');
    await page.click('[data-archived]');
    assert.equal(page.all(`${section} [data-id="${id(3)}"]`).length, 1);
    closePages();
    const again = await openPage(snapshotMessage({ projects }), { state: page.host.state });
    assert.equal(again.all(`${section} [data-id="${id(3)}"]`).length, 1, 'it stays open');
  });

  it('count at least what is held when there are older runs and models', async () => {
    const tables = { projects, training_runs: [runRow(1, { project_id: id(1) })] };
    const runsFrom = { at: ago(hours), id: fixtureId('training_runs', 1) };
    const page = await openPage(snapshotMessage(tables, { runsFrom, modelsFrom: ago(hours) }));
    assert.match(page.text(`${section} [data-id="${id(1)}"]`), / 1\+ runs.* · 0\+ models/);
    await page.send(patchMessage(1, {}));
    assert.match(page.text(`${section} [data-id="${id(1)}"]`), / 1 run[ (].* · 0 models/);
  });

  it('hand the focus to the row beside when they go', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    page.find(`[data-archive="${id(1)}"]`).focus();
    const archived = { ...projects[0], status: 'archived', sync_seq: 900 } as ProjectRow;
    await page.send(patchMessage(1, { projects: { up: [archived], del: [] } }));
    assert.ok(document.activeElement === page.find(`${section} [data-id="${id(2)}"] .project-main`));
    await page.send(patchMessage(2, { projects: { up: [], del: [id(2)] } }));
    assert.ok(document.activeElement === page.find('[data-new-project]'), 'it was the last');
  });

  it('draw one row again when one changes', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    const renders = countRenders();
    const next = { ...projects[0], name: 'chars', sync_seq: 900 } as ProjectRow;
    await page.send(patchMessage(1, { projects: { up: [next], del: [] } }));
    renders.stop();
    assert.equal(renders.counts.get('ProjectRowView'), 1);
  });

  it('hold for hostile names and colors', async () => {
    const page = await openPage(catalogStates.catalogHostile ?? null, {
      state: catalogSavedStates.catalogHostile,
    });
    for (const circle of page.all('circle')) assert.doesNotMatch(circle.getAttribute('fill') ?? '', /url|;/);
    assert.ok(page.text(section).length < 10_000);
  });
});

describe('form of projects', () => {
  afterEach(closePages);

  it('makes a project, which shows once sync has brought it', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    assert.equal(document.activeElement, page.find('[name=project-name]'));
    await type(page, 'name', '  retrieval ');
    await press(page, 'Enter');
    assert.deepEqual(asked(page), [
      ['createProject', { id: made(page), name: 'retrieval', description: null, color: '#2f9e5b' }],
    ]);
    assert.match(page.text(form), /Saving…$/);
    await answer(page, null);
    assert.match(page.text(form), /Saved, waiting for sync…$/);
    assert.doesNotMatch(page.text(`${section} .rows`), /retrieval/, 'nothing is drawn ahead of the database');
    const row = projectRow(9, { id: made(page), name: 'retrieval', color: '#2f9e5b' });
    await page.send(patchMessage(1, { projects: { up: [row], del: [] } }));
    assert.equal(page.all(form).length, 0);
    assert.equal(document.activeElement, page.find(`${section} [data-id="${row.id}"] .project-main`));
  });

  it('is done too when sync is quicker than the answer', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await press(page, 'Enter');
    const row = projectRow(9, { id: made(page), name: 'retrieval' });
    await page.send(patchMessage(1, { projects: { up: [row], del: [] } }));
    assert.equal(page.all(form).length, 0);
    await answer(page, null);
    assert.equal(page.all(form).length, 0);
  });

  it('is done when the project was made although no answer came, and asks for the same one again', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await press(page, 'Enter');
    const first = made(page);
    await answer(page, 'The backend does not answer in time.');
    await press(page, 'Enter');
    assert.equal(made(page), first);
    await answer(page, 'The backend does not answer in time.');
    const row = projectRow(9, { id: first, name: 'retrieval' });
    await page.send(patchMessage(1, { projects: { up: [row], del: [] } }));
    assert.equal(page.all(form).length, 0);
  });

  it('is done when the page was made anew before the answer came', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await press(page, 'Enter');
    const row = projectRow(9, { id: made(page), name: 'retrieval' });
    closePages();
    const again = await openPage(snapshotMessage({ projects: [...projects, row] }), {
      state: page.host.state,
    });
    assert.equal(again.all(form).length, 0);
    await again.click('[data-new-project]');
    assert.equal(again.find<HTMLInputElement>('[name=project-name]').value, '');
  });

  it('sends only what was changed, and the row changes when it comes back', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    await type(page, 'description', 'Letters and digits');
    await page.click(`${form} [value="#d45a9c"]`);
    await page.click(`${form} [data-save]`);
    const fields = { description: 'Letters and digits', color: '#d45a9c' };
    assert.deepEqual(asked(page), [['updateProject', { id: id(1), fields }]]);
    await page.click(`${form} [data-save]`);
    assert.equal(asked(page).length, 1, 'once');
    await answer(page, null);
    assert.equal(page.text(`[data-id="${id(1)}"] .project-description`), 'Letters');
    const next = { ...projects[0], ...fields, sync_seq: 900 } as ProjectRow;
    await page.send(patchMessage(1, { projects: { up: [next], del: [] } }));
    assert.equal(page.all(form).length, 0);
    assert.equal(page.text(`[data-id="${id(1)}"] .project-description`), 'Letters and digits');
  });

  it('is done when the row has what was asked for already: it does not come again', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    await type(page, 'name', 'char-lm ');
    await press(page, 'Enter');
    await answer(page, null);
    assert.equal(page.all(form).length, 0);
  });

  it('changes the rest of a project whose name and description are longer than one may write', async () => {
    const texts = { name: 'x'.repeat(201), description: 'y'.repeat(1_001) };
    const page = await openPage(snapshotMessage({ projects: [projectRow(1, texts)] }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    assert.equal(page.find('[name=project-name]').getAttribute('aria-invalid'), 'false');
    await page.click(`${form} [value="#d45a9c"]`);
    await press(page, 'Enter');
    assert.deepEqual(asked(page), [['updateProject', { id: id(1), fields: { color: '#d45a9c' } }]]);
  });

  it('asks for nothing when nothing was changed', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    await press(page, 'Enter');
    assert.equal(page.all(form).length, 0);
    assert.deepEqual(asked(page), []);
  });

  it('closes with Escape, and gives the focus back', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    await type(page, 'name', 'something');
    await press(page, 'Escape');
    assert.equal(page.all(form).length, 0);
    assert.equal(document.activeElement, page.find(`[data-edit="${id(1)}"]`));
    assert.match(page.text(`[data-id="${id(1)}"]`), /char-lm/);
  });

  it('takes no empty and no endless name, and warns of one that is taken', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    assert.equal(page.text('#project-name-note'), '', 'what was not yet typed is not missing');
    await press(page, 'Enter');
    assert.equal(page.text('#project-name-note'), 'Give the project a name.');
    assert.equal(page.find('[name=project-name]').getAttribute('aria-invalid'), 'true');
    await type(page, 'name', '🦊'.repeat(201));
    await press(page, 'Enter');
    assert.match(page.text('#project-name-note'), /at most 200 characters; this one has 201/);
    await type(page, 'description', 'x'.repeat(1_001));
    await type(page, 'name', ' CHAR-lm');
    assert.equal(page.text('#project-name-note'), 'Another project has this name.');
    await press(page, 'Enter');
    assert.match(page.text('#project-description-note'), /at most 1,000 characters; this one has/);
    assert.deepEqual(asked(page), []);
    await type(page, 'description', '');
    await press(page, 'Enter');
    assert.equal(asked(page).length, 1, 'a name may be there twice');
  });

  it('says why a change was refused, and keeps the text', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await press(page, 'Enter');
    await answer(page, 'You may not create projects here.');
    assert.equal(page.text(`${form} [role=alert]`), 'You may not create projects here.');
    assert.equal(page.find<HTMLInputElement>('[name=project-name]').value, 'retrieval');
    await press(page, 'Enter');
    assert.equal(page.all(`${form} [role=alert]`).length, 0);
    assert.equal(asked(page).length, 2);
  });

  it('keeps its text over hiding and reloading, without taking the focus', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'half a na');
    closePages();
    const again = await openPage(snapshotMessage({ projects }), { state: page.host.state });
    assert.equal(again.find<HTMLInputElement>('[name=project-name]').value, 'half a na');
    assert.notEqual(document.activeElement, again.find('[name=project-name]'));
    for (const projectDraft of [5, {}, { id: 1 }, { id: null, name: 'x', description: 'y', color: null }]) {
      const fresh = await openPage(snapshotMessage({ projects }), { state: { projectDraft } });
      assert.equal(fresh.all(form).length, 0);
    }
  });

  it('takes no notice of an answer that comes after it was closed', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await press(page, 'Enter');
    await page.click(`${form} [data-cancel]`);
    await page.click('[data-new-project]');
    await type(page, 'name', 'another');
    await answer(page, 'Too late.');
    assert.equal(page.all(`${form} [role=alert]`).length, 0);
    assert.equal(page.find<HTMLInputElement>('[name=project-name]').value, 'another');
  });

  it('keeps a color that it does not offer until another is chosen', async () => {
    const page = await openPage(snapshotMessage({ projects: [projectRow(1, { color: '#123456' })] }));
    await openRow(page, 1);
    await page.click(`[data-edit="${id(1)}"]`);
    assert.equal(page.find<HTMLInputElement>(`${form} [value="#123456"]`).checked, true);
    assert.equal(page.all(`${form} [type=radio]`).length, projectColors.length + 1);
  });

  it('offers a color that no project has, while there is one', () => {
    assert.equal(freeColor(new Set(['#2f86e0', null])), '#d07a1e');
    assert.equal(freeColor(new Set(projectColors)), '#2f86e0');
  });
});

describe('archiving', () => {
  afterEach(closePages);

  it('asks, waits for sync, and can be taken back', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-archive="${id(1)}"]`);
    assert.deepEqual(asked(page), [['updateProject', { id: id(1), fields: { status: 'archived' } }]]);
    assert.match(page.text('.project-details'), /Saving…/);
    await answer(page, null);
    assert.match(page.text('.project-details'), /Saved, waiting for sync…/);
    const archived = { ...projects[0], status: 'archived', sync_seq: 900 } as ProjectRow;
    await page.send(patchMessage(1, { projects: { up: [archived], del: [] } }));
    assert.equal(page.text('[data-archived]'), 'Archived (2)');
    await page.click('[data-archived]');
    assert.equal(page.text(`[data-archive="${id(1)}"]`), 'Restore');
    await page.click(`[data-archive="${id(1)}"]`);
    assert.deepEqual(asked(page)[1], ['updateProject', { id: id(1), fields: { status: 'active' } }]);
  });

  it('says in place why it did not go', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await openRow(page, 1);
    await page.click(`[data-archive="${id(1)}"]`);
    await answer(page, 'The backend cannot be reached.');
    assert.equal(page.text('.project-details [role=alert]'), 'The backend cannot be reached.');
    assert.equal(page.text(`[data-archive="${id(1)}"]`), 'Archive');
  });
});

describe('projects that cannot be changed', () => {
  afterEach(closePages);

  const cases: [Partial<DashboardStatus>, RegExp][] = [
    [{ state: 'offline', asOf: fixtureNow - hours }, /^Offline: projects can be changed once/],
    [{ state: 'setup', asOf: fixtureNow - hours }, /once the problem is solved/],
    [{ state: 'connecting', asOf: fixtureNow - hours, cached: true }, /once the backend is connected/],
  ];
  for (const [status, reason] of cases) {
    it(`say why: ${status.state}`, async () => {
      const page = await openPage(snapshotMessage({ projects }, status));
      await openRow(page, 1);
      assert.match(page.text('.project-details > .muted'), reason);
      for (const button of ['[data-new-project]', `[data-edit="${id(1)}"]`, `[data-archive="${id(1)}"]`]) {
        assert.equal(page.find(button).getAttribute('aria-disabled'), 'true');
        assert.match(page.find(button).title, reason);
        await page.click(button);
      }
      assert.equal(page.all(form).length, 0);
      assert.deepEqual(asked(page), []);
    });
  }

  it('keep an open form and its text until they can be changed again', async () => {
    const page = await openPage(snapshotMessage({ projects }));
    await page.click('[data-new-project]');
    await type(page, 'name', 'retrieval');
    await page.send(patchMessage(1, {}, { status: { state: 'offline' } }));
    await press(page, 'Enter');
    assert.deepEqual(asked(page), []);
    assert.match(page.text(form), /Offline: projects can be changed/);
    await page.send(patchMessage(2, {}));
    await press(page, 'Enter');
    assert.equal(asked(page).length, 1);
  });
});
