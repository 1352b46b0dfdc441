import assert from 'node:assert/strict';
import type { ProjectRow } from '../../src/shared/model.ts';
import { dailyByMetric, dailyByProject } from '../../src/webview/usage/dailyUsage.ts';
import { areDistinct } from '../../src/webview/usage/projectColors.ts';
import { type Band, stackOf } from '../../src/webview/usage/stack.ts';
import { dashboardStates, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { fixtureId, projectRow, subscriptionRow, usageRow } from '../fixtures/rows.ts';
import { usageByProject, usageProjects } from '../fixtures/usage.ts';
import { closePages, countRenders, openPage } from './support/page.tsx';

const yesterday = '2026-11-21';
const today = '2026-11-22';
const days = [yesterday, today];
const scope = { days, project: null };

describe('usage by project', () => {
  const stack = (
    rows: ReturnType<typeof usageRow>[],
    projects: readonly ProjectRow[],
    surface: string | null,
  ): Band[] =>
    stackOf({
      byProject: dailyByProject(rows, 'tokens', scope),
      projects,
      days: 2,
      label: 'Tokens',
      surface,
    });
  const named = (bands: readonly Band[]): unknown => bands.map(({ label, total }) => [label, total]);

  it('sums the days that are asked for, of one metric or of all, of one project or of all', () => {
    const [a] = usageProjects;
    const rows = [
      usageRow(0, { amount: 5, day: yesterday, project_id: a?.id ?? null }),
      usageRow(1, { amount: 7, day: today }),
      usageRow(2, { amount: 9, day: '2026-11-20' }),
      usageRow(3, { amount: 2, day: today, metric: 'requests' }),
    ];
    assert.deepEqual(dailyByProject(rows, 'tokens', scope).get(null), { amounts: [0, 7], total: 7 });
    assert.deepEqual(
      [...dailyByMetric(rows, scope)].map(([metric, { total }]) => [metric, total]),
      [
        ['tokens', 12],
        ['requests', 2],
      ],
    );
    assert.deepEqual([...dailyByMetric(rows, { days, project: a?.id ?? '' }).keys()], ['tokens']);
  });

  it('is one band where no row carries a project', () => {
    const bands = stack([usageRow(0, { amount: 3, day: today })], usageProjects, null);
    assert.deepEqual(named(bands), [['Tokens', 3]]);
    assert.deepEqual(named(stack([], usageProjects, null)), [['Tokens', 0]]);
  });

  it('shortens the name of a project, which a sentence repeats', () => {
    const [first] = usageProjects;
    assert.ok(first);
    const rows = [usageRow(0, { amount: 3, day: today, project_id: first.id })];
    const [band] = stack(rows, [{ ...first, name: 'x'.repeat(1e6) }], null);
    assert.ok((band?.label.length ?? 0) < 300);
  });

  it('gives seven projects a band of their own, in their order, and puts the others together', () => {
    const rows = usageProjects.map(({ id }, n) =>
      usageRow(n, { amount: n < 2 ? 1 : 100 - n, day: yesterday, project_id: id }),
    );
    rows.push(usageRow(90, { amount: 4, day: yesterday }));
    rows.push(usageRow(91, { amount: 6, day: yesterday, project_id: fixtureId('projects', 77) }));
    const bands = stack(rows, usageProjects, null);
    assert.deepEqual(
      bands.map(({ label }) => label),
      [...usageProjects.slice(2).map(({ name }) => name), 'Other', 'No project'],
    );
    assert.deepEqual(named(bands.slice(-2)), [
      ['Other', 8],
      ['No project', 4],
    ]);
  });

  it('takes the colors of the projects only when all of them are seen and told apart', () => {
    const rows = usageProjects
      .slice(0, 2)
      .map(({ id }, n) => usageRow(n, { day: yesterday, project_id: id }));
    const colors = (surface: string | null, second = '#d18616'): unknown =>
      stack(rows, [projectRow(0, { color: '#3794ff' }), projectRow(1, { color: second })], surface).map(
        ({ color }) => color,
      );
    assert.deepEqual(colors('rgb(31, 31, 31)'), ['#3794ff', '#d18616']);
    assert.deepEqual(colors('rgb(31, 31, 31)', '#3793fe'), [null, null]);
    assert.deepEqual(colors('rgb(31, 31, 31)', '#222222'), [null, null]);
    assert.deepEqual(colors('rgb(31, 31, 31)', 'url(x)'), [null, null]);
    assert.deepEqual(colors(null), [null, null]);
  });

  it('measures colors against the page', () => {
    assert.equal(areDistinct(['#ffff00'], 'rgb(255, 255, 255)'), false);
    assert.equal(areDistinct(['#ffff00'], 'rgb(0, 0, 0)'), true);
    assert.equal(areDistinct([null], 'rgb(0, 0, 0)'), false);
    assert.equal(areDistinct(['#ffff00'], ''), false);
  });
});

describe('usage chart by project', () => {
  afterEach(closePages);

  it('stacks the bars and names every band', async () => {
    const page = await openPage(dashboardStates.usageByProject);
    const labels = page.all('[data-chart=usage] .legend-entry').map(({ textContent }) => textContent);
    assert.deepEqual(labels.slice(0, 2), ['char-lm', 'codec-16khz']);
    assert.ok(labels.includes('Other') && labels.includes('No project'), String(labels));
    const { layers } = page.charts.view();
    const top = layers
      .findLast(({ projected }) => !projected)
      ?.values.findLast((value) => value !== undefined);
    const ofToday = usageByProject().filter(({ metric, day }) => metric === 'tokens' && day === '2026-11-22');
    assert.equal(
      top,
      ofToday.reduce((sum, { amount }) => sum + amount, 0),
    );
  });

  it('takes a band out with its entry in the legend, and remembers that', async () => {
    const page = await openPage(dashboardStates.usageByProject);
    const before = page.charts.view().layers.length;
    await page.click('[data-chart=usage] .legend-entry');
    assert.equal(page.charts.view().layers.length, before - 1);
    assert.equal(page.find('[data-chart=usage] .legend-entry').getAttribute('aria-pressed'), 'false');
    await new Promise((done) => setTimeout(done, 250));
    const again = await openPage(dashboardStates.usageByProject, { state: page.host.state });
    assert.equal(again.charts.view().layers.length, before - 1);
  });

  it('draws what is expected of the days to come of a period, and what that leads to', async () => {
    const limits = { tokens: { limit: 1_000 } };
    const rows = Array.from({ length: 7 }, (_, n) => usageRow(n, { amount: 65, day: `2026-11-${16 + n}` }));
    const page = await openPage(
      snapshotMessage({ subscriptions: [subscriptionRow(0, { limits })], usage_tracking: rows }),
    );
    assert.equal(page.charts.view().layers.length, 1);
    await page.click('input[name=range][value=period]');
    const [measured, expected] = page.charts.view().layers;
    assert.ok(expected?.projected);
    assert.deepEqual(measured?.values.slice(21), [65, ...Array(8)]);
    // 455 in the 6.5 days since Nov 16, of which 8.5 days are left of the period: 455 + 8.5 * 70.
    assert.deepEqual(expected.values.slice(21), [undefined, ...Array(8).fill(70)]);
    assert.match(page.text('[data-chart=usage] .chart-legend'), /Expected.*At this rate 105% by Dec 1\./);
    // 466 in 6.5 days: 71.692… a day.
    await page.send(
      patchMessage(1, { usage_tracking: { up: [usageRow(0, { amount: 76, day: '2026-11-16' })], del: [] } }),
    );
    assert.equal(page.charts.view().layers[1]?.values.at(-1), 71.7);
  });

  it('draws only the chosen project, and says so', async () => {
    const [chosen] = usageProjects;
    const page = await openPage(dashboardStates.usageByProject, {
      state: { project: chosen?.id, range: '7d' },
    });
    assert.match(page.text('[data-chart=usage] .chart-legend'), /Only char-lm/);
    assert.match(
      page.find('[data-chart=usage] [role=application]').getAttribute('aria-label') ?? '',
      /per day from Nov 16 to Nov 22, only char-lm\./,
    );
    assert.deepEqual(
      page.charts.view().layers.map(({ key }) => key),
      [chosen?.id],
    );
  });
});

describe('all metrics small', () => {
  afterEach(closePages);

  it('shows each with its total in the range, and makes one large on a click', async () => {
    const rows = [
      usageRow(0, { amount: 5, day: '2026-11-22' }),
      usageRow(1, { amount: 1_500, day: '2026-11-02', metric: 'requests' }),
    ];
    const page = await openPage(snapshotMessage({ usage_tracking: rows }));
    assert.deepEqual(
      page.all('[data-multiple]').map((one) => one.getAttribute('aria-label')),
      ['Tokens: 5 (Last 30 days)', 'Requests: 1,500 (Last 30 days)'],
    );
    await page.click('[data-multiple=requests]');
    assert.equal(page.find('[data-multiple=requests]').getAttribute('aria-pressed'), 'true');
    assert.equal(page.charts.view().layers[0]?.key, 'all');
    assert.match(
      page.find('[data-chart=usage] [role=application]').getAttribute('aria-label') ?? '',
      /Requests per day/,
    );
    await page.send(
      patchMessage(1, { usage_tracking: { up: [usageRow(2, { amount: 6, day: '2026-11-21' })], del: [] } }),
    );
    assert.equal(page.text('[data-multiple=tokens] .multiple-total'), '11');
  });

  it('draws one of them again when one metric grows', async () => {
    const page = await openPage(dashboardStates.full);
    const renders = countRenders();
    const more = usageRow(9_000, { metric: 'requests', amount: 50, day: '2026-11-22' });
    await page.send(patchMessage(1, { usage_tracking: { up: [more], del: [] } }));
    renders.stop();
    assert.equal(renders.counts.get('MultipleView'), 1);
  });

  it('is not drawn for one metric, which is large already', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0)] }));
    assert.equal(page.all('[data-multiple]').length, 0);
  });
});
