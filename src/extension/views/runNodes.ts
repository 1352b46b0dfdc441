import { listWords, plural, t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import { isActive, numericMetrics, type RunState, runState } from '../../shared/runs.ts';
import { commands } from '../ids.ts';
import { escapeMarkdown, oneLine } from '../markdown.ts';
import {
  activeRuns,
  endedRuns,
  endOf,
  type RunSaying,
  runName,
  runStateLine,
  runSummary,
  runTook,
} from '../runWords.ts';
import type { Saying } from '../saying.ts';
import { moreNode } from './moreNode.ts';
import type { NodeIcon, ViewNode } from './node.ts';
import type { NodeTarget } from './target.ts';

/** Ended runs that the view shows; the dashboard has all. */
const mostEnded = 30;
/** Unfinished ones, for scripts that leave thousands behind. */
const mostActive = 200;
const tooltipMetrics = 5;

/** Icon and colour by state, those of the dashboard. */
const icons: Readonly<Record<RunState, NodeIcon>> = {
  queued: { name: 'clock', color: 'descriptionForeground' },
  running: { name: 'play-circle', color: 'charts.blue' },
  stalled: { name: 'warning', color: 'list.warningForeground' },
  completed: { name: 'pass', color: 'testing.iconPassed' },
  failed: { name: 'error', color: 'list.errorForeground' },
  cancelled: { name: 'circle-slash', color: 'descriptionForeground' },
  stopped: { name: 'stop-circle', color: 'list.warningForeground' },
  unknown: { name: 'question', color: 'descriptionForeground' },
};

/** Unfinished runs first, then those that ended last. */
export function runNodes(tables: TableMaps, saying: RunSaying): ViewNode[] {
  const runs = [...tables.training_runs.values()];
  const active = activeRuns(runs);
  const ended = endedRuns(runs);
  const shown = [...active.slice(0, mostActive), ...ended.slice(0, mostEnded)];
  const nodes = shown.map((run) => runNode(run, tables, saying));
  const more = runs.length - shown.length;
  return more > 0 ? [...nodes, moreNode('runs', more, saying)] : nodes;
}

function runNode(run: RunRow, tables: TableMaps, saying: RunSaying): ViewNode {
  const { now, silence } = saying;
  const state = runState(run, now, silence);
  const label = runName(run);
  const description = runSummary(run, saying);
  const target: NodeTarget = { kind: 'run', id: run.id };
  return {
    id: `run/${run.id}`,
    label,
    description,
    tooltip: runTooltip(run, tables, saying),
    spoken: [label, runStateLine(run, state), description].join(', '),
    icon: icons[state],
    context: isActive(run) && run.cancel_requested_at === null ? 'run.active' : 'run',
    command: { command: commands.openRun, arguments: [target] },
    children: [],
  };
}

function runTooltip(run: RunRow, { projects }: TableMaps, saying: RunSaying): string {
  const { formats, now, silence } = saying;
  const project = run.project_id === null ? undefined : projects.get(run.project_id);
  const took = runTook(run, saying);
  const metrics = numericMetrics(run.metrics).slice(0, tooltipMetrics);
  const state = runStateLine(run, runState(run, now, silence));
  const lines = [
    `**${escapeMarkdown(runName(run))}** — ${escapeMarkdown(state)}`,
    [
      project && t('Project: {0}', oneLine(project.name, 100)),
      run.step !== null && t('Step {0}', stepText(run, saying)),
      took !== null && t('Took {0}', took),
    ]
      .filter((part) => typeof part === 'string')
      .map((text) => escapeMarkdown(text))
      .join(' · '),
    metrics
      .map(({ name, value }) => escapeMarkdown(`${oneLine(name, 40)} ${formats.metric(value)}`))
      .join(' · '),
    escapeMarkdown(run.error ?? ''),
  ];
  return lines.filter(Boolean).join('\n\n');
}

function stepText({ step, total_steps: total }: RunRow, { formats }: RunSaying): string {
  const done = formats.number(step ?? 0);
  return total === null ? done : `${done} / ${formats.number(total)}`;
}

/** Runs that deserve a look: those that go on, and those that failed or were stopped after `seen` (ms since 1970). */
export function runsToNotice({ training_runs }: TableMaps, seen: number, { now, silence }: RunSaying) {
  let going = 0;
  let failed = 0;
  for (const run of training_runs.values()) {
    const state = runState(run, now, silence);
    if (state === 'running' || state === 'stalled') going += 1;
    else if ((state === 'failed' || state === 'stopped') && endOf(run) > seen) failed += 1;
  }
  return { going, failed };
}

export function badgeWords(
  { going, failed }: ReturnType<typeof runsToNotice>,
  { formats }: Pick<Saying, 'formats'>,
): string {
  const parts: string[] = [];
  if (going > 0) parts.push(plural(going, '{0} run is going', '{0} runs are going', formats.number(going)));
  if (failed > 0) parts.push(plural(failed, '{0} run failed', '{0} runs failed', formats.number(failed)));
  return listWords(parts);
}
