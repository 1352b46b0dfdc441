import assert from 'node:assert/strict';
import { commands } from '../../../src/extension/ids.ts';
import { escapeMarkdown, withoutIcons } from '../../../src/extension/markdown.ts';
import type { StatusBarInputs } from '../../../src/extension/statusBar/inputs.ts';
import { statusBarModel } from '../../../src/extension/statusBar/model.ts';
import { tooltipCommands } from '../../../src/extension/statusBar/tooltip.ts';
import { Formats } from '../../../src/shared/format.ts';
import { canUpgrade, limitFacts } from '../../../src/shared/limits.ts';
import type { RunRow, SubscriptionRow } from '../../../src/shared/model.ts';
import {
  currentPeriod,
  type MetricUsage,
  type Pace,
  paceOf,
  usageByMetric,
} from '../../../src/shared/usage.ts';
import { fixtureId, fixtureNow, minutes, runRow } from '../../fixtures/rows.ts';
import { liveStatus } from './support/doubles.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const at = '2026-03-01T00:00:00.000Z';
const formats = new Formats('en');
const base = { user_id: 'u', created_at: at, updated_at: at, sync_seq: 1 };

function plan(limits: SubscriptionRow['limits'], name = 'Pro'): SubscriptionRow {
  return {
    ...base,
    ...{ id: 's', plan: name, status: 'active', price_cents: null, currency: null, billing_interval: null },
    ...{ current_period_start: at, current_period_end: '2026-04-01T00:00:00.000Z', trial_end: null },
    ...{ cancel_at_period_end: false, limits, upgrade_url: null },
  };
}

function inputs(
  used: Readonly<Record<string, number>>,
  limits: SubscriptionRow['limits'],
  more: Partial<StatusBarInputs> = {},
  runs: readonly RunRow[] = [],
): StatusBarInputs {
  const subscription = more.subscription ?? plan(limits);
  const period = currentPeriod(subscription, now);
  const rows = Object.entries(used).map(([metric, amount], i) => ({
    ...base,
    ...{ id: String(i), metric, amount, day: '2026-03-10', project_id: null },
  }));
  const usages: MetricUsage[] = usageByMetric(rows, subscription, period);
  const paces = new Map<string, Pace>();
  for (const { metric, limit } of usages) {
    const pace = paceOf(rows, metric, period, limit, now);
    if (pace) paces.set(metric, pace);
  }
  const facts = limitFacts({ usages, usageRows: rows, runs, period });
  return {
    ...{
      display: 'percent',
      metric: '',
      usages,
      paces,
      facts,
      upgrade: canUpgrade(subscription),
      subscription,
      period,
      activeRuns: [],
      status: liveStatus,
      now,
      formats,
    },
    ...more,
  };
}

const limits = {
  tokens: { limit: 1_000_000, unit: 'tokens' },
  requests: { limit: 100, unit: 'calls' },
  gpu: { limit: null },
};

