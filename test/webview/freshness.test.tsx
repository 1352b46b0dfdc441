import assert from 'node:assert/strict';
import type { DashboardStatus } from '../../src/shared/protocol.ts';
import { fullTables, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { fixtureNow, hours, minutes } from '../fixtures/rows.ts';
import { closePages, countRenders, openPage, settle, type TestPage } from './support/page.tsx';

const asOf = (page: TestPage): string[] =>
  page.all('[data-as-of]').map(({ textContent }) => textContent ?? '');
const titles = (page: TestPage): string[] => page.all('.section h2').map(({ title }) => title);
const open = (status: Partial<DashboardStatus>): Promise<TestPage> =>
  openPage(snapshotMessage(fullTables, status));

describe('sections that load', () => {
  afterEach(closePages);
  const heights = { models: 321, runs: 5, usage: -1, plan: 'high' };

  it('are as high as they last were, so that nothing moves when the rows come', async () => {
    const page = await openPage(null, { state: { sizes: { width: window.innerWidth, heights } } });
    const height = (section: string): string => page.find(`[data-section=${section}]`).style.minHeight;
    assert.deepEqual(['models', 'runs', 'usage', 'plan'].map(height), ['321px', '5px', '', '']);
    await page.send(snapshotMessage(fullTables));
    assert.equal(page.all('.section[style]').length, 0);
  });

  it('have no height of another width', async () => {
    const page = await openPage(null, { state: { sizes: { width: window.innerWidth - 1, heights } } });
    assert.equal(page.all('.section[style]').length, 0);
  });
});

describe('freshness of sections', () => {
  afterEach(closePages);

  it('is said by the heading alone while it is live and verified', async () => {
    const page = await open({ verifiedAt: fixtureNow - 42_000 });
    assert.deepEqual(asOf(page), []);
    assert.deepEqual(new Set(titles(page)), new Set(['Verified Nov 22, 2026, 11:59:18 AM']));
    assert.equal(titles(page).length, 6);
    await page.send(patchMessage(1, {}, { status: { verifiedAt: fixtureNow } }));
    assert.deepEqual(new Set(titles(page)), new Set(['Verified Nov 22, 2026, 12:00:00 PM']));
  });

  const stale: [string, Partial<DashboardStatus>, string][] = [
    ['offline', { state: 'offline', asOf: fixtureNow - 37 * minutes }, 'as of 11:23 AM'],
    ['catching up', { state: 'catchingUp', asOf: fixtureNow - 2 * minutes }, 'as of 11:58 AM'],
    ['cached', { state: 'connecting', cached: true, asOf: fixtureNow - 27 * hours }, 'as of Nov 21, 9:00 AM'],
    ['a set-up problem', { state: 'setup', asOf: fixtureNow - minutes }, 'as of 11:59 AM'],
  ];
  for (const [name, status, words] of stale) {
    it(`is said beside every heading: ${name}`, async () => {
      const page = await open(status);
      assert.deepEqual(
        asOf(page),
        Array.from({ length: 6 }, () => words),
      );
      page.dashboard.actions.showSheet({ kind: 'compare' });
      for (let turn = 0; turn < 50 && page.all('dialog').length === 0; turn++) await settle();
      assert.equal(page.text('dialog [data-as-of]'), words, 'a sheet covers the headings');
      if (status.state === 'offline' || status.cached) {
        assert.ok(
          page.text('[data-connection]').endsWith(words.replace('as of ', '')),
          'the header says the same',
        );
      }
    });
  }

  it('is not said of what is not there', async () => {
    for (const status of [
      { state: 'signedOut', asOf: fixtureNow },
      { state: 'offline', asOf: null },
      { state: 'connecting', asOf: null },
    ] as const) {
      const page = await openPage(snapshotMessage({}, { ...status, verifiedAt: null }));
      assert.deepEqual(asOf(page), []);
      closePages();
    }
    const page = await openPage();
    assert.deepEqual(new Set(titles(page)), new Set(['']));
  });

  it('redraws no row when it changes', async () => {
    const page = await open({});
    const rows = page.all('[data-id]');
    const renders = countRenders();
    await page.send(patchMessage(1, {}, { status: { verifiedAt: fixtureNow + 1_000 } }));
    await page.send(patchMessage(2, {}, { status: { state: 'offline', asOf: fixtureNow } }));
    renders.stop();
    for (const name of ['ModelRowView', 'ModelGroupView', 'ProjectRowView', 'EntryView']) {
      assert.equal(renders.counts.get(name), undefined, name);
    }
    assert.deepEqual(page.all('[data-id]'), rows);
  });
});
