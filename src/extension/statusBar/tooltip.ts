import type { Formats } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import { factWords } from '../../shared/limitWords.ts';
import type { RunRow } from '../../shared/model.ts';
import { metricName, statusName } from '../../shared/names.ts';
import { runState } from '../../shared/runs.ts';
import type { MetricUsage } from '../../shared/usage.ts';
import { reportingWords } from '../activity/control/activityWords.ts';
import { type CommandId, commands, settings } from '../ids.ts';
import { escapeMarkdown, oneLine } from '../markdown.ts';
import { type RunSaying, runName, runStateLine, runSummary } from '../runWords.ts';
import { amountWords } from '../saying.ts';
import { stateWords } from '../words.ts';
import type { StatusBarInputs } from './inputs.ts';

/** The commands that the tooltip links to; no other link in it does anything. */
export const tooltipCommands: readonly CommandId[] = [
  commands.openDashboard,
  commands.openRun,
  commands.openUpgrade,
  commands.refresh,
  commands.runDoctor,
  commands.resumeActivity,
  commands.signIn,
  commands.selectBackend,
];

/** A tooltip has room for some; the dashboard has all. */
const mostFacts = 3;
const mostMetrics = 12;
const mostRuns = 5;
/** Three sentences and the name of a metric, characters. */
const longestFact = 500;

/** All that the status bar knows, as Markdown with links to our own commands; every value in it is escaped. */
export function tooltipOf(inputs: StatusBarInputs): string {
  const { usages, activeRuns, status } = inputs;
  const blocks = [`**Runglass** — ${escapeMarkdown(connectionText(inputs))}`];
  if (status.message) blocks.push(escapeMarkdown([status.message, status.hint].filter(Boolean).join(' ')));
  if (status.backend)
    blocks.push(escapeMarkdown([status.backend.label, status.account].filter(Boolean).join(' · ')));
  const limits = limitLines(inputs);
  if (limits) blocks.push(limits);
  if (usages.length > 0) blocks.push(usageTable(inputs));
  const missing = missingMetricLine(inputs);
  if (missing) blocks.push(escapeMarkdown(missing, longestFact));
  if (isSignedIn(inputs) && status.asOf !== null) blocks.push(planLine(inputs));
  if (activeRuns.length > 0) blocks.push(runLines(inputs));
  const activity = activityLine(inputs);
  if (activity) blocks.push(escapeMarkdown(activity));
  blocks.push(linksOf(inputs));
  return blocks.join('\n\n');
}

/** How sync stands, and of when the rows are where that may not be now. */
export function stateText({ status, now, formats }: StatusBarInputs): string {
  if (!status.backend) return t('no backend chosen');
  const { asOf, clockOffset } = status;
  return stateWords(status, asOf === null ? null : formats.clock(asOf, now - clockOffset));
}

/** Live is a claim, so it comes with the time when it was last found to be true, by this machine's clock. */
function connectionText(inputs: StatusBarInputs): string {
  const { status, now, formats } = inputs;
  const { state, cached, verifiedAt, clockOffset } = status;
  const claims = (state === 'live' || state === 'polling') && !cached;
  if (!claims) return stateText(inputs);
  const verified =
    verifiedAt === null
      ? t('Not verified yet')
      : t('Verified {0}', formats.clock(verifiedAt, now - clockOffset));
  return `${stateText(inputs)} · ${verified}`;
}

function isSignedIn({ status }: StatusBarInputs): boolean {
  return status.backend !== null && status.state !== 'signedOut';
}

function planLine({ subscription, period, now, formats }: StatusBarInputs): string {
  const plan = subscription
    ? t('Plan: {0} ({1})', oneLine(subscription.plan, 60), oneLine(statusName(subscription.status), 40))
    : t('No plan');
  return escapeMarkdown(`${plan} · ${t('usage resets {0}', formats.utcDate(period.end, now))}`);
}

/** The setting may be misspelt, or its metric not used yet in this period: either way another one is shown. */
function missingMetricLine(inputs: StatusBarInputs): string | null {
  const { metric, usages, status } = inputs;
  if (metric === '' || !isSignedIn(inputs) || status.asOf === null) return null;
  if (usages.some((usage) => usage.metric === metric)) return null;
  return t(
    'The metric "{0}" of the setting {1} is neither in the plan nor used in this period.',
    ...[oneLine(metric, 60), settings.statusBarMetric],
  );
}