describe('the status-bar item', () => {
  it('shows the metric nearest to its limit', () => {
    const model = statusBarModel(inputs({ tokens: 420_000, requests: 7 }, limits));
    assert.deepEqual([model.text, model.background, model.visible], ['$(dashboard) 42%', null, true]);
    assert.match(model.accessibilityLabel, /Tokens: 42% of the limit used, Live/);
  });

  it('shows the metric and the form that the settings ask for', () => {
    const used = { tokens: 420_000, requests: 7, gpu: 12 };
    const text = (more: Partial<StatusBarInputs>) => statusBarModel(inputs(used, limits, more)).text;
    assert.equal(text({ metric: 'requests' }), '$(dashboard) 7%');
    assert.equal(text({ metric: 'requests', display: 'text' }), '$(dashboard) Requests 7%');
    assert.equal(text({ metric: 'gpu', display: 'text' }), '$(dashboard) Gpu 12');
    assert.equal(text({ metric: 'unheard of' }), '$(dashboard) 42%');
    assert.equal(text({ display: 'icon' }), '$(dashboard)');
    const { text: odd } = statusBarModel(
      inputs({ 'a$$$(alert)': 1 }, {}, { metric: 'a$$$(alert)', display: 'text' }),
    );
    assert.doesNotMatch(odd.replace('$(dashboard)', ''), /\$\(/);
    assert.equal(statusBarModel(inputs(used, limits, { display: 'off' })).visible, false);
  });

  it('says in its tooltip when the metric of the settings is not among those of the period', () => {
    const tooltip = (metric: string) =>
      statusBarModel(inputs({ tokens: 420_000 }, limits, { metric })).tooltip;
    assert.match(
      tooltip('tokns](x)'),
      /metric "tokns\\\]\\\(x\\\)" of the setting runglass\\\.statusBar\\\.metric/,
    );
    for (const metric of ['', 'tokens', 'gpu']) assert.doesNotMatch(tooltip(metric), /statusBar/);
  });

  it('has a warning background from 80 % on, and an error background where usage is refused', () => {
    const background = (hard: boolean) => (requests: number) =>
      statusBarModel(inputs({ requests }, { requests: { limit: 100, hard } })).background;
    const [soft, refused] = [background(false), background(true)];
    assert.deepEqual([79, 80, 99, 100, 250].map(soft), [null, 'warning', 'warning', 'warning', 'warning']);
    assert.deepEqual([79, 80, 99, 100, 250].map(refused), [null, 'warning', 'warning', 'error', 'error']);
  });

  it('is about a metric that is used, not one that the plan does not include', () => {
    const included = { gpu: { limit: 0, hard: true }, tokens: { limit: 1_000, hard: true } };
    const model = statusBarModel(inputs({ tokens: 420 }, included));
    assert.deepEqual([model.text, model.background], ['$(dashboard) 42%', null]);
  });

  it('keeps the numbers in the label behind a long name, and the tooltip short with many metrics', () => {
    const long = 'a'.repeat(200);
    const text = (used: number): string =>
      statusBarModel(inputs({ [long]: used }, { [long]: { limit: 10, hard: true } }, { display: 'text' }))
        .text;
    assert.match(text(4), /a… 40%$/);
    assert.match(text(10), /a… 100%: limit reached$/);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`metric_${n}`, 1]));
    const { tooltip } = statusBarModel(inputs(many, {}));
    assert.equal(tooltip.match(/^\| Metric /gm)?.length, 13);
    assert.match(tooltip, /48 more/);
  });

  it('has the metric of the setting among those of the tooltip, beside the nearest to their limits', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`m${n}`, 30 - n]));
    const all = Object.fromEntries(Object.keys(many).map((name) => [name, { limit: 100 }]));
    const shown = (metric: string) =>
      [...statusBarModel(inputs(many, all, { metric })).tooltip.matchAll(/^\| M(\d+)/gm)].map(
        ([, n]) => `m${n}`,
      );
    const nearest = Array.from({ length: 12 }, (_, n) => `m${n}`);
    assert.deepEqual(shown(''), nearest);
    assert.deepEqual(shown('m3'), nearest);
    assert.deepEqual(shown('m25'), [...nearest.slice(0, 11), 'm25']);
    assert.match(statusBarModel(inputs(many, all, { metric: 'm25' })).tooltip, /18 more/);
  });

  it('never says 100 % before the limit is reached', () => {
    assert.equal(statusBarModel(inputs({ tokens: 999_999 }, limits)).text, '$(dashboard) 99%');
    assert.match(statusBarModel(inputs({ tokens: 1_000_000 }, limits)).text, / 100%/);
  });

  it('names the limit that is reached, since when, until when, and what can be done', () => {
    const hard = { tokens: { limit: 1_000_000, hard: true }, requests: { limit: 100 } };
    const { upgrade_url: _, ...row } = plan(hard);
    const subscription = { ...row, upgrade_url: 'https://example.com/plans' };
    const used = { tokens: 1_000_000, requests: 300 };
    const model = statusBarModel(inputs(used, hard, { subscription, metric: 'requests' }));
    assert.deepEqual([model.text, model.background], ['$(dashboard) Tokens 100%: limit reached', 'error']);
    assert.match(model.accessibilityLabel, /Tokens 100%: limit reached, Live/);
    const text = model.tooltip.replaceAll('\\', '');
    assert.match(
      text,
      /Tokens: limit of 1M reached at .*Further usage is refused until Apr 1 \(in 21d 12h\)\./,
    );
    assert.match(
      text,
      /Requests: over the limit of 100 since Mar 10, by 200\. The limit only warns; usage goes on\./,
    );
    assert.match(text, /Wait for the reset, use less, or change the plan\./);
    assert.match(text, /\[Change Plan\]\(command:runglass\.openUpgrade\)/);
    const without = statusBarModel(inputs(used, hard)).tooltip.replaceAll('\\', '');
    assert.match(without, /Wait for the reset, or use less\./);
    assert.doesNotMatch(without, /openUpgrade/);
  });

  it('says that a limit refuses while something is left', () => {
    const hard = { tokens: { limit: 100, hard: true } };
    const stopped_by = {
      metric: 'tokens',
      limit: 100,
      used: 42,
      at: '2026-03-10T10:00:00Z',
      resets_at: '2026-04-01T00:00:00Z',
    };
    const model = statusBarModel(
      inputs({ tokens: 42 }, hard, {}, [runRow(0, { status: 'stopped', stopped_by })]),
    );
    assert.deepEqual([model.text, model.background], ['$(dashboard) Tokens: usage refused', 'error']);
    assert.match(
      model.tooltip.replaceAll('\\', ''),
      /refusing further usage since .*\. 1 run was stopped\. Only 58 of 100 is left until Apr 1/,
    );
  });

  it('lets a limit that only warns leave the number that the settings ask for', () => {
    const model = statusBarModel(inputs({ tokens: 2_000_000, requests: 7 }, limits, { metric: 'requests' }));
    assert.deepEqual([model.text, model.background], ['$(dashboard) 7%', null]);
    assert.match(model.tooltip, /over the limit/);
  });

  it('tells in the tooltip where each metric will be at this rate', () => {
    const { tooltip } = statusBarModel(inputs({ tokens: 42_000 }, limits));
    // 42,000 in half a day, and 21.5 days to go.
    assert.match(tooltip, /\| Tokens \| 42K \| 1M \| 4\\\.2% \| 184% by Apr 1 \|/);
    assert.match(tooltip, /\| Requests \| 0 calls \| 100 calls \| 0% \| – \|/);
  });

  it('reminds in the tooltip of a pause, with the way to end it, of a workspace left out, and of trouble', () => {
    const tooltip = (activity: Partial<typeof liveStatus.activity>, more: Partial<typeof liveStatus> = {}) =>
      statusBarModel(
        inputs(
          {},
          {},
          { status: { ...liveStatus, ...more, activity: { ...liveStatus.activity, ...activity } } },
        ),
      ).tooltip;
    assert.match(
      tooltip({ reporting: 'paused' }),
      /activity is paused[\s\S]*command:runglass\.resumeActivity/,
    );
    assert.match(tooltip({ reporting: 'excluded' }), /never reported/);
    assert.match(tooltip({ trouble: 'Events wait.' }), /Events wait/);
    for (const quiet of [tooltip({}), tooltip({ reporting: 'paused' }, { state: 'signedOut' })])
      assert.doesNotMatch(quiet, /activity is|resume/i);
  });

  it('lists every metric, plan, reset and state in the tooltip', () => {
    const { tooltip } = statusBarModel(inputs({ tokens: 420_000, requests: 7, gpu: 3, odd: 5 }, limits));
    assert.match(tooltip, /Live/);
    assert.match(tooltip, /\| Tokens \| 420K \| 1M \| 42% \|/);
    assert.match(tooltip, /\| Requests \| 7 calls \| 100 calls \| 7% \|/);
    assert.match(tooltip, /\| Gpu \| 3 \| unlimited \| – \|/);
    assert.match(tooltip, /\| Odd \| 5 \| – \| – \|/);
    assert.match(tooltip, /Plan\\: Pro \\\(Active\\\).*Apr 1/);
    assert.match(tooltip, /\[Open Dashboard\]\(command:runglass\.openDashboard\)/);
  });

  it('says that there is no plan only once it has looked', () => {
    const tooltip = (asOf: number | null) =>
      statusBarModel(inputs({}, {}, { subscription: null, status: { ...liveStatus, asOf } })).tooltip;
    assert.match(tooltip(now), /No plan/);
    assert.doesNotMatch(tooltip(null), /plan|resets/);
  });

  it('says what to do when nothing is chosen, signed out, or broken', () => {
    const text = (status: Partial<typeof liveStatus>) =>
      statusBarModel(inputs({}, {}, { status: { ...liveStatus, ...status } })).text;
    assert.equal(text({ state: 'signedOut', backend: null }), '$(plug) Runglass: Set Up');
    assert.equal(text({ state: 'signedOut' }), '$(sign-in) Runglass: Sign In');
    assert.equal(text({ state: 'setup' }), '$(warning) Runglass: Needs Attention');
    assert.equal(text({ state: 'connecting' }), '$(sync) Runglass');
  });

  it('tells by its icon alone, where there is only that, of numbers that are old or missing', () => {
    const icon = (status: Partial<typeof liveStatus>) =>
      statusBarModel(inputs({ tokens: 1 }, limits, { display: 'icon', status: { ...liveStatus, ...status } }))
        .text;
    assert.deepEqual(
      [
        icon({}),
        icon({ state: 'polling' }),
        icon({ state: 'catchingUp' }),
        icon({ state: 'catchingUp', cached: true }),
        icon({ state: 'connecting' }),
        icon({ state: 'offline' }),
        icon({ state: 'setup' }),
        icon({ state: 'signedOut' }),
        icon({ state: 'signedOut', backend: null }),
      ],
      [
        ...['$(dashboard)', '$(dashboard)', '$(dashboard)', '$(sync)', '$(sync)'],
        ...['$(debug-disconnect)', '$(warning)', '$(sign-in)', '$(plug)'],
      ],
    );
    const full = inputs({ tokens: 10 }, { tokens: { limit: 10, hard: true } }, { display: 'icon' });
    assert.equal(statusBarModel(full).background, 'error');
    assert.match(statusBarModel(full).accessibilityLabel, /Tokens 100%: limit reached, Live/);
  });

  it('says in the tooltip when it was verified that the rows are live, and of old ones of when they are', () => {
    const at = Date.parse('2026-03-10T11:58:00Z');
    const head = (status: Partial<typeof liveStatus>) =>
      statusBarModel(
        inputs(
          {},
          {},
          {
            formats: new Formats('en', 'UTC'),
            status: { ...liveStatus, asOf: at, verifiedAt: at, ...status },
          },
        ),
      )
        .tooltip.replaceAll('\\', '')
        .split('\n')[0];
    assert.match(head({}) ?? '', /^\*\*Runglass\*\* — Live · Verified 11:58\sAM$/);
    assert.match(head({ verifiedAt: null }) ?? '', /Live · Not verified yet$/);
    assert.match(head({ state: 'offline' }) ?? '', /— Offline – showing data from 11:58\sAM$/);
    assert.match(head({ cached: true }) ?? '', /— Live – showing saved data from 11:58\sAM$/);
    assert.match(head({ state: 'signedOut', backend: null }) ?? '', /— no backend chosen$/);
  });

  it('lists the runs that go on with how far they are, each with a link to it, and how many more there are', () => {
    const tooltip = (activeRuns: readonly RunRow[]) =>
      statusBarModel(inputs({}, {}, { activeRuns, now: fixtureNow })).tooltip;
    const link = (n: number) =>
      `command:runglass.openRun?${encodeURIComponent(JSON.stringify([fixtureId('training_runs', n)]))}`;
    const text = tooltip([
      runRow(1),
      runRow(2, { status: 'queued', started_at: null, step: null }),
      runRow(3, { heartbeat_at: new Date(fixtureNow - 12 * minutes).toISOString() }),
      runRow(4, { step: null, total_steps: null, step_rate: null }),
    ]);
    assert.deepEqual(text.match(/^(\*\*Active|- ).*$/gm), [
      '**Active runs\\: 4**',
      `- [run\\-1](${link(1)}) — 40% · 29m left`,
      `- [run\\-2](${link(2)}) — queued 2m ago`,
      `- [run\\-3](${link(3)}) — no sign of life for 12m`,
      `- [run\\-4](${link(4)}) — Running`,
    ]);
    const many = tooltip(Array.from({ length: 1_205 }, (_, n) => runRow(n)));
    assert.equal(many.match(/^- \[/gm)?.length, 5);
    assert.match(many, /\*\*Active runs\\: 1,205\*\*[\s\S]*^- 1,200 more$/m);
    assert.doesNotMatch(tooltip([]), /Active runs/);
    const status = { ...liveStatus, activeFrom: '2026-01-01T00:00:00+00:00' };
    const cut = statusBarModel(inputs({}, {}, { activeRuns: [runRow(1)], now: fixtureNow, status }));
    assert.match(cut.tooltip, /\*\*Active runs\\: 1\\\+\*\*/, 'older ones are not among the rows');
  });

  it('trusts only the commands that it links to', () => {
    const all = [
      inputs({ tokens: 2e6 }, limits, { activeRuns: [runRow(0)], upgrade: true }),
      inputs({}, {}, { status: { ...liveStatus, state: 'signedOut' } }),
      inputs({}, {}, { status: { ...liveStatus, state: 'signedOut', backend: null } }),
      inputs(
        {},
        {},
        {
          status: {
            ...liveStatus,
            message: 'Something is wrong.',
            activity: { ...liveStatus.activity, reporting: 'paused' },
          },
        },
      ),
    ];
    const linked = all.flatMap((each) => [...statusBarModel(each).tooltip.matchAll(/\]\(command:([\w.]+)/g)]);
    assert.deepEqual(new Set(linked.map(([, id]) => id)), new Set<string>(tooltipCommands));
    assert.ok(tooltipCommands.every((id) => Object.values(commands).includes(id)));
  });

  it('links to the Doctor while something is wrong', () => {
    const linked = (status: Partial<typeof liveStatus>) =>
      statusBarModel(inputs({}, {}, { status: { ...liveStatus, ...status } })).tooltip.includes(
        '(command:runglass.runDoctor)',
      );
    assert.equal(linked({}), false);
    assert.equal(linked({ state: 'polling', message: 'The live connection cannot be opened.' }), true);
    assert.equal(linked({ state: 'signedOut', message: 'You are signed out.' }), false);
  });

  it('shows hostile values as text', () => {
    const evil = '[x](command:workbench.action.quit) $(zap) <img src=x> `|`\n# h ';
    const model = statusBarModel(
      inputs(
        { [evil]: 5 },
        { [evil]: { limit: 10, unit: evil } },
        {
          subscription: plan({ [evil]: { limit: 10, unit: evil } }, evil),
          display: 'text',
          activeRuns: [runRow(1, { id: `x") [y](command:evil) ~*'_ \n`, name: evil, status: 'running' })],
          status: { ...liveStatus, account: evil, message: evil, backend: { kind: 'remote', label: evil } },
        },
      ),
    );
    const links = model.tooltip.match(/(?<!\\)\]\((?!command:runglass\.)/g);
    assert.equal(links, null);
    assert.doesNotMatch(model.tooltip, /(?<!\\)<|(?<!\\)\$\(zap|^# /m);
    const argument = /openRun\?([^)]*)\)/.exec(model.tooltip)?.[1] ?? '';
    assert.match(argument, /^[\w%.-]+$/);
    assert.deepEqual(JSON.parse(decodeURIComponent(argument)), [`x") [y](command:evil) ~*'_ \n`]);
    assert.doesNotMatch(model.text.slice(1), /\$\(/);
  });
});

describe('withoutIcons', () => {
  it('leaves nothing that a label would draw as an icon', () => {
    assert.equal(withoutIcons('a $(zap) $$$(alert) $5 (b)'), 'a (zap) (alert) $5 (b)');
  });
});

describe('escapeMarkdown', () => {
  it('escapes all that Markdown reads, drops control and direction characters, and bounds the length', () => {
    assert.equal(escapeMarkdown('a*b_c|d[e](f)'), 'a\\*b\\_c\\|d\\[e\\]\\(f\\)');
    assert.equal(escapeMarkdown('a\u202Eb\u0000c\r\nd'), 'ab c d');
    assert.ok(escapeMarkdown('x'.repeat(1_000_000)).length <= 240);
  });
});
