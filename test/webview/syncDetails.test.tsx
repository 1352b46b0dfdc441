import assert from 'node:assert/strict';
import type { RefetchCost } from '../../src/shared/syncDetails.ts';
import { dashboardStates, fullTables, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { fixtureNow } from '../fixtures/rows.ts';
import {
  countersFixture,
  detailsMessage,
  doctorReport,
  measuredSections,
  reportWithFindings,
  sheetStates,
} from '../fixtures/syncDetails.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

/** The page with its sheet open, as in one of the states. */
async function openSheet(name: keyof typeof sheetStates): Promise<TestPage> {
  const state = sheetStates[name];
  assert.ok(state, `no state ${name}`);
  const page = await openPage(state.snapshot);
  await page.click('[data-connection]');
  if (state.details) await page.send(state.details);
  return page;
}

/** What a table of the sheet says in the row of this name. */
function figure(page: TestPage, name: string): string {
  const row = page.all('dialog tr').find((tr) => tr.querySelector('th')?.textContent === name);
  assert.ok(row, `no row ${name}`);
  return [...row.querySelectorAll('td')].map((cell) => cell.textContent).join(' | ');
}

const told = (page: TestPage): boolean[] => page.host.ofType('details').map(({ open }) => open);

describe('sync details', () => {
  afterEach(closePages);

  it('open with the words of the connection and close again, and the host hears of both', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    assert.equal(page.all('dialog').length, 0);
    assert.deepEqual(told(page), []);
    assert.equal(page.find('[data-connection]').getAttribute('aria-label'), 'Live. Show sync details');
    await page.click('[data-connection]');
    assert.ok((page.find('dialog') as HTMLDialogElement).open);
    assert.deepEqual(told(page), [true]);
    await page.click('dialog [aria-label=Close]');
    assert.equal(page.all('dialog').length, 0);
    assert.deepEqual(told(page), [true, false]);
    assert.equal(document.activeElement, page.find('[data-connection]'), 'the focus goes back');
  });

  it('are closed by the dialog itself, as Escape does it', async () => {
    const page = await openSheet('sheet');
    (page.find('dialog') as HTMLDialogElement).close();
    await settle();
    assert.equal(page.all('dialog').length, 0);
    assert.deepEqual(told(page), [true, false]);
  });

  it('open when the host says so, and stay open over a reload', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await page.send({ type: 'show', target: { kind: 'details' } });
    assert.equal(page.all('dialog').length, 1);
    await new Promise((done) => setTimeout(done, 250));
    const { state } = page.host;
    closePages();
    const again = await openPage(snapshotMessage(fullTables), { state });
    assert.equal(again.all('dialog').length, 1);
    assert.deepEqual(
      again.host.posted.map(({ type }) => type),
      ['ready', 'details'],
      'ready comes first: the host begins anew with it',
    );
  });

  for (const name of Object.keys(sheetStates)) {
    it(`draw every part without a failure: ${name}`, async () => {
      const page = await openSheet(name);
      assert.equal(page.all('dialog [data-empty=error]').length, 0);
      for (const part of ['standing', 'cost', 'doctor'])
        assert.ok(page.text(`dialog [data-details=${part}]`).length > 0, part);
      assert.doesNotMatch(page.text('dialog'), /NaN|undefined|Infinity/);
      assert.deepEqual(page.host.ofType('log'), []);
    });
  }

  it('say how sync stands, when that was checked and how old it is', async () => {
    const page = await openSheet('sheet');
    const text = page.text('[data-details=standing]');
    assert.match(text, /^Live/);
    assert.match(text, /Checked against the database.*11:59:37 AM · 23s ago/);
    assert.match(text, /12 ms from commit to here/);
    assert.match(text, /Local backend.*dev@runglass\.local/);
    await page.send(
      patchMessage(1, {}, { status: { state: 'offline', message: 'No answer.', latency: null } }),
    );
    assert.match(page.text('[data-details=standing]'), /^Offline.*No answer\..*Not measured yet/);
  });

  it('show events × measured bytes beside what sync moved', async () => {
    const page = await openSheet('sheet');
    assert.equal(figure(page, 'Models'), '6 | 22 kB | 132 kB');
    assert.equal(page.text('[data-tile=spent] .tile-amount'), '2.15 MB');
    assert.equal(page.text('[data-tile=refetch] .tile-amount'), '823 MB');
    assert.equal(page.text('[data-ratio]'), 'Refetching would have moved 382 times as much.');
    assert.match(page.text('.measure'), /Measured at 11:56 AM/);
    await page.click('[data-command=measureRefetch]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'measureRefetch' }]);
  });

  it('invent no figure before it was measured', async () => {
    const page = await openSheet('sheetMeasuring');
    assert.equal(figure(page, 'Models'), '6 | – | –');
    assert.equal(page.text('[data-tile=refetch] .tile-amount'), 'Measuring…');
    assert.equal(page.find('[data-command=measureRefetch]').getAttribute('aria-disabled'), 'true');
    await page.click('[data-command=measureRefetch]');
    assert.deepEqual(page.host.ofType('command'), []);
    assert.doesNotMatch(page.text('[data-ratio]'), /\d/);
  });

  it('say which section could not be measured and why, and count it for nothing', async () => {
    const page = await openSheet('sheetUnmeasured');
    assert.equal(figure(page, 'Models'), '6 | Failed | –');
    assert.match(page.text('[data-details=cost]'), /did not answer in time/);
    assert.match(page.text('[data-tile=refetch] .tile-amount'), /^≥/);
    assert.match(page.text('[data-ratio]'), /at least/);
  });

  it('claim nothing of sections that could not be measured', async () => {
    const page = await openSheet('sheetUnmeasured');
    const refetch = (problems: number): RefetchCost => ({
      measuring: false,
      measuredAt: fixtureNow,
      sections: measuredSections.map((section, index) =>
        index < problems ? { table: section.table, problem: 'No answer.' } : section,
      ),
    });
    const none = {
      projects: 1,
      training_runs: 1,
      models: 0,
      usage_tracking: 0,
      subscriptions: 1,
      ide_sync_events: 0,
    };
    const counters = countersFixture({ events: none });
    await page.send(detailsMessage({ counters, refetch: refetch(3) }));
    assert.equal(page.text('[data-tile=refetch] .tile-amount'), '≥ 702 bytes');
    assert.match(page.text('[data-ratio]'), /cannot be said/);
    await page.send(detailsMessage({ counters, refetch: refetch(6) }));
    assert.equal(page.text('[data-tile=refetch] .tile-amount'), 'Not measured');
    assert.match(page.text('[data-ratio]'), /once the sections have been measured/);
  });

  it('say so when refetching would have been cheaper so far', async () => {
    const page = await openSheet('sheet');
    const one = {
      projects: 1,
      training_runs: 0,
      models: 0,
      usage_tracking: 0,
      subscriptions: 0,
      ide_sync_events: 0,
    };
    await page.send(detailsMessage({ counters: countersFixture({ events: one }) }));
    assert.match(page.text('[data-ratio]'), /moved less/);
    await page.send(detailsMessage({ counters: countersFixture({ events: { ...one, projects: 0 } }) }));
    assert.match(page.text('[data-ratio]'), /nothing to compare/);
  });

  it('follow the counters', async () => {
    const page = await openSheet('sheet');
    assert.equal(figure(page, 'Gaps noticed'), '2');
    await page.send(detailsMessage({ counters: countersFixture({ gaps: 3 }) }));
    assert.equal(figure(page, 'Gaps noticed'), '3');
  });

  it('refuse details that they cannot draw', async () => {
    const page = await openSheet('sheet');
    for (const details of [null, { counters: {}, refetch: {}, doctor: null }, { counters: null, doctor: 1 }])
      await page.send({ type: 'details', details });
    assert.equal(page.host.ofType('log').length, 3);
    assert.equal(figure(page, 'Gaps noticed'), '2');
  });
});

