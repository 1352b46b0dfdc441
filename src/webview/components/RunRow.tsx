import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import type { ProjectRow, RunRow as Run } from '../../shared/model.ts';
import { plain } from '../../shared/names.ts';
import {
  headlineMetric,
  isActive,
  lastHeartbeat,
  runDuration,
  runEta,
  runMoment,
  runProgress,
  runState,
} from '../../shared/runs.ts';
import { useDashboard } from '../context.ts';
import { Icon } from './Icon.tsx';
import { memo } from './memo.ts';
import { ProgressBar } from './ProgressBar.tsx';
import { ProjectLabel } from './ProjectLabel.tsx';
import { RelativeTime } from './RelativeTime.tsx';
import { RunDetails } from './RunDetails.tsx';
import { RunStatus, runTone } from './RunStatus.tsx';
import { useHighlight } from './useHighlight.ts';

/** A traceback may be long; an open row shows this much of it. */
const maxError = 10_000;

interface Props {
  readonly run: Run;
  readonly project: ProjectRow | null;
  readonly open: boolean;
}

function RunRowView({ run, project, open }: Props): JSX.Element {
  const { actions, clock, formats: signal } = useDashboard();
  const formats = signal.value;
  const state = useMemo(() => computed(() => runState(run, clock.now.value)), [run]).value;
  const element = useHighlight<HTMLLIElement>(run, run.status);
  const name = clip(run.name);
  const progress = runProgress(run);
  const headline = headlineMetric(run.metrics);
  const steps = stepWords(run, (value) => formats.number(value));
  return (
    <li class="row run" data-id={run.id} ref={element}>
      <button
        type="button"
        class="row-main run-grid"
        aria-expanded={open}
        onClick={() => actions.toggleOpen(run.id)}
      >
        <Icon name="chevron" class={`twistie ${open ? 'open' : ''}`} />
        <span class="run-name">
          <span class="ellipsis strong" title={name}>
            {name}
          </span>
          {project ? <ProjectLabel name={project.name} color={project.color} /> : null}
        </span>
        <RunStatus state={state} word={plain(run.status)} />
        <span class="run-progress">
          <ProgressBar value={progress} label="Progress" tone={runTone(state)} />
          <span class="num run-percent">{progress === null ? '–' : formats.percent(progress)}</span>
        </span>
        <span class="num run-steps" title="Step">
          {steps}
        </span>
        <span class="num run-metric" title={headline?.name}>
          {headline ? (
            <>
              <span class="metric-name">{headline.name}</span> {formats.metric(headline.value)}
            </>
          ) : null}
        </span>
        <TimeLeft run={run} />
        <span class="run-beat">
          <RelativeTime at={isActive(run) ? lastHeartbeat(run) : endMoment(run)} />
        </span>
      </button>
      {run.error ? (
        <p class={open ? 'run-error whole' : 'run-error'} title={open ? undefined : clip(run.error)}>
          {open ? clip(run.error, maxError) : clip(run.error)}
        </p>
      ) : null}
      {open ? <RunDetails run={run} /> : null}
    </li>
  );
}

/** Time left of a running run, else how long it took; only its text ticks. */
function TimeLeft({ run }: { run: Run }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(
    () =>
      computed(() => {
        // What has ended does not listen to the clock.
        if (!isActive(run)) {
          const took = runDuration(run, 0);
          return took === null ? '–' : formats.value.duration(took);
        }
        const eta = runEta(run, clock.now.value);
        return eta === null ? '–' : `${formats.value.duration(eta)} left`;
      }),
    [run],
  );
  return (
    <span class="num run-eta" title={isActive(run) ? 'Time left at the pace so far' : 'Duration'}>
      {text}
    </span>
  );
}

function endMoment(run: Run): number {
  return run.finished_at ? Date.parse(run.finished_at) : runMoment(run);
}

function stepWords({ step, total_steps: total }: Run, number: (value: number) => string): string {
  if (step === null) return '–';
  return total === null ? number(step) : `${number(step)} / ${number(total)}`;
}

/** One run in the list. Renders again only when its row, its project or its being open changes. */
export const RunRow = memo(RunRowView);
