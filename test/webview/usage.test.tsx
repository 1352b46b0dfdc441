import assert from 'node:assert/strict';
import {
  dashboardStates,
  fullTables,
  limitTables,
  patchMessage,
  snapshotMessage,
} from '../fixtures/dashboard.ts';
import { limitStates } from '../fixtures/limits.ts';
import { fixtureNow, hours, subscriptionRow, usageRow } from '../fixtures/rows.ts';
import { closePages, openPage, settle } from './support/page.tsx';

const tokens = '[data-metric=tokens]';

describe('usage section', () => {
  afterEach(closePages);

  it('sums the period per metric and says what is left', async () => {
    const page = await openPage(
      snapshotMessage({
        subscriptions: [subscriptionRow(0)],
        usage_tracking: [
          usageRow(0, { amount: 4_000_000, day: '2026-11-01' }),
          usageRow(1, { amount: 2_500_000, day: '2026-11-22', project_id: null }),
          usageRow(2, { amount: 9_999_999, day: '2026-10-31' }),
        ],
      }),
    );
    assert.equal(page.find(tokens).dataset.used, '6500000');
    assert.equal(page.text(tokens), 'Tokens6.5M / 10M3.5M left65%97% by Dec 1');
    assert.equal(page.text('[data-reset]'), 'Nov 1 – Dec 1 · resets in 8d 12h');
  });

  it('tells every level apart in words', async () => {
    const page = await openPage(snapshotMessage(limitTables));
    const gauge = (metric: string): string[] => {
      const element = page.find(`[data-metric=${metric}]`);
      return [element.dataset.level ?? '', page.text(`[data-metric=${metric}] .gauge-words`)];
    };
    assert.deepEqual(gauge('tokens'), ['reached', 'Limit reached100%']);
    assert.deepEqual(gauge('requests'), ['warning', '2,600 left87%']);
    assert.deepEqual(gauge('gpu_minutes'), ['over', 'Over by 412113%']);
    assert.deepEqual(gauge('storage_bytes'), ['fine', '29 GB left42%']);
    assert.deepEqual(gauge('training_runs'), ['unlimited', 'Unlimited']);
    assert.deepEqual(gauge('embeddings'), ['unknown', 'No limit in the plan']);
  });

  it('keeps the order of gauges and the charted metric while usage grows', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    const order = (): (string | undefined)[] =>
      page.all('[data-metric]').map((gauge) => gauge.dataset.metric);
    const before = order();
    assert.deepEqual(before, ['tokens', 'requests', 'gpu_minutes', 'storage_bytes', 'training_runs']);
    const more = usageRow(9_000, { metric: 'requests', amount: 900_000 });
    await page.send(patchMessage(1, { usage_tracking: { up: [more], del: [] } }));
    assert.deepEqual(order(), before);
    assert.equal(page.find(tokens).getAttribute('aria-pressed'), 'true');
  });

  it('shows the plan, its period and its state', async () => {
    const page = await openPage(snapshotMessage(limitTables));
    const text = page.text('[data-section=plan]');
    for (const part of [
      'Pro',
      'Past due',
      '$20 / month',
      'EndsDec 1',
      '22 of 30',
      '10M tokens',
      'Unlimited',
    ]) {
      if (part === '10M tokens') assert.match(text, /Tokens10M hard limit/);
      else assert.ok(text.includes(part), `${part} is not in ${text}`);
    }
    await page.click('[data-command=openUpgrade]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'openUpgrade' }]);
  });
});

