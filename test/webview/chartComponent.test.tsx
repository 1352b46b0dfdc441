import assert from 'node:assert/strict';
import { fullTables, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { usageRow } from '../fixtures/rows.ts';
import { closePages, FakeCharts, openPage, settle, type TestPage } from './support/page.tsx';

const today = Date.parse('2026-11-22T00:00:00Z') / 1000;
const day = 86_400;
const image = '[data-chart=usage] .chart-canvas';

async function press(page: TestPage, key: string): Promise<boolean> {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
  page.find(image).dispatchEvent(event);
  await settle();
  return event.defaultPrevented;
}

/** Answers the page's last request. */
async function answer(
  page: TestPage,
  given: { readonly problem: string } | { readonly result: unknown },
): Promise<void> {
  const request = page.host.ofType('request').at(-1);
  assert(request, 'nothing was asked');
  await page.send({ type: 'answer', id: request.id, problem: null, ...given });
}

describe('chart', () => {
  afterEach(closePages);

  it('says in its place that its code could not be loaded, and tries again when asked', async () => {
    const charts = new FakeCharts();
    let tries = 0;
    const page = await openPage(snapshotMessage(fullTables), {
      loadCharts: async () => {
        tries += 1;
        if (tries === 1) throw new Error('the file is gone');
        return charts.draw;
      },
    });
    assert.match(page.text('[data-chart=usage] [role=alert]'), /could not be loaded/);
    assert.match(page.host.ofType('log')[0]?.message ?? '', /Charts: .*the file is gone/);
    assert.match(page.find(image).getAttribute('aria-label') ?? '', /Bar chart: Tokens per day/);
    await page.click('[data-chart=usage] [role=alert] button');
    assert.equal(charts.live(), 1);
    assert.equal(page.all('[data-chart=usage] [role=alert]').length, 0);
  });

  it('loads its code once, whatever is drawn and however often', async () => {
    const charts = new FakeCharts();
    let loads = 0;
    const page = await openPage(snapshotMessage(fullTables), {
      loadCharts: async () => {
        loads += 1;
        return charts.draw;
      },
    });
    await page.click('[data-chart=usage] [aria-label="Show as table"]');
    await page.click('[data-chart=usage] [aria-label="Show as chart"]');
    assert.equal(loads, 1);
    assert.deepEqual(
      charts.all.map(({ live }) => live),
      [false, true],
    );
  });

  it('keeps what is read in its place while other data comes', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    await press(page, 'End');
    await press(page, 'PageUp');
    assert.equal(page.charts.of('usage').reading?.x, today - 10 * day);
    await page.send(patchMessage(1, { usage_tracking: { up: [usageRow(0, { amount: 9 })], del: [] } }));
    assert.equal(page.charts.of('usage').reading?.x, today - 10 * day);
    await press(page, 'End');
    assert.equal(page.text('.chart-readout'), 'Nov 229');
  });

  it('announces nothing of where the pointer is', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    page.charts.of('usage').events.onPoint(today - 1);
    await settle();
    assert.equal(page.text('.chart-readout'), 'Nov 225');
    assert.equal(page.text('[data-chart=usage] [aria-live]'), '');
    page.charts.of('usage').events.onPoint(null);
    await settle();
    assert.equal(page.all('.chart-readout').length, 0);
  });

  it('says what a key moves to once, however often it changes there', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    await press(page, 'End');
    assert.equal(page.text('[data-chart=usage] [aria-live]'), 'Nov 22: 5');
    await page.send(patchMessage(1, { usage_tracking: { up: [usageRow(0, { amount: 9 })], del: [] } }));
    assert.equal(page.text('.chart-readout'), 'Nov 229');
    assert.equal(page.text('[data-chart=usage] [aria-live]'), 'Nov 22: 5');
  });

  it('leaves keys to the page that it has no use for', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0)] }));
    assert.equal(await press(page, 'Escape'), false);
    assert.equal(await press(page, 'Tab'), false);
    await press(page, 'End');
    assert.equal(await press(page, 'Escape'), true);
  });

  it('lets go of what the pointer reads with Escape, wherever the focus is', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    page.charts.of('usage').events.onPoint(today - 1);
    await settle();
    assert.equal(page.all('.chart-readout').length, 1);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await settle();
    assert.equal(page.all('.chart-readout').length, 0);
  });

  it('zooms to whole days by dragging and by keys, remembers it, and goes back', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    page.charts.of('usage').events.onZoom([today - 4.2 * day, today - 0.9 * day]);
    await settle();
    assert.deepEqual(page.charts.view().range, [today - 4.5 * day, today - 0.5 * day]);
    await new Promise((done) => setTimeout(done, 250));
    const again = await openPage(snapshotMessage({}), { state: page.host.state });
    assert.deepEqual(again.charts.view().range, [today - 4.5 * day, today - 0.5 * day]);
    await page.click('[data-chart=usage] .chart-reset');
    const [from, to] = page.charts.view().range;
    assert.equal(page.all('.chart-reset').length, 0);
    await press(page, 'End');
    await press(page, '+');
    const [near, end] = page.charts.view().range;
    assert.ok(near > from && end === to, `${near} to ${end}`);
    await press(page, '0');
    assert.deepEqual(page.charts.view().range, [from, to]);
    assert.equal(page.charts.all.filter(({ name }) => name === 'usage').length, 1, 'it was drawn anew');
  });

  it('zooms by keys down to one day, and out again', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    const width = (): number => {
      const [from, to] = page.charts.view().range;
      return (to - from) / day;
    };
    await page.click('input[name=range][value="7d"]');
    const widths: number[] = [];
    for (const key of ['+', '+', '+', '+', '-', '-', '-']) {
      await press(page, key);
      widths.push(width());
    }
    assert.deepEqual(widths.slice(3), [1, 2, 4, 7]);
    await press(page, 'End');
    await press(page, 'ArrowLeft');
    for (let n = 0; n < 4; n++) await press(page, '+');
    assert.deepEqual(page.charts.view().range, [today - 1.5 * day, today - 0.5 * day]);
  });

  it('shows the whole of another range', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0)] }));
    page.charts.of('usage').events.onZoom([today - 4 * day, today]);
    await page.click('input[name=range][value="7d"]');
    assert.deepEqual(page.charts.view().range, [today - 6.5 * day, today + 0.5 * day]);
  });

  it('saves what it holds as CSV, and says so for a moment', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    await page.click('[data-save=csv]');
    const request = page.host.ofType('request').at(-1);
    assert(request?.name === 'saveFile');
    assert.equal(request.parameters.name, 'runglass-usage-2026-11-22.csv');
    assert.match(String(request.parameters.content), /^Day \(UTC\),Tokens\r\n2026-10-24,0\r\n/);
    await answer(page, { result: { saved: true } });
    assert.equal(page.find('[data-save=csv]').dataset.state, 'saved');
  });

  it('says nothing when the dialog was cancelled, and in its place why a file was not saved', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await page.click('[data-save=csv]');
    await answer(page, { result: { saved: false } });
    assert.equal(page.find('[data-save=csv]').dataset.state, 'idle');
    assert.equal(page.all('.chart-problem').length, 0);
    await page.click('[data-save=csv]');
    await answer(page, { problem: 'The disk is full.' });
    assert.equal(page.text('.chart-problem'), 'Not saved: The disk is full.');
    await page.click('[data-save=csv]');
    assert.equal(page.all('.chart-problem').length, 0);
  });

  it('saves a picture with its title, and none while the table is shown', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    await page.click('[data-save=png]');
    const request = page.host.ofType('request').at(-1);
    assert(request?.name === 'saveFile');
    assert.equal(request.parameters.name, 'runglass-usage-2026-11-22.png');
    assert.equal(page.charts.of('usage').caption?.title, 'Tokens per day · Last 30 days');
    await answer(page, { result: { saved: true } });
    await page.click('[data-chart=usage] [aria-label="Show as table"]');
    await page.click('[data-save=png]');
    assert.equal(page.host.ofType('request').length, 1);
  });

  for (const charts of [
    5,
    [],
    { usage: 1 },
    { usage: { zoom: [2, 1], smoothing: 7, hidden: 'x', log: 1, table: 'yes' } },
  ]) {
    it(`falls back to what is plain from ${JSON.stringify(charts)}`, async () => {
      const page = await openPage(snapshotMessage(fullTables), { state: { charts } });
      assert.equal(page.charts.view().x.length, 30);
      assert.equal(page.all('.chart-reset').length, 0);
    });
  }

  it('remembers a bounded number of charts', async () => {
    const page = await openPage(snapshotMessage());
    for (let n = 0; n < 150; n++) page.dashboard.charts.set(`chart ${n}`, { log: true });
    await new Promise((done) => setTimeout(done, 250));
    const { charts } = page.host.state as { charts: object };
    assert.equal(Object.keys(charts).length, 100);
    assert.ok('chart 149' in charts);
  });
});