describe('the Doctor in the sync details', () => {
  afterEach(closePages);

  const outcomes = (page: TestPage): (string | undefined)[] =>
    page.all('[data-check]').map(({ dataset }) => dataset.outcome);

  it('has not run yet, says what it will do and runs when asked', async () => {
    const page = await openSheet('sheetFresh');
    assert.equal(page.all('[data-check]').length, 0);
    assert.match(page.text('[data-details=doctor]'), /writes one small test row and nothing else/);
    await page.click('[data-command=runDoctor]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'runDoctor' }]);
  });

  it('tells how far it is, politely, and cannot be started twice', async () => {
    const page = await openSheet('sheetRunning');
    const status = page.find('[data-details=doctor] [role=status]');
    assert.equal(status.textContent, 'Checking 5 of 13: Tables');
    await page.click('[data-command=runDoctor]');
    assert.deepEqual(page.host.ofType('command'), []);
    assert.deepEqual(outcomes(page).slice(3, 6), ['ok', 'running', 'waiting']);
    assert.equal(page.all('[data-command=copyDoctorReport]').length, 0);
    await page.send(detailsMessage({ doctor: doctorReport() }));
    assert.equal(status.textContent, 'All 13 checks passed.', 'the same element goes on telling');
  });

  it('names the table and the exact SQL of a finding, and the SQL can be copied', async () => {
    const page = await openSheet('sheetFindings');
    assert.equal(page.text('.doctor-summary'), '3 problems, 1 warning, 1 not checked');
    const sql = 'alter publication supabase_realtime add table public.models;';
    assert.equal(page.text('[data-check=publication] [data-finding=models] pre'), sql);
    await page.click('[data-copy="publication/0"]');
    assert.deepEqual(page.host.ofType('copy'), [{ type: 'copy', what: 'publication/0', text: sql }]);
    await page.send({ type: 'copied', what: 'publication/0' });
    assert.equal(page.text('[data-copy="publication/0"]'), 'Copied');
    assert.equal(page.text('[data-copy="publication/1"]'), 'Copy SQL');
    assert.match(page.text('[data-check=realtime]'), /Switch Realtime on/);
  });

  it('tells a single finding once', async () => {
    const page = await openSheet('sheetFindings');
    const text = page.text('[data-check=triggers]');
    assert.equal(text.split('zz_runglass_stamp is missing').length, 2, text);
    assert.match(page.text('[data-check=publication]'), /2 things.*models: It is not in the publication/);
  });

  it('says each outcome in a word beside its colour', async () => {
    const page = await openSheet('sheetFindings');
    const words = (id: string): string => page.text(`[data-check=${id}] .tag`);
    assert.deepEqual(['url', 'clock', 'triggers', 'delivery'].map(words), [
      'OK',
      'Warning',
      'Failed',
      'Skipped',
    ]);
  });

  it('has its report copied by the host', async () => {
    const page = await openSheet('sheet');
    await page.click('[data-command=copyDoctorReport]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'copyDoctorReport' }]);
    await page.send({ type: 'copied', what: 'copyDoctorReport' });
    assert.equal(page.text('[data-command=copyDoctorReport]'), 'Copied');
  });

  it('calls an old report old', async () => {
    const page = await openSheet('sheetUnmeasured');
    assert.match(page.text('.doctor-line'), /Examined 3h ago\. Things may have changed/);
    const fresh = await openSheet('sheet');
    assert.doesNotMatch(fresh.text('.doctor-line'), /changed/);
  });

  it('is drawn as text, whatever is in it', async () => {
    const page = await openSheet('sheet');
    const evil = '<img src=x onerror=alert(1)>';
    const check = {
      detail: evil,
      findings: [{ table: evil, detail: evil, remedy: { kind: 'sql', text: evil } as const }],
    };
    await page.send(detailsMessage({ doctor: doctorReport({ url: check }) }));
    assert.equal(page.all('dialog img').length, 0);
    assert.equal(page.text('[data-check=url] pre'), evil);
  });

  it('keeps its findings while the rest of the page changes', async () => {
    const page = await openPage(dashboardStates.full ?? null);
    await page.click('[data-connection]');
    await page.send(detailsMessage({ doctor: reportWithFindings }));
    const pre = page.find('[data-check=triggers] pre');
    await page.send(patchMessage(1, {}, { status: { latency: 99 } }));
    assert.equal(page.find('[data-check=triggers] pre'), pre);
  });
});
