import { clip, type Formats } from '../shared/format.ts';
import { plural, t } from '../shared/l10n.ts';
import type { LimitFact } from '../shared/limits.ts';
import { factWords } from '../shared/limitWords.ts';
import type { SubscriptionRow } from '../shared/model.ts';
import { metricName, statusName } from '../shared/names.ts';
import type { DashboardStatus } from '../shared/protocol.ts';
import type { MetricUsage, Pace, Period } from '../shared/usage.ts';
import { reportingWords } from './activity/control/activityWords.ts';
import { commands } from './ids.ts';
import { escapeMarkdown, oneLine } from './markdown.ts';
import type { StatusBarDisplay } from './platform/config.ts';
import { amountWords, type Saying } from './saying.ts';
import { stateWords } from './words.ts';

export interface StatusBarInputs extends Saying {
  readonly display: StatusBarDisplay;
  /** Metric to show; empty for the one nearest to its limit. */
  readonly metric: string;
  /** The nearest to its limit first. */
  readonly usages: readonly MetricUsage[];
  /** By metric, where one can be told. */
  readonly paces: ReadonlyMap<string, Pace>;
  /** Limits that are reached or refuse something, hard ones first. */
  readonly facts: readonly LimitFact[];
  /** The plan names a page where it can be changed. */
  readonly upgrade: boolean;
  readonly subscription: SubscriptionRow | null;
  readonly period: Period;
  readonly status: DashboardStatus;
}

export interface StatusBarModel {
  readonly visible: boolean;
  readonly text: string;
  /** Markdown with links to our own commands; every value in it is escaped. */
  readonly tooltip: string;
  readonly accessibilityLabel: string;
  readonly background: 'warning' | 'error' | null;
}

/** What the status-bar item says; the same rows and rules as the dashboard. */
export function statusBarModel(inputs: StatusBarInputs): StatusBarModel {
  const { display, status } = inputs;
  const shown = shownMetric(inputs);
  const fact = shownFact(inputs, shown);
  const label = labelOf(inputs, shown, fact);
  const icon = status.state === 'offline' ? '$(debug-disconnect)' : '$(dashboard)';
  return {
    visible: display !== 'off',
    text: display === 'icon' ? icon : `${icon} ${plainText(label)}`,
    tooltip: tooltipOf(inputs),
    accessibilityLabel: fact
      ? t('Runglass: {0}, {1}', limitName(fact, inputs), stateText(inputs))
      : shown
        ? t('Runglass: {0}, {1}', usageText(shown, inputs), stateText(inputs))
        : t('Runglass: {0}', stateText(inputs)),
    background: backgroundOf(shown, fact),
  };
}

function shownMetric({ usages, metric }: StatusBarInputs): MetricUsage | null {
  return (
    usages.find((usage) => usage.metric === metric) ?? usages.find((usage) => usage.ratio !== null) ?? null
  );
}

/** What refuses usage comes before what the settings ask for; a limit that only warns does not. */
function shownFact({ facts }: StatusBarInputs, shown: MetricUsage | null): LimitFact | null {
  return facts.find(({ hard, metric }) => hard || metric === shown?.metric) ?? null;
}

function labelOf(inputs: StatusBarInputs, shown: MetricUsage | null, fact: LimitFact | null): string {
  const { status, display, formats } = inputs;
  if (!status.backend) return t('Runglass: Set Up');
  if (status.state === 'signedOut') return t('Runglass: Sign In');
  if (fact) return limitName(fact, inputs);
  if (!shown) return status.state === 'setup' ? t('Runglass: Needs Attention') : 'Runglass';
  const value =
    shown.ratio === null ? formats.amount(shown.metric, shown.used) : formats.percent(shown.ratio);
  return display === 'text' ? `${shortName(shown.metric)} ${value}` : value;
}

/** Which limit, in a few words: for the label and for screen readers. */
function limitName({ metric, state, used, limit }: LimitFact, { formats }: Pick<Saying, 'formats'>): string {
  const name = shortName(metric);
  if (state === 'refusing') return t('{0}: usage refused', name);
  const ratio = limit > 0 ? used / limit : used > 0 ? Number.POSITIVE_INFINITY : 1;
  return t('{0} {1}: limit reached', name, formats.percent(ratio));
}

/** For the label, where a long name would push out the numbers behind it. */
function shortName(metric: string): string {
  return clip(metricName(metric), 24);
}

function backgroundOf(shown: MetricUsage | null, fact: LimitFact | null): StatusBarModel['background'] {
  if (fact) return fact.hard ? 'error' : 'warning';
  return shown?.level === 'warning' ? 'warning' : null;
}