describe('limits on the page', () => {
  afterEach(closePages);

  it('have a calm line in their place while none is reached', async () => {
    const page = await openPage(limitStates.limitsFine);
    assert.equal(page.text('.limits'), 'No limit is reached. Nearest: Storage, 42% used.');
    assert.equal(page.all('[data-limit]').length, 0);
  });

  it('say which hard limit is reached, since when, until when, and lead to the run and the plan', async () => {
    const page = await openPage(limitStates.limitReachedHard);
    assert.match(
      page.text('[data-limit=tokens] p'),
      /^Tokens: limit of 10M reached at .*\. 1 run was stopped\. Further usage is refused until Dec 1 \(in 8d 12h\)\.$/,
    );
    await page.click('[data-limit=tokens] button.link');
    const newest = limitStates.limitReachedHard?.tables.training_runs[0]?.id;
    assert.ok(newest);
    assert.equal(page.all(`[data-section=runs] [data-id="${newest}"]`).length, 1);
    await page.click('[data-limit=tokens] [data-command=openUpgrade]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'openUpgrade' }]);
  });

  it('say that a soft limit only warns, and offer no upgrade where the plan names no page', async () => {
    const page = await openPage(limitStates.limitOverSoft);
    assert.match(
      page.text('[data-limit=gpu_minutes]'),
      /over the limit of 3,000 since Nov 21, by 412\. The limit only warns; usage goes on\. Resets Dec 1 \(in 8d 12h\)\.Use less\./,
    );
    assert.equal(page.all('[data-limit] [data-command=openUpgrade]').length, 0);
  });

  it('have a line each, with the day of each', async () => {
    const page = await openPage(limitStates.limitsSeveral);
    const lines = page.all('[data-limit]').map((line) => line.textContent ?? '');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^Tokens: limit of 10M reached at /);
    assert.match(lines[1] ?? '', /^Requests: limit of 20K reached on Nov 22\./);
    assert.match(lines[2] ?? '', /^GPU minutes: over the limit of 3,000 since Nov 21, by 412\./);
  });

  it('are spoken of when one comes to another state, and not with each use', async () => {
    const page = await openPage(limitStates.limitOverSoft);
    const spoken = '.limits [role=status]';
    assert.equal(page.text(spoken), 'GPU minutes: over the limit.');
    const before = page.text('[data-limit=gpu_minutes] p');
    await page.send(
      patchMessage(1, {
        usage_tracking: { up: [usageRow(999, { metric: 'gpu_minutes', amount: 50 })], del: [] },
      }),
    );
    assert.notEqual(page.text('[data-limit=gpu_minutes] p'), before);
    assert.equal(page.text(spoken), 'GPU minutes: over the limit.');
    assert.equal(page.all('.limits[role]').length, 0);
  });

  it('leave the gauges in sight when many are reached: three have a line, the others their names', async () => {
    const page = await openPage(limitStates.limitsMany);
    assert.equal(page.all('[data-limit]').length, 3);
    assert.match(page.text('.limits > p'), /^57 more limits: Metric 13, Metric 14, .*, Metric 69$/);
  });

  it('are red where they refuse, and yellow where they only warn, in line and gauge alike', async () => {
    const page = await openPage(limitStates.limitsSeveral);
    const tone = (place: string): string => /tone-\w+/.exec(page.find(place).className)?.[0] ?? '';
    const tones = ['tokens', 'requests', 'gpu_minutes'].map((metric) => [
      tone(`[data-limit=${metric}]`),
      tone(`.gauge[data-metric=${metric}]`),
    ]);
    assert.deepEqual(tones, [
      ['tone-bad', 'tone-bad'],
      ['tone-warn', 'tone-warn'],
      ['tone-warn', 'tone-warn'],
    ]);
  });

  it('say calmly that the plan does not include a metric', async () => {
    const page = await openPage(
      snapshotMessage({
        subscriptions: [subscriptionRow(0, { limits: { gpu_minutes: { limit: 0, hard: true } } })],
      }),
    );
    assert.equal(page.all('[data-limit]').length, 0);
    assert.equal(page.text('.gauge'), 'GPU minutes0 / 0Not in the planUsage is refused');
    assert.match(page.text('[data-metric-facts]'), /The plan includes none of it; usage is refused\.$/);
  });

  it('tell a limit that refuses while something is left, also at its gauge', async () => {
    const page = await openPage(limitStates.limitRefusing);
    assert.match(
      page.text('[data-limit=tokens] p'),
      /refusing further usage since .*\. 2 runs were stopped\./,
    );
    assert.match(page.text('[data-metric=tokens] .gauge-words'), /^Refusing; 400K left96%$/);
    assert.equal(page.find('[data-metric=tokens]').dataset.level, 'warning');
  });

  it('say of the chosen metric in sight what its tooltip says: the consequence and how the pace was computed', async () => {
    const page = await openPage(limitStates.limitsFine);
    const text = page.text('[data-metric-facts]');
    assert.match(
      text,
      /^Tokens 4,100,000 of 10,000,000 tokens used\. At the limit further usage is refused until Dec 1\./,
    );
    assert.match(text, /At this rate 78% by Dec 1\. Mean of the last 7 days: 442K a day\.$/);
    assert.equal(text, `Tokens ${page.find(tokens).title}`);
    await page.click('[data-metric=training_runs]');
    assert.match(page.text('[data-metric-facts]'), /^Training runs 60 used\. The plan sets no limit\./);
  });

  it('appear and go as usage and limits change', async () => {
    const page = await openPage(limitStates.limitsFine);
    const more = usageRow(900, { metric: 'tokens', amount: 5_900_000 });
    await page.send(patchMessage(1, { usage_tracking: { up: [more], del: [] } }));
    assert.equal(page.find('[data-limit]').dataset.state, 'reached');
    await page.send(patchMessage(2, { usage_tracking: { up: [], del: [more.id] } }));
    assert.equal(page.all('[data-limit]').length, 0);
  });
});

