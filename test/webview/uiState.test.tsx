import assert from 'node:assert/strict';
import { render } from 'preact';
import { Section } from '../../src/webview/components/Section.tsx';
import { DashboardProvider } from '../../src/webview/context.ts';
import { poll } from '../e2e/poll.ts';
import { fullTables, snapshotMessage, thousandsOfRows } from '../fixtures/dashboard.ts';
import { fixtureId } from '../fixtures/rows.ts';
import { closePages, openPage, settle } from './support/page.tsx';

const run = fixtureId('training_runs', 0);

describe('state of the page', () => {
  afterEach(closePages);

  it('survives closing and opening', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await page.click('input[name=range][value="90d"]');
    await page.click('[data-metric=requests]');
    await page.click('input[name=runs][value=active]');
    await page.click(`[data-section=runs] [data-id="${run}"] .checkbox`);
    await page.click('[data-section=runs] [data-sort-by=progress]');
    await page.click('[aria-label="Show as table"]');
    await page.select('[data-filter=kind]', 'file');
    page.dashboard.actions.scrolledTo(321);
    await new Promise((done) => setTimeout(done, 250));
    const expected = {
      range: '90d',
      metric: 'requests',
      charts: { usage: { table: true, log: false, smoothing: 0, hidden: [], zoom: null } },
      runFilter: 'active',
      project: null,
      timelineKind: 'file',
      open: [],
      shown: {},
      scroll: 321,
      sheet: null,
    };
    const kept = page.host.state as Record<string, unknown>;
    // Each feature keeps choices of its own beside these, which its own tests hold.
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, kept[name]])), expected);

    const again = await openPage(snapshotMessage(fullTables), { state: page.host.state });
    assert.equal(again.all('[data-chart] tbody tr').length, 90);
    assert.equal(again.find('[data-metric=requests]').getAttribute('aria-pressed'), 'true');
    assert.equal(again.all('[data-section=runs] [data-id]').length, 4);
    assert.equal(
      again.find<HTMLInputElement>(`[data-section=runs] [data-id="${run}"] .checkbox`).checked,
      true,
    );
    assert.equal(again.find('[data-section=runs] .cell-progress').getAttribute('aria-sort'), 'descending');
    assert.equal(again.dashboard.ui.scroll.peek(), 321);
    assert.equal(again.find<HTMLSelectElement>('[data-filter=kind]').value, 'file');
  });

  it('keeps what was chosen at once, and where one is a moment later or when the page goes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const kept = () => page.host.state as { range: string; sheet: unknown; scroll: number };
    await page.click('input[name=range][value="7d"]');
    assert.equal(kept().range, '7d');
    page.dashboard.actions.showSheet({ kind: 'sync' });
    page.dashboard.actions.showSheet(null);
    assert.equal(kept().sheet, null);
    page.dashboard.actions.scrolledTo(123);
    await poll('the position to be kept', async () => kept().scroll === 123);
    page.dashboard.actions.scrolledTo(321);
    window.dispatchEvent(new Event('pagehide'));
    assert.equal(kept().scroll, 321);
  });

  it('remembers how much of a list was asked for', async () => {
    const page = await openPage(snapshotMessage(thousandsOfRows()), {
      state: { shown: { runs: 70, models: 'all' } },
    });
    assert.equal(page.dashboard.ui.shown.peek().models, undefined);
    assert.deepEqual(page.dashboard.ui.shown.peek(), { runs: 70 });
  });

  it('is not written when nothing was chosen', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await settle();
    closePages();
    assert.equal(page.host.state, undefined);
  });

  for (const state of [
    null,
    5,
    'x',
    [],
    {
      range: '3y',
      open: 'all',
      scroll: -1,
      metric: {},
      runFilter: 1,
      timelineKind: 'x',
      project: 5,
      sheet: { kind: 'run' },
    },
  ]) {
    it(`falls back to defaults from ${JSON.stringify(state)}`, async () => {
      const page = await openPage(snapshotMessage(fullTables), { state });
      assert.equal(page.charts.view().x.length, 30);
      assert.equal(page.dashboard.ui.scroll.peek(), 0);
      assert.equal(page.all('[data-section=runs] .checkbox:checked').length, 0);
      assert.deepEqual(page.dashboard.ui.timelineFilter.peek(), { kind: null, project: null });
    });
  }

  it('follows the first metric when the kept one is gone', async () => {
    const page = await openPage(snapshotMessage(fullTables), { state: { metric: 'gone' } });
    assert.equal(page.find('[data-metric=tokens]').getAttribute('aria-pressed'), 'true');
  });

  it('keeps the place of a section whose code is still to come, also once there are rows', async () => {
    const state = { sizes: { width: window.innerWidth, heights: { activity: 900 } } };
    const { dashboard } = await openPage(snapshotMessage(fullTables), { state });
    const root = document.createElement('div');
    const draw = (isLoading: boolean): void =>
      render(
        <DashboardProvider value={dashboard}>
          <Section name="activity" title="Activity" isLoading={isLoading}>
            rows
          </Section>
        </DashboardProvider>,
        root,
      );
    draw(true);
    assert.equal(root.querySelector('section')?.style.minHeight, '900px');
    draw(false);
    assert.equal(root.querySelector('section')?.style.minHeight, '');
    render(null, root);
  });
});
