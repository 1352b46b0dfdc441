// biome-ignore-all lint/a11y/useSemanticElements: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is a grid of `div`s that keeps the focus itself

import { computed } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { ProjectRow, RunRow as Run } from '../../shared/model.ts';
import { runCosts } from '../../shared/runCost.ts';
import {
  isActive,
  lastHeartbeat,
  type RunState,
  runDuration,
  runEta,
  runMoment,
  runPace,
  runProgress,
} from '../../shared/runs.ts';
import { Icon } from '../components/Icon.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { ProjectLabel } from '../components/ProjectLabel.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { RunStatus, runTone } from '../components/RunStatus.tsx';
import { useDashboard } from '../context.ts';
import type { ColumnId } from './columns.ts';
import { amountWords, costWords, paceWords, stepWords } from './words.ts';

interface Props {
  readonly column: ColumnId;
  readonly run: Run;
  readonly state: RunState;
  readonly project: ProjectRow | null;
}

/** What a column shows of a run. */
export function RunCell({ column, run, state, project }: Props): JSX.Element {
  const formats = useDashboard().formats;
  switch (column) {
    case 'status':
      return (
        <Cell column={column}>
          <RunStatus state={state} status={run.status} />
        </Cell>
      );
    case 'progress':
      return <Progress run={run} state={state} />;
    case 'step':
      return (
        <Cell column={column} class="num run-steps" title={t('Step {0}', stepWords(run, formats))}>
          {stepWords(run, formats)}
        </Cell>
      );
    case 'rate':
      return (
        <Cell column={column} class="num run-rate" title={paceTitle(run)}>
          {state === 'stalled' ? '–' : paceWords(runPace(run), formats)}
        </Cell>
      );
    case 'eta':
      return <TimeLeft run={run} />;
    case 'metric':
      return <MetricCell run={run} />;
    case 'cost':
      return <Cost run={run} />;
    case 'beat':
      return (
        <Cell column={column} class="run-beat">
          <RelativeTime at={isActive(run) ? lastHeartbeat(run) : endMoment(run)} />
        </Cell>
      );
    case 'started':
      return (
        <Cell column={column} class="num run-started">
          {run.started_at === null ? '–' : <RelativeTime at={Date.parse(run.started_at)} />}
        </Cell>
      );
    case 'duration':
      return <Duration run={run} />;
    case 'project':
      return (
        <Cell column={column} class="run-project">
          {project ? <ProjectLabel name={project.name} color={project.color} /> : null}
        </Cell>
      );
    default:
      return column satisfies never;
  }
}

interface CellProps {
  readonly column: ColumnId;
  readonly class?: string;
  readonly title?: string | undefined;
  readonly children: ComponentChildren;
}

function Cell({ column, class: className = '', title, children }: CellProps): JSX.Element {
  return (
    <span role="gridcell" class={`cell cell-${column} ${className}`} title={title}>
      {children}
    </span>
  );
}

function Progress({ run, state }: { run: Run; state: RunState }): JSX.Element {
  const formats = useDashboard().formats;
  const progress = runProgress(run);
  const steps = stepWords(run, formats);
  return (
    <Cell column="progress" class="run-progress" title={run.step === null ? undefined : t('Step {0}', steps)}>
      <ProgressBar value={progress} label={t('Progress')} tone={runTone(state)} />
      <span class="num run-percent">{progress === null ? '–' : formats.percent(progress)}</span>
    </Cell>
  );
}

/** Time left of a running run, else how long it took; only its text ticks. */
function TimeLeft({ run }: { run: Run }): JSX.Element {
  const { clock, formats, runs } = useDashboard();
  const text = useMemo(
    () =>
      computed(() => {
        // What has ended does not listen to the clock.
        if (!isActive(run)) {
          const took = runDuration(run, 0) ?? Number.NaN;
          return Number.isFinite(took) ? t('after {0}', formats.duration(took)) : '–';
        }
        const eta = runEta(run, clock.now.value, runs.silence.value);
        return eta === null ? '–' : t('{0} left', formats.duration(eta));
      }),
    [run],
  );
  return (
    <Cell column="eta" class="num run-eta" title={isActive(run) ? etaTitle(run) : t('Duration')}>
      {text}
    </Cell>
  );
}

function etaTitle(run: Run): string {
  return run.step_rate === null
    ? t('Time left at the mean pace so far')
    : t('Time left at the pace of the last steps');
}

function paceTitle(run: Run): string {
  return run.status === 'running' && run.step_rate !== null
    ? t('Pace of the last steps')
    : t('Mean pace from the start');
}

function Duration({ run }: { run: Run }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(
    () =>
      computed(() => {
        const took = runDuration(run, isActive(run) ? clock.now.value : 0);
        return took === null ? '–' : formats.duration(took);
      }),
    [run],
  );
  return (
    <Cell column="duration" class="num run-duration">
      {text}
    </Cell>
  );
}

function MetricCell({ run }: { run: Run }): JSX.Element {
  const { runs, formats } = useDashboard();
  const metric = runs.metricOf(run);
  return (
    <Cell column="metric" class="num run-metric" title={metric ? clip(metric.name) : undefined}>
      {metric ? (
        <>
          {runs.choices.metric.value === null ? (
            <span class="metric-name ellipsis">{clip(metric.name, 60)}</span>
          ) : null}{' '}
          <span class="metric-value">{formats.metric(metric.value)}</span>
        </>
      ) : (
        '–'
      )}
    </Cell>
  );
}

/** Rows of its tooltip. */
const maxCosts = 12;

/** The cost that weighs most on its limit; all of them in its tooltip. Usage that grows redraws what reads differently. */
function Cost({ run }: { run: Run }): JSX.Element {
  const { views, formats } = useDashboard();
  const [words, title, short] = useMemo(() => {
    const costs = computed(() => runCosts(run, views.usage.value));
    return [
      computed(() => {
        const [first] = costs.value;
        return first ? amountWords(first.metric, first.used, formats) : '–';
      }),
      computed(() =>
        costs.value
          .slice(0, maxCosts)
          .map((cost) => costWords(cost, formats))
          .join('\n'),
      ),
      computed(() => costs.value[0]?.short === true),
    ] as const;
  }, [run]);
  return (
    <Cell
      column="cost"
      class={`num run-cost ${short.value ? 'tone-warn short' : ''}`}
      title={title.value || undefined}
    >
      {short.value ? (
        <>
          <Icon name="warning" />
          <span class="visually-hidden">{t('Not enough is left:')} </span>
        </>
      ) : null}
      <span class="ellipsis">{words}</span>
    </Cell>
  );
}

function endMoment(run: Run): number {
  return run.finished_at ? Date.parse(run.finished_at) : runMoment(run);
}
