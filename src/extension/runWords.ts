import { t } from '../shared/l10n.ts';
import type { RunRow } from '../shared/model.ts';
import { runStateName } from '../shared/names.ts';
import {
  compareNewest,
  headlineMetric,
  isActive,
  lastHeartbeat,
  type RunState,
  runDuration,
  runEta,
  runMoment,
  runProgress,
  runState,
} from '../shared/runs.ts';
import { oneLine } from './markdown.ts';
import type { Saying } from './saying.ts';

/** What side views, status bar and notifications say of a run. */

export interface RunSaying extends Saying {
  /** A running run that is silent for longer counts as stalled, ms. */
  readonly silence: number;
}

/** Those that are not finished, the newest first. */
export function activeRuns(runs: readonly RunRow[]): RunRow[] {
  return runs.filter(isActive).sort((a, b) => compareNewest(runMoment(a), runMoment(b)));
}

/** Those that are finished, the last to end first. */
export function endedRuns(runs: readonly RunRow[]): RunRow[] {
  return runs.filter((run) => !isActive(run)).sort((a, b) => compareNewest(endOf(a), endOf(b)));
}

/** `Running`, in one line; an unknown status keeps its own word. */
export function runStateLine(run: RunRow, state: RunState): string {
  return oneLine(runStateName(run.status, state), 40);
}

/** The name of a run in a line; one without a name is called so. */
export function runName({ name }: RunRow): string {
  return oneLine(name, 200) || t('Unnamed run');
}

/** How it goes, in a few words: `42% · 8m left`, `no sign of life for 12m`, `val_loss 2.31 · 5m ago`. */
export function runSummary(run: RunRow, { formats, now, silence }: RunSaying): string {
  const state = runState(run, now, silence);
  const parts: string[] = [];
  switch (state) {
    case 'queued':
      parts.push(t('queued {0}', formats.relative(Date.parse(run.created_at), now)));
      break;
    case 'running': {
      const progress = runProgress(run);
      const left = runEta(run, now, silence);
      if (progress !== null) parts.push(formats.percent(progress));
      else if (run.step !== null) parts.push(t('step {0}', formats.number(run.step)));
      if (left !== null) parts.push(t('{0} left', formats.duration(left)));
      if (run.cancel_requested_at !== null) parts.push(t('asked to stop'));
      break;
    }
    case 'stalled':
      parts.push(t('no sign of life for {0}', formats.duration(now - lastHeartbeat(run))));
      break;
    default: {
      const reason = run.error?.trimStart().split('\n', 1)[0];
      const metric = headlineMetric(run.metrics);
      if (state === 'failed' && reason) parts.push(oneLine(reason, 80));
      else if (state === 'completed' && metric)
        parts.push(`${oneLine(metric.name, 40)} ${formats.metric(metric.value)}`);
      else if (state !== 'completed') parts.push(runStateLine(run, state));
      parts.push(formats.relative(endOf(run), now));
    }
  }
  return parts.join(' · ');
}

/** How long it ran, or has been running: `2h 5m`; null when it never began. */
export function runTook(run: RunRow, { formats, now }: Pick<Saying, 'formats' | 'now'>): string | null {
  const duration = runDuration(run, now);
  return duration === null ? null : formats.duration(duration);
}

/** When it ended, or last told of itself, ms since 1970. */
export function endOf(run: RunRow): number {
  const ended = Date.parse(run.finished_at ?? '');
  return Number.isFinite(ended) ? ended : lastHeartbeat(run);
}
