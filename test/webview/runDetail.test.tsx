import assert from 'node:assert/strict';
import type { RunRow } from '../../src/shared/model.ts';
import type { RequestMessage } from '../../src/shared/requests.ts';
import { fullTables, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { historyOf, lossPoints } from '../fixtures/histories.ts';
import { ago, fixtureId, fixtureNow, minutes, runRow } from '../fixtures/rows.ts';
import { detailStates } from '../fixtures/runDetail.ts';
import { answerRequests, openDetail, passTime } from './support/detail.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

const id = fixtureId('training_runs', 0);
const openRun = { sheet: { kind: 'run', id } };

function row(fields: Partial<RunRow>): RunRow {
  const held = fullTables.training_runs.find((run) => run.id === id);
  assert.ok(held);
  return { ...held, ...fields, sync_seq: 1_000 + (fields.step ?? 0) };
}

async function patch(page: TestPage, cursor: number, fields: Partial<RunRow>): Promise<void> {
  await page.send(patchMessage(cursor, { training_runs: { up: [row(fields)], del: [] } }));
}

function asked(page: TestPage, name: RequestMessage['name']): RequestMessage[] {
  return page.host.ofType('request').filter((request) => request.name === name);
}

const steps = (page: TestPage, chart: string): number =>
  page.charts.view(chart).layers[0]?.values.length ?? 0;

describe('run detail', () => {
  afterEach(closePages);

  for (const name of Object.keys(detailStates).filter((state) => state.startsWith('detail'))) {
    it(`draws without a failure: ${name}`, async () => {
      const page = await openDetail(name);
      assert.equal(page.all('dialog').length, 1);
      assert.equal(page.all('dialog [data-empty=error]').length, 0);
      assert.deepEqual(page.host.ofType('log'), []);
      assert.doesNotMatch(page.text('dialog'), /NaN|undefined|Infinity/);
    });
  }

  it('opens over the page, asks for the history and the config once, and closes with the focus going back', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    assert.equal(page.host.ofType('request').length, 0, 'nothing is asked for because something is drawn');
    page.dashboard.actions.showSheet({ kind: 'run', id });
    for (let turn = 0; turn < 50 && page.all('dialog').length === 0; turn++) await settle();
    assert.equal(page.text('#sheet-title'), 'gpt-mini lr=3e-4');
    assert.deepEqual(
      page.host.ofType('request').map(({ name, parameters }) => [name, parameters]),
      [
        ['runHistory', { run: id, afterStep: null, maxPoints: 2_000 }],
        ['runConfig', { run: id }],
      ],
    );
    (page.find('dialog') as HTMLDialogElement).close();
    await settle();
    assert.equal(page.all('dialog').length, 0);
    assert.equal(page.dashboard.ui.sheet.value, null);
    assert.ok(page.find('[data-section=runs]').contains(document.activeElement), 'the list has the focus');
  });

  it('says where the run stands, in words beside every sign', async () => {
    const page = await openDetail('detail');
    const facts = page.text('.run-facts');
    assert.match(facts, /Progress ?42%/);
    assert.match(facts, /Step ?4,210 of 10,000/);
    assert.match(facts, /Duration ?52m/);
    assert.match(facts, /Last heartbeat ?2s ago/);
    assert.match(page.text('.run-line'), /^Running ?char-lm/);
  });

  it('draws a curve of every metric, the telling ones first, and none of them with holes', async () => {
    const page = await openDetail('detail');
    assert.deepEqual(
      page.all('dialog [data-metric]').map(({ dataset }) => dataset.metric),
      ['val_loss', 'train_loss', 'accuracy', 'grad_norm', 'lr', 'tokens_per_s'],
    );
    assert.equal(
      steps(page, `run/${id}/val_loss`),
      42,
      'a metric that is logged seldom has only its own points',
    );
    assert.ok(
      page.charts.view(`run/${id}/val_loss`).layers[0]?.values.every((value) => typeof value === 'number'),
    );
  });

  it('has a chart of every metric that the row names before the history is there', async () => {
    const page = await openDetail('detailLoading');
    assert.deepEqual(
      page.all('dialog [data-metric]').map(({ dataset }) => dataset.metric),
      ['val_loss', 'train_loss', 'grad_norm', 'lr', 'tokens_per_s'],
    );
    const chart = page.find('[data-metric=lr]');
    assert.match(page.text('[data-metric=lr]'), /Reading the history…/);
    for (const { id: request, name } of page.host.ofType('request')) {
      const result = name === 'runHistory' ? detailStates.detail?.answers.runHistory : { config: null };
      await page.send({ type: 'answer', id: request, problem: null, result });
    }
    assert.equal(page.find('[data-metric=lr]'), chart);
    assert.doesNotMatch(page.text('[data-metric=lr]'), /Reading/);
  });

  it('lets the curves grow with each step, by their tails', async () => {
    const page = await openDetail('detailEmpty', { state: openRun });
    assert.match(page.text('[data-detail=curves]'), /first point: call log_run with points/);
    passTime(1_000);
    await patch(page, 1, { step: 4_220 });
    await answerRequests(page, { runHistory: historyOf(lossPoints(1, 20)) });
    assert.equal(steps(page, `run/${id}/loss`), 20);
    passTime(1_000);
    await patch(page, 2, { step: 4_230 });
    const last = asked(page, 'runHistory').at(-1);
    assert.deepEqual(last?.parameters, { run: id, afterStep: 16, maxPoints: 2_000 });
    await answerRequests(page, { runHistory: historyOf(lossPoints(17, 25)) });
    assert.equal(steps(page, `run/${id}/loss`), 25);
    assert.equal(page.text(`[data-metric=loss] .curve-latest`), '25');
  });

  it('says how many metrics are not read, where a run has too many', async () => {
    const page = await openDetail('detailEmpty', { state: openRun, answered: false });
    await answerRequests(page, { runHistory: { ...historyOf(lossPoints(1, 20)), leftOut: 1_300 } });
    assert.match(page.text('[data-detail=curves]'), /1,300 more metrics are not read/);
    passTime(1_000);
    await patch(page, 1, { step: 4_220 });
    await answerRequests(page, { runHistory: historyOf(lossPoints(17, 25)) });
    assert.match(
      page.text('[data-detail=curves]'),
      /1,300 more metrics are not read/,
      'a tail may lack them',
    );
  });

  it('keeps what is there when a read is refused, says why in place, and tries again', async () => {
    const page = await openDetail('detailRefused');
    const curves = '[data-detail=curves]';
    assert.match(page.text(`${curves} [role=alert]`), /The backend did not answer in time\./);
    assert.equal(page.all(`${curves} .chart`).length, 1, 'the axes are there');
    await page.click(`${curves} [role=alert] button`);
    await answerRequests(page, { runHistory: historyOf(lossPoints(1, 5)) });
    assert.equal(page.all(`${curves} [role=alert]`).length, 0);
    assert.equal(steps(page, `run/${id}/loss`), 5);
    await page.click('[data-detail=config] [role=alert] button');
    await answerRequests(page, { runConfig: { config: { lr: 0.1 } } });
    assert.equal(page.text('.config-entry'), 'lr0.1');
  });

  it('enlarges a curve and keeps that', async () => {
    const page = await openDetail('detail');
    await page.click('[data-metric=accuracy] [aria-pressed=false][title=Enlarge]');
    assert.equal(page.all('.curve.enlarged').length, 1);
    assert.equal(page.dashboard.runSheets.enlarged.value, 'accuracy');
    await page.click('[data-metric=accuracy] [title="Make smaller"]');
    assert.equal(page.all('.curve.enlarged').length, 0);
  });

  it('survives updates: what was typed, enlarged and scrolled stays', async () => {
    const page = await openDetail('detailEnlarged');
    const search = page.find<HTMLInputElement>('[data-search=config]');
    const sheet = page.find('dialog');
    sheet.scrollTop = 240;
    sheet.dispatchEvent(new Event('scroll'));
    await patch(page, 1, { step: 4_300 });
    assert.equal(page.find('[data-search=config]'), search);
    assert.equal(search.value, 'lr');
    assert.equal(page.all('.curve.enlarged').length, 1);
    assert.equal(page.text('.run-facts').includes('4,300 of 10,000'), true);
    assert.equal(sheet.scrollTop, 240);
    assert.deepEqual(page.dashboard.runSheets.scroll.value, { sheet: `run/${id}`, top: 240 });
  });

  it('comes back over a reload, scrolled to where it was', async () => {
    const page = await openDetail('detail', {
      state: { ...openRun, sheetScroll: { sheet: `run/${id}`, top: 120 } },
    });
    assert.equal(page.text('#sheet-title'), 'gpt-mini lr=3e-4');
    assert.equal(page.find('dialog').scrollTop, 120);
    closePages();
    const other = await openDetail('detail', {
      state: { ...openRun, sheetScroll: { sheet: 'compare', top: 120 } },
    });
    assert.equal(other.find('dialog').scrollTop, 0, 'another sheet begins at its top');
  });

  it('says for how long a silent run has shown no sign of life, by the time that counts as silence', async () => {
    const page = await openDetail('detailStalled');
    assert.match(page.text('[data-notice=stalled]'), /No sign of life for 19m\./);
    closePages();
    const patient = await openDetail('detailStalled', {
      snapshot: snapshotMessage(fullTables, { stalledAfter: 30 * minutes }),
    });
    assert.equal(patient.all('[data-notice=stalled]').length, 0);
    assert.match(patient.text('.run-line'), /^Running/);
  });

  it('shows an error whole, as the traceback that it is, and copies it', async () => {
    const page = await openDetail('detailFailed');
    assert.ok(page.find('.error-text').classList.contains('trace'));
    await page.click('[data-detail=error] .copy');
    const [copied] = page.host.ofType('copy');
    assert.match(copied?.text ?? '', /^Traceback[\s\S]*1\.12 GiB is free\.$/);
    await page.send({ type: 'copied', what: 'error' });
    assert.equal(page.text('[data-detail=error] .copy'), 'Copied');
  });

  it('lays out the head of an error of a megabyte and says how much is missing', async () => {
    const run = runRow(0, { status: 'failed', error: '<b>x</b>'.repeat(130_000) });
    const page = await openDetail('detail', { snapshot: snapshotMessage({ training_runs: [run] }) });
    assert.equal(page.all('.error-text b').length, 0);
    assert.equal(page.text('.error-text').length, 50_000);
    assert.match(page.text('[data-detail=error]'), /990,000 more characters are not shown/);
    await page.click('[data-detail=error] .copy');
    assert.equal(page.host.ofType('copy')[0]?.text.length, 1_040_000);
  });

  it('says which limit stopped a run and what can be done', async () => {
    const page = await openDetail('detailStopped');
    assert.match(page.text('[data-notice=stopped]'), /GPU minutes/);
    assert.match(page.text('[data-notice=stopped]'), /Dec 1.*Start it again after the reset/);
  });

  it('leads to a model that the run made', async () => {
    const page = await openDetail('detail');
    assert.equal(page.all('.produced-row').length, 2);
    await page.click('.produced-row button');
    assert.equal(page.all('dialog').length, 0);
    assert.ok(page.find('[data-section=models]').contains(document.activeElement), 'the row has the focus');
  });

  it('sets what the run used against what is left', async () => {
    const page = await openDetail('detail');
    const rows = page.all('.run-costs tbody tr').map(({ textContent }) => textContent);
    assert.equal(rows.length, 3);
    assert.ok(rows.some((text) => text?.startsWith('Tokens1.24M')));
    closePages();
    const none = await openDetail('detailEmpty');
    assert.match(none.text('[data-detail=cost]'), /No usage was recorded/);
  });

  describe('asks a script to stop', () => {
    it('only after a question, with the focus on its answer', async () => {
      const page = await openDetail('detail');
      await page.click('.run-cancel button');
      assert.match(
        page.text('.run-confirm'),
        /Ask the script to stop\? The script stops when it next reports\./,
      );
      assert.equal(document.activeElement?.textContent, 'Ask to stop');
      assert.equal(asked(page, 'cancelRun').length, 0);
      await page.click('.run-confirm .primary');
      await page.click('.run-confirm .primary');
      assert.deepEqual(
        asked(page, 'cancelRun').map(({ parameters }) => parameters),
        [{ run: id }],
        'once, however often it is clicked',
      );
      await answerRequests(page, { cancelRun: {} });
      assert.equal(page.text('.run-confirm .primary'), 'Asked to stop');
      await page.click('.run-confirm .primary');
      assert.equal(asked(page, 'cancelRun').length, 1);
      await patch(page, 1, { cancel_requested_at: ago(12_000) });
      assert.match(page.text('[data-notice=cancelling]'), /Cancellation requested 12s ago\./);
      assert.equal(page.all('.run-cancel').length, 0);
    });

    it('and not when the question is left by Escape, which closes nothing else', async () => {
      const page = await openDetail('detail');
      await page.click('.run-cancel button');
      const event = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
      await settle();
      assert.equal(event.defaultPrevented, true, 'or the dialog would close');
      assert.equal(page.all('.run-confirm').length, 0);
      assert.equal(document.activeElement, page.find('.run-cancel button'));
    });

    it('and says why when the request is refused', async () => {
      const page = await openDetail('detail');
      await page.click('.run-cancel button');
      await page.click('.run-confirm .primary');
      await answerRequests(page, { cancelRun: { problem: 'The run has ended.' } });
      assert.equal(page.text('.run-confirm [role=alert]'), 'The run has ended.');
      await page.click('.run-confirm .primary');
      assert.equal(asked(page, 'cancelRun').length, 2);
    });

    it('not while the backend cannot be reached, and says so', async () => {
      const page = await openDetail('detailOffline');
      const button = page.find('.run-cancel button');
      assert.equal(button.getAttribute('aria-disabled'), 'true');
      assert.match(page.text('#cancel-offline'), /cannot be reached/);
      await page.click('.run-cancel button');
      assert.equal(page.all('.run-confirm').length, 0);
    });

    it('not when it has ended', async () => {
      const page = await openDetail('detailFailed');
      assert.equal(page.all('.run-cancel').length, 0);
    });
  });

  describe('of a run that is gone', () => {
    it('says that it was deleted and keeps what was last known', async () => {
      const page = await openDetail('detail');
      await page.send(patchMessage(1, { training_runs: { up: [], del: [id] } }));
      assert.match(page.text('[data-notice=deleted]'), /This run was deleted\./);
      assert.equal(page.text('#sheet-title'), 'gpt-mini lr=3e-4');
      assert.equal(page.all('dialog [data-metric]').length, 6);
      assert.equal(page.all('.run-cancel').length, 0);
      await page.send(patchMessage(2, { training_runs: { up: [row({ step: 4_400 })], del: [] } }));
      assert.equal(page.all('[data-notice=deleted]').length, 0, 'it is back');
    });

    it('does not call deleted what a snapshot no longer holds because it is old', async () => {
      const page = await openDetail('detail');
      const from = { at: ago(-minutes), id: 'x' };
      const rest = fullTables.training_runs.filter((run) => run.id !== id);
      await page.send(
        snapshotMessage({ ...fullTables, training_runs: rest }, { runsFrom: from }, { cursor: 9 }),
      );
      assert.equal(page.all('[data-notice=deleted]').length, 0);
      assert.equal(page.all('[data-notice=released]').length, 1);
    });

    it('shows nothing of it to another account', async () => {
      const page = await openDetail('detail');
      await page.send(snapshotMessage({}, { account: 'other@runglass.local' }, { epoch: 'epoch-2' }));
      assert.equal(page.text('#sheet-title'), 'Run');
      assert.match(page.text('dialog'), /This run is not here\./);
    });
  });

  it('lists the config by dotted names, searches and copies it', async () => {
    const page = await openDetail('detail');
    const entries = (): (string | undefined)[] =>
      page.all('.config-entry').map(({ textContent }) => textContent ?? undefined);
    assert.ok(entries().includes('optimizer.betas[0.9, 0.95]'));
    const search = page.find<HTMLInputElement>('[data-search=config]');
    search.value = 'adamw';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    assert.deepEqual(entries(), ['optimizer.nameadamw']);
    await page.click('[data-detail=config] .copy');
    assert.equal(JSON.parse(page.host.ofType('copy')[0]?.text ?? '').optimizer.lr, 0.0003);
  });

  it('says how to log a config where there is none, and looks again when asked', async () => {
    const page = await openDetail('detailEmpty');
    assert.match(page.text('[data-detail=config]'), /No config was logged.*training_run_configs/);
    await page.click('[data-detail=config] .empty button');
    await answerRequests(page, { runConfig: { config: { seed: 1 } } });
    assert.equal(page.text('.config-entry'), 'seed1');
  });

  it('draws what is hostile as text', async () => {
    const evil = '<script>alert(1)</script>\u202e\u0000';
    const run = runRow(0, { name: evil, error: evil, status: evil });
    const page = await openDetail('detail', {
      snapshot: snapshotMessage({ training_runs: [run] }),
      answered: false,
    });
    await answerRequests(page, {
      runHistory: historyOf([{ step: 1, at: fixtureNow, metrics: { [evil]: 1 } }]),
      runConfig: { config: { [evil]: { [evil]: 'x'.repeat(1_000_000) } } },
    });
    assert.equal(page.all('dialog script').length, 0);
    assert.ok(page.text('dialog').length < 5_000);
    assert.deepEqual(page.host.ofType('log'), []);
  });

  it('releases its charts and its reads when it is closed', async () => {
    const page = await openDetail('detail');
    assert.equal(page.charts.live(`run/${id}/lr`), 1);
    await page.click('dialog [aria-label=Close]');
    assert.equal(page.charts.live(`run/${id}/lr`), 0);
    const before = page.host.ofType('request').length;
    passTime(60_000);
    await patch(page, 1, { step: 5_000 });
    assert.equal(page.host.ofType('request').length, before);
  });
});