describe('plan section', () => {
  afterEach(closePages);

  it('says that a period without an end has none', async () => {
    for (const current_period_end of [null, 'infinity']) {
      const page = await openPage(
        snapshotMessage({ subscriptions: [subscriptionRow(0, { current_period_end })] }),
      );
      assert.match(page.text('[data-section=plan]'), /RenewsNo date set/);
      assert.match(page.text('[data-reset]'), /^Nov 1 – Dec 1 /);
    }
  });

  for (const [state, words] of [
    ['planPastDue', /^Payment is past due\. The limits still count/],
    ['planTrialEnding', /^The trial ends in 2d 6h \(Nov 24\)\. Then it costs \$20 \/ month\.$/],
    ['planEnding', /^The plan ends in 8d 12h \(Dec 1\)\. It was canceled and will not renew\.$/],
    ['planCanceled', /^The plan is canceled\. Its period ends in 8d 12h/],
    ['planPaused', /^The plan is paused\./],
    ['planUnpaid', /^The plan is unpaid\./],
    ['planIncomplete', /^The first payment has not gone through\./],
    ['planPeriodGone', /^The period ended on Oct 1\. Usage counts by calendar month/],
  ] as const) {
    it(`says what the state ${state} means`, async () => {
      const page = await openPage(limitStates[state]);
      assert.match(page.text('.plan-notice'), words);
    });
  }

  it('has no notice while the plan goes on, and a sentence without one', async () => {
    const page = await openPage(limitStates.limitsFine);
    assert.equal(page.all('.plan-notice').length, 0);
    const none = await openPage(limitStates.noSubscription);
    assert.match(none.text('[data-section=plan]'), /once your account has a subscription/);
  });
});