function tooltipOf(inputs: StatusBarInputs): string {
  const { usages, subscription, status, period, now, formats } = inputs;
  const blocks = [`**Runglass** — ${escapeMarkdown(stateText(inputs))}`];
  if (status.message) blocks.push(escapeMarkdown([status.message, status.hint].filter(Boolean).join(' ')));
  if (status.backend)
    blocks.push(escapeMarkdown([status.backend.label, status.account].filter(Boolean).join(' · ')));
  const limits = limitLines(inputs);
  if (limits) blocks.push(limits);
  if (usages.length > 0) blocks.push(usageTable(inputs));
  if (status.backend && status.state !== 'signedOut') {
    const plan = subscription
      ? t('Plan: {0} ({1})', subscription.plan, statusName(subscription.status))
      : t('No plan');
    const reset = t('usage resets {0}', formats.utcDate(period.end, now));
    blocks.push(escapeMarkdown(`${plan} · ${reset}`));
  }
  const activity = activityLine(inputs);
  if (activity) blocks.push(escapeMarkdown(activity));
  blocks.push(linksOf(inputs));
  return blocks.join('\n\n');
}

/** Only what the user would not expect: it was paused or left out on purpose, and that is easily forgotten. */
function activityLine({ status }: StatusBarInputs): string | null {
  const { activity, backend, state } = status;
  if (!backend || state === 'signedOut') return null;
  const { reporting, trouble } = activity;
  return reporting === 'paused' || reporting === 'excluded' ? reportingWords(activity) : trouble;
}

/** A tooltip has room for some; the dashboard has all. */
const mostFacts = 3;
const mostMetrics = 12;
/** Two sentences and the name of a metric, characters. */
const longestFact = 500;

/** Which limits hold, since when, until when; then what can be done. */
function limitLines(inputs: StatusBarInputs): string | null {
  const { facts, upgrade, formats, now } = inputs;
  if (facts.length === 0) return null;
  const lines = facts
    .slice(0, mostFacts)
    .map((fact) => escapeMarkdown(factWords(fact, formats, now), longestFact));
  if (facts.length > mostFacts) lines.push(moreWords(facts.length - mostFacts, formats));
  const advice = upgrade
    ? t('Wait for the reset, use less, or change the plan.')
    : t('Wait for the reset, or use less.');
  return [...lines, escapeMarkdown(advice)].join('\n\n');
}

function usageTable({ usages, paces, period, now, formats }: StatusBarInputs): string {
  const header = `| ${t('Metric')} | ${t('Used')} | ${t('Limit')} | % | ${t('At this rate')} |`;
  const end = formats.utcDate(period.end, now);
  const rows = usages.slice(0, mostMetrics).map((usage) => {
    const limit =
      usage.limit !== null
        ? amountWords(usage, usage.limit, formats)
        : usage.level === 'unlimited'
          ? t('unlimited')
          : '–';
    const percent = usage.ratio === null ? '–' : formats.percent(usage.ratio);
    const pace = paces.get(usage.metric);
    const expected = !pace
      ? '–'
      : t(
          '{0} by {1}',
          pace.ratio === null ? formats.amount(usage.metric, pace.projected) : formats.percent(pace.ratio),
          end,
        );
    const cells = [
      metricName(usage.metric),
      amountWords(usage, usage.used, formats),
      limit,
      percent,
      expected,
    ];
    return `| ${cells.map((text) => escapeMarkdown(text)).join(' | ')} |`;
  });
  const table = [header, '|:--|--:|--:|--:|--:|', ...rows].join('\n');
  const more = usages.length - mostMetrics;
  return more > 0 ? `${table}\n\n${moreWords(more, formats)}` : table;
}

function moreWords(count: number, formats: Formats): string {
  return escapeMarkdown(plural(count, '{0} more', '{0} more', formats.number(count)));
}

function linksOf({ status, facts, upgrade }: StatusBarInputs): string {
  const links = [[t('Open Dashboard'), commands.openDashboard]];
  if (facts.length > 0 && upgrade) links.push([t('Change Plan'), commands.openUpgrade]);
  if (status.backend && status.state !== 'signedOut') links.push([t('Refresh'), commands.refresh]);
  if (status.backend && status.state !== 'signedOut' && status.message !== null)
    links.push([t('Run Doctor'), commands.runDoctor]);
  if (status.activity.reporting === 'paused' && status.backend && status.state !== 'signedOut')
    links.push([t('Resume Editor Activity'), commands.resumeActivity]);
  if (status.state === 'signedOut')
    links.push(
      status.backend ? [t('Sign In'), commands.signIn] : [t('Select Backend'), commands.selectBackend],
    );
  return links.map(([title, command]) => `[${title}](command:${command})`).join(' · ');
}

function usageText(usage: MetricUsage, { formats }: StatusBarInputs): string {
  if (usage.ratio === null)
    return t('{0}: {1} used', metricName(usage.metric), amountWords(usage, usage.used, formats));
  return t('{0}: {1} of the limit used', metricName(usage.metric), formats.percent(usage.ratio));
}

function stateText({ status, now, formats }: StatusBarInputs): string {
  if (!status.backend) return t('no backend chosen');
  const { asOf, clockOffset } = status;
  return stateWords(status, asOf === null ? null : formats.clock(asOf, now - clockOffset));
}

/** `text` for a status-bar label, where `$(name)` would draw an icon. */
function plainText(text: string): string {
  return oneLine(text).slice(0, 60).replace(/\$+\(/g, '(');
}
