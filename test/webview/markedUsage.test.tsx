import assert from 'node:assert/strict';
import { setTranslations } from '../../src/shared/l10n.ts';
import type { SnapshotMessage } from '../../src/shared/protocol.ts';
import { dashboardStates, limitTables, snapshotMessage } from '../fixtures/dashboard.ts';
import { limitStates } from '../fixtures/limits.ts';
import { modelRow, projectRow, usageRow } from '../fixtures/rows.ts';
import { markTranslations, unmarked } from './support/marked.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

/** What rows and the host name here, formats of files, and months. */
const data =
  /\b(?:A plan with .* its place|pro|free|tokens|requests|min|Metric|Embeddings|Runglass|CSV|PNG|Oct|Dec)\b/gi;

const { offline, cached, signedOut, noBackend, setup, connecting, loading, empty } = dashboardStates;
const states: Readonly<Record<string, SnapshotMessage | null | undefined>> = {
  ...limitStates,
  ...{ offline, cached, signedOut, noBackend, setup, connecting, loading, empty },
};

/** The same with rows and a backend whose names are no words. */
function nameless(snapshot: SnapshotMessage): SnapshotMessage {
  const { status, tables } = snapshot;
  const backend = status.backend && { ...status.backend, label: '#1' };
  return {
    ...snapshot,
    status: { ...status, backend, account: status.account && '#2', message: null, hint: null, action: null },
    tables: { ...tables, projects: tables.projects.map((row) => ({ ...row, name: '#3' })) },
  };
}

function leftOf(page: TestPage, ...places: readonly string[]): string[] {
  return places.flatMap((place) => unmarked(page.find(place), data));
}

describe('words of header, usage and plan that are translated', () => {
  beforeEach(markTranslations);
  afterEach(() => {
    closePages();
    setTranslations(undefined, 'en');
  });

  for (const [name, snapshot] of Object.entries(states)) {
    it(`are all of them in the state ${name}`, async () => {
      const page = await openPage(snapshot ? nameless(snapshot) : null);
      assert.deepEqual(leftOf(page, '.page-header', '[data-section=usage]', '[data-section=plan]'), []);
      // Of these the words that stand in for rows, where there are none.
      for (const place of page.all('[data-empty]')) assert.deepEqual(unmarked(place, data), []);
    });
  }

  it('are all of them in the chart, as it is read and as a table, of one project and in every range', async () => {
    const projects = [projectRow(0, { name: '#1' }), projectRow(1, { name: '#2' })];
    const usage = projects.map(({ id }, n) => usageRow(n, { project_id: id, amount: 5, day: '2026-11-20' }));
    const page = await openPage(
      snapshotMessage({
        ...limitTables,
        ...{
          projects,
          training_runs: [],
          models: [],
          ide_sync_events: [],
          usage_tracking: [...usage, usageRow(2, { project_id: null })],
        },
      }),
    );
    const chart = '[data-chart=usage]';
    for (const range of ['7d', '30d', '90d', 'period']) {
      await page.click(`input[name=range][value="${range}"]`);
      page.charts.of('usage').events.onPoint(Date.UTC(2026, 10, 20) / 1000);
      await settle();
      assert.deepEqual(leftOf(page, '[data-section=usage]'), []);
    }
    await page.click('[data-save=csv]');
    await page.send({ type: 'answer', id: 1, problem: '?', result: null });
    await page.click(`${chart} .button.icon`);
    await page.select('[data-filter=project]', projects[0]?.id ?? '');
    assert.deepEqual(leftOf(page, '[data-section=usage]'), []);
    assert.deepEqual(leftOf(page, '[data-section=runs] [data-empty]'), []);
    assert.deepEqual(leftOf(page, '[data-section=models] [data-empty]'), []);
    assert.deepEqual(leftOf(page, '[data-section=activity] [data-empty]'), []);
  });

  it('are all of them where a part cannot be drawn', async () => {
    const models = [modelRow(0, { tags: null as never })];
    const page = await openPage(snapshotMessage({ models: [...models, { id: '#' } as never] }));
    assert.deepEqual(
      page.all('[data-empty=error]').map((told) => unmarked(told, /Cannot read .*?\)/g)),
      [[]],
    );
  });
});