describe('usage chart', () => {
  afterEach(closePages);

  it('has axes, grid and a sentence when there is nothing', async () => {
    const page = await openPage(snapshotMessage());
    const view = page.charts.view();
    assert.equal(view.x.length, 30);
    assert.deepEqual(view.y.ticks, [0, 25, 50, 75, 100]);
    assert.ok(view.xTicks(640).length > 3);
    assert.match(
      page.text('[data-chart=usage] [data-empty]'),
      /appears here with the first usage.*record_usage/,
    );
    assert.match(page.find('[role=application]').getAttribute('aria-label') ?? '', /Oct 24 to Nov 22/);
  });

  for (const state of ['loading', 'signedOut', 'offlineEmpty', 'setup']) {
    it(`is drawn in the state ${state}`, async () => {
      const page = await openPage(dashboardStates[state]);
      assert.equal(page.charts.live(), 1);
      assert.equal(page.charts.view().x.length, 30);
    });
  }

  it('draws one bar a UTC day, today last, with the even share of the limit', async () => {
    const page = await openPage(
      snapshotMessage({
        subscriptions: [subscriptionRow(0, { limits: { tokens: { limit: 3_000 } } })],
        usage_tracking: [
          usageRow(0, { amount: 70, day: '2026-11-22' }),
          usageRow(1, { amount: 5, day: '2026-11-22' }),
          usageRow(2, { amount: 200, day: '2026-11-20' }),
        ],
      }),
    );
    const view = page.charts.view();
    assert.deepEqual(view.layers[0]?.values.slice(-3), [200, 0, 75]);
    assert.equal(view.x.at(-1), Date.parse('2026-11-22T00:00:00Z') / 1000);
    assert.equal(view.line, 100);
    assert.equal(view.y.ticks.at(-1), 200);
    assert.equal(page.all('[data-chart] [data-empty]').length, 0);
    assert.match(
      page.find('[role=application]').getAttribute('aria-label') ?? '',
      /275 in all, at most 200 on Nov 20/,
    );
  });

  it('switches range and metric, and draws into the same chart', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    for (const [range, days] of [
      ['7d', 7],
      ['90d', 90],
      ['period', 30],
    ] as const) {
      await page.click(`input[name=range][value="${range}"]`);
      assert.equal(page.charts.view().x.length, days);
    }
    assert.equal(page.charts.view().x[0], Date.parse('2026-11-01T00:00:00Z') / 1000);
    await page.click('[data-metric=storage_bytes]');
    assert.equal(page.charts.view().formatY(2_000_000_000, []), '2 GB');
    assert.equal(page.find('[data-metric=storage_bytes]').getAttribute('aria-pressed'), 'true');
    assert.equal(page.charts.all.filter(({ name }) => name === 'usage').length, 1);
  });

  it('has a table twin with the same numbers', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 1_234_567 })] }));
    await page.click('[aria-label="Show as table"]');
    assert.equal(page.all('[data-chart] tbody tr').length, 30);
    assert.equal(page.text('[data-chart] tbody tr'), 'Nov 221,234,567');
    assert.equal(page.charts.live(), 0);
    await page.click('input[name=range][value=period]');
    // The days to come have what is expected of them.
    assert.equal(page.all('[data-chart] tbody tr').length, 30);
    assert.equal(page.text('[data-chart] tbody tr:nth-child(9)'), 'Nov 221,234,567');
    await page.click('[aria-label="Show as chart"]');
    assert.equal(page.charts.live(), 1);
  });

  it('keeps the table to its head while a sentence stands in for the rows', async () => {
    const page = await openPage(snapshotMessage({}), { state: { charts: { usage: { table: true } } } });
    assert.equal(page.all('[data-chart] tbody tr').length, 0);
    assert.equal(page.all('[data-chart] [data-empty]').length, 1);
  });

  it('draws a key of the limit line only where the line is', async () => {
    const far = subscriptionRow(0, { limits: { tokens: { limit: 3_000 } } });
    const page = await openPage(
      snapshotMessage({ subscriptions: [far], usage_tracking: [usageRow(0, { amount: 5 })] }),
    );
    assert.equal(page.charts.view().line, null);
    assert.equal(page.all('.legend-line').length, 0);
    assert.match(page.text('.chart-legend'), /100 a day, far above what is drawn/);
    await page.send(patchMessage(1, { usage_tracking: { up: [usageRow(0, { amount: 90 })], del: [] } }));
    assert.equal(page.charts.view().line, 100);
    assert.equal(page.all('.legend-line').length, 1);
  });

  it('announces the day that one moves to, and no change of the total', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    const live = (): string => page.text('[data-chart] [aria-live]');
    assert.equal(live(), '');
    await page.send(patchMessage(1, { usage_tracking: { up: [usageRow(0, { amount: 6 })], del: [] } }));
    assert.equal(live(), '');
    page
      .find('[role=application]')
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    await settle();
    assert.equal(live(), 'Nov 22: 6');
  });

  it('does not promise a renewal that is past', async () => {
    const past = { current_period_start: '2026-09-01T00:00:00Z', current_period_end: '2026-10-01T00:00:00Z' };
    const plan = async (fields: object): Promise<string> => {
      const page = await openPage(
        snapshotMessage({ subscriptions: [subscriptionRow(0, { ...past, ...fields })] }),
      );
      return page.text('[data-section=plan]');
    };
    assert.match(await plan({}), /Renewal was dueOct 1/);
    assert.match(await plan({ status: 'canceled' }), /EndedOct 1/);
  });

  it('reads single days with the arrow keys', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 1_234_567 })] }));
    const press = async (key: string): Promise<void> => {
      page
        .find('[role=application]')
        .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await settle();
    };
    assert.equal(page.text('.chart-total'), 'Total 1.23M');
    await press('ArrowLeft');
    assert.equal(page.text('.chart-readout'), 'Nov 221,234,567');
    assert.equal(page.charts.of('usage').reading?.x, Date.parse('2026-11-22T00:00:00Z') / 1000);
    await press('Home');
    assert.equal(page.text('.chart-readout'), 'Oct 240');
    await press('Escape');
    assert.equal(page.all('.chart-readout').length, 0);
    assert.equal(page.charts.of('usage').reading, null);
  });

  it('moves on to the next day and period by itself', async () => {
    const page = await openPage(snapshotMessage({ usage_tracking: [usageRow(0, { amount: 5 })] }));
    page.now = fixtureNow + 13 * hours;
    await new Promise((done) => setTimeout(done, 1_100));
    assert.equal(page.charts.view().x.at(-1), Date.parse('2026-11-23T00:00:00Z') / 1000);
  });

  it('reads its colours again when the theme changes', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    document.body.classList.add('vscode-light');
    await settle();
    assert.ok(page.charts.recolored > 0);
  });
});