/** Only what the user would not expect: it was paused or left out on purpose, and that is easily forgotten. */
function activityLine(inputs: StatusBarInputs): string | null {
  if (!isSignedIn(inputs)) return null;
  const { activity } = inputs.status;
  const { reporting, trouble } = activity;
  return reporting === 'paused' || reporting === 'excluded' ? reportingWords(activity) : trouble;
}

/** Which limits hold, since when, until when; then what can be done. */
function limitLines({ facts, upgrade, formats, now }: StatusBarInputs): string | null {
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

function usageTable(inputs: StatusBarInputs): string {
  const { usages, formats } = inputs;
  const head = [t('Metric'), t('Used'), t('Limit'), '%', t('At this rate')];
  const rows = shownUsages(inputs).map((usage) => usageCells(usage, inputs));
  const lines = [head, ...rows].map(
    (cells) => `| ${cells.map((cell) => escapeMarkdown(cell)).join(' | ')} |`,
  );
  const table = [lines[0], '|:--|--:|--:|--:|--:|', ...lines.slice(1)].join('\n');
  const more = usages.length - mostMetrics;
  return more > 0 ? `${table}\n\n${moreWords(more, formats)}` : table;
}

/** Those nearest to their limit; in the place of the last of them the one that the setting names. */
function shownUsages({ usages, metric }: StatusBarInputs): readonly MetricUsage[] {
  const named = usages.slice(mostMetrics).find((usage) => usage.metric === metric);
  return named ? [...usages.slice(0, mostMetrics - 1), named] : usages.slice(0, mostMetrics);
}

function usageCells(usage: MetricUsage, { paces, period, now, formats }: StatusBarInputs): string[] {
  const { metric, used, ratio } = usage;
  const pace = paces.get(metric);
  const expected =
    pace && (pace.ratio === null ? formats.amount(metric, pace.projected) : formats.percent(pace.ratio));
  return [
    metricName(metric),
    amountWords(usage, used, formats),
    limitCell(usage, formats),
    ratio === null ? '–' : formats.percent(ratio),
    expected ? t('{0} by {1}', expected, formats.utcDate(period.end, now)) : '–',
  ];
}

function limitCell(usage: MetricUsage, formats: Formats): string {
  if (usage.limit !== null) return amountWords(usage, usage.limit, formats);
  return usage.level === 'unlimited' ? t('unlimited') : '–';
}

/** Runs that go on, each with a link to it in the dashboard. */
function runLines({ activeRuns, status, formats, now }: StatusBarInputs): string {
  const saying: RunSaying = { formats, now, silence: status.stalledAfter };
  const known = formats.number(activeRuns.length);
  const count = status.activeFrom === null ? known : `${known}+`;
  const head = `**${escapeMarkdown(t('Active runs: {0}', count))}**`;
  const lines = activeRuns.slice(0, mostRuns).map((run) => `- ${runLine(run, saying)}`);
  const more = activeRuns.length - lines.length;
  if (more > 0) lines.push(`- ${moreWords(more, formats)}`);
  return [head, lines.join('\n')].join('\n\n');
}

function runLine(run: RunRow, saying: RunSaying): string {
  const name = escapeMarkdown(oneLine(runName(run), 60));
  const how = runSummary(run, saying) || runStateLine(run, runState(run, saying.now, saying.silence));
  return `[${name}](${commandLink(commands.openRun, run.id)}) — ${escapeMarkdown(how)}`;
}

/** A link that runs `command` with `argument`; nothing in it can end the link. */
function commandLink(command: CommandId, argument: string): string {
  const encoded = encodeURIComponent(JSON.stringify([argument]));
  return `command:${command}?${encoded.replace(/[!'()*~_]/g, percentEncoded)}`;
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16)}`;
}

function moreWords(count: number, formats: Formats): string {
  return escapeMarkdown(plural(count, '{0} more', '{0} more', formats.number(count)));
}

function linksOf(inputs: StatusBarInputs): string {
  const { status, facts, upgrade } = inputs;
  const links: [string, CommandId][] = [[t('Open Dashboard'), commands.openDashboard]];
  if (isSignedIn(inputs)) {
    if (facts.length > 0 && upgrade) links.push([t('Change Plan'), commands.openUpgrade]);
    links.push([t('Refresh'), commands.refresh]);
    if (status.message !== null) links.push([t('Run Doctor'), commands.runDoctor]);
    if (status.activity.reporting === 'paused')
      links.push([t('Resume Editor Activity'), commands.resumeActivity]);
  } else
    links.push(
      status.backend ? [t('Sign In'), commands.signIn] : [t('Select Backend'), commands.selectBackend],
    );
  return links.map(([title, command]) => `[${escapeMarkdown(title)}](command:${command})`).join(' · ');
}
