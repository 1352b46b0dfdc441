import assert from 'node:assert/strict';
import { dashboardStates, fullTables, snapshotMessage, thousandsOfRows } from '../fixtures/dashboard.ts';
import { fixtureId, modelRow, projectRow, runRow } from '../fixtures/rows.ts';
import { closePages, openPage, settle } from './support/page.tsx';

/** As they are read and reached by the keyboard: what is left of the limits, and of which plan, before long lists. */
const sections = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'];

describe('dashboard page', () => {
  afterEach(closePages);

  for (const [name, snapshot] of Object.entries(dashboardStates)) {
    it(`shows all six sections, each with something in it: ${name}`, async () => {
      const page = await openPage(snapshot);
      assert.deepEqual(
        page.all('[data-section]').map((section) => section.dataset.section),
        sections,
      );
      for (const section of sections) {
        const at = `[data-section=${section}]`;
        const filled = page.all(`${at} :is([data-id], [data-empty], [data-skeleton], [data-metric])`);
        assert.ok(filled.length > 0, `${section} is blank`);
        assert.equal(page.all(`${at} h2`).length, 1);
      }
      assert.equal(page.all('[data-chart=usage]').length, 1);
      assert.equal(page.all('[data-empty=error]').length, 0);
      assert.deepEqual(page.host.ofType('log'), []);
    });
  }

  it('draws skeletons until the first snapshot, and none after it', async () => {
    const page = await openPage();
    assert.ok(page.all('[data-skeleton]').length >= 6);
    await page.send(snapshotMessage(fullTables));
    assert.equal(page.all('[data-skeleton]').length, 0);
  });

  it('keeps a row that lacks all but its id to its own section', async () => {
    const bare = { id: 'bare' } as never;
    const page = await openPage(snapshotMessage({ ...fullTables, training_runs: [bare] }));
    assert.equal(page.all('[data-section=runs] [data-empty=error]').length, 1);
    assert.equal(page.all('[data-empty=error]').length, 1);
    assert.ok(page.all('[data-section=models] [data-id]').length > 0);
  });

  it('lays out the head of a text only, however long it is', async () => {
    const long = 'x'.repeat(1_000_000);
    const [run, model, project] = [runRow(0, { name: long, error: long }), modelRow(0), projectRow(0)];
    const page = await openPage(
      snapshotMessage({
        training_runs: [run],
        models: [{ ...model, name: long, version: long, tags: [long], description: long }],
        projects: [{ ...project, name: long, description: long }],
      }),
    );
    assert.ok(page.root.outerHTML.length < 100_000, String(page.root.outerHTML.length));
  });

  it('gives every row its id', async () => {
    const state = { open: ['models/gpt-mini'], archiveShown: true };
    const page = await openPage(snapshotMessage(fullTables), { state });
    const ids = (section: string): string[] =>
      page.all(`[data-section=${section}] [data-id]`).map((row) => row.dataset.id ?? '');
    const sorted = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort();
    assert.deepEqual(ids('runs').sort(), sorted(fullTables.training_runs));
    assert.deepEqual(ids('models').sort(), sorted(fullTables.models));
    assert.deepEqual(ids('projects').sort(), sorted(fullTables.projects));
    assert.deepEqual(ids('plan'), [fixtureId('subscriptions', 0)]);
    const activity = new Set(ids('activity'));
    for (const { id } of fullTables.ide_sync_events) assert.ok(activity.has(id), `no event ${id}`);
  });

  it('says in every empty section what will appear and how', async () => {
    const page = await openPage(snapshotMessage());
    for (const section of sections) {
      assert.match(page.text(`[data-section=${section}] [data-empty]`), /appear|Projects group/);
    }
  });

  it('asks to sign in, with the button, when signed out', async () => {
    const page = await openPage(dashboardStates.signedOut);
    assert.equal(page.text('[data-connection]'), 'Signed out');
    await page.click('[data-banner] [data-command=signIn]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'signIn' }]);
  });

  it('offers the local backend and any other when there is none', async () => {
    const page = await openPage(dashboardStates.noBackend);
    await page.click('[data-banner] [data-command=useEmbedded]');
    await page.click('[data-banner] [data-command=selectBackend]');
    assert.deepEqual(
      page.host.ofType('command').map(({ command }) => command),
      ['useEmbedded', 'selectBackend'],
    );
    assert.equal(page.text('[data-connection=signedOut]'), 'No backend');
    for (const section of ['usage', 'plan', 'runs', 'models', 'projects', 'activity']) {
      const empty = `[data-section=${section}] [data-empty]`;
      assert.match(page.text(empty), /^Shown once you have chosen a backend\./, section);
      assert.equal(page.text(`${empty} [data-command=useEmbedded]`), 'Use Local Backend', section);
    }
    assert.match(page.text('[data-reporting]'), /Nothing is reported while no backend is chosen/);
  });

  it('shows the set-up problem, what to do and the button for it', async () => {
    const page = await openPage(dashboardStates.setup);
    assert.equal(page.find('[data-banner]').getAttribute('role'), 'alert');
    const text = page.text('[data-banner]');
    assert.match(text, /sync_pull is missing/);
    assert.match(text, /Apply the files of supabase\/migrations/);
    assert.equal(page.text('[data-banner] [data-command]'), 'Refresh');
    // Not "set-up": a disk that is full and a process that stands still are told in the same place.
    assert.match(page.text('[data-connection=setup]'), /^Needs attention/);
    assert.match(page.text('[data-section=runs] [data-empty]'), /^Shown once the problem is solved\./);
  });

  it('keeps showing rows while offline and says of when they are', async () => {
    const page = await openPage(dashboardStates.offline);
    assert.equal(page.text('[data-connection=offline]'), 'Offline – showing data from 11:23 AM');
    assert.ok(page.all('[data-section=runs] [data-id]').length > 0);
  });

  it('draws a bounded part of thousands of rows', async () => {
    const page = await openPage(snapshotMessage(thousandsOfRows()));
    assert.ok(page.all('[data-section=runs] [data-id]').length < 50);
    assert.ok(page.all('[data-id]').length < 250);
  });

  it('sends refresh, and shows that it is under way', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await page.click('[data-command=refresh]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'refresh' }]);
    await page.send({ type: 'refreshing', refreshing: true });
    assert.equal(page.find('[data-command=refresh]').getAttribute('aria-label'), 'Refreshing');
    await page.send({ type: 'refreshing', refreshing: false });
    assert.equal(page.find('[data-command=refresh]').getAttribute('aria-label'), 'Refresh');
  });

  it('releases charts and listeners when it goes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    assert.equal(page.charts.live(), 1);
    closePages();
    await settle();
    assert.equal(page.charts.live(), 0);
    assert.throws(() => page.host.send({}), /does not listen/);
  });
});
