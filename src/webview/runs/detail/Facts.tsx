import { computed, type ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { plural, rich, t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import {
  isActive,
  lastHeartbeat,
  type RunState,
  runDuration,
  runEta,
  runPace,
  runProgress,
} from '../../../shared/runs.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { runTone } from '../../components/RunStatus.tsx';
import { useDashboard } from '../../context.ts';

/** How far a run is and when it did what; what ticks is text only. */
export function Facts({ run, state }: { run: RunRow; state: RunState }): JSX.Element {
  const { formats, runs } = useDashboard();
  const progress = runProgress(run);
  const step = run.step === null ? '–' : formats.number(run.step);
  return (
    <dl class="run-facts">
      <Fact name={t('Progress')} wide>
        <span class="run-progress">
          <ProgressBar value={progress} label={t('Progress')} tone={runTone(state)} />
          <span class="num">{progress === null ? '–' : formats.percent(progress)}</span>
        </span>
      </Fact>
      <Fact name={t('Step')}>
        {run.total_steps === null
          ? step
          : rich<ComponentChildren>(
              '{0} of {1}',
              step,
              <span class="muted">{formats.number(run.total_steps)}</span>,
            )}
      </Fact>
      <Fact name={t('Rate')}>
        {useTicking(run, runPace, (rate) => plural(rate, '{0} step/s', '{0} steps/s', formats.compact(rate)))}
      </Fact>
      {isActive(run) ? (
        <Fact name={t('Time left')}>
          {useTicking(
            run,
            (run, now) => runEta(run, now, runs.silence.value),
            (left) => formats.duration(left),
          )}
        </Fact>
      ) : (
        <Fact name={t('Finished')}>{run.finished_at ? <Moment at={run.finished_at} /> : '–'}</Fact>
      )}
      <Fact name={t('Duration')}>{useTicking(run, runDuration, (took) => formats.duration(took))}</Fact>
      <Fact name={t('Started')}>{run.started_at ? <Moment at={run.started_at} /> : t('Not yet')}</Fact>
      <Fact name={t('Last heartbeat')}>
        {run.heartbeat_at === null ? t('None yet') : <RelativeTime at={lastHeartbeat(run)} />}
      </Fact>
    </dl>
  );
}

function Fact({
  name,
  wide = false,
  children,
}: {
  name: string;
  wide?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={wide ? 'run-fact wide' : 'run-fact'}>
      <dt>{name}</dt>
      <dd class="num">{children}</dd>
    </div>
  );
}

function Moment({ at }: { at: string }): JSX.Element {
  const { clock, formats } = useDashboard();
  const moment = Date.parse(at);
  const text = useMemo(() => computed(() => formats.clock(moment, clock.minute.value)), [moment]);
  return (
    <time class="num" dateTime={at} title={formats.dateTime(moment)}>
      {text}
    </time>
  );
}

/** Words of what changes with the time; a dash where there is nothing to say. */
function useTicking(
  run: RunRow,
  read: (run: RunRow, now: number) => number | null,
  words: (value: number) => string,
): ReadonlySignal<string> {
  const { clock } = useDashboard();
  return useMemo(
    () =>
      computed(() => {
        const value = read(run, isActive(run) ? clock.now.value : 0);
        return value === null ? '–' : words(value);
      }),
    [run],
  );
}
