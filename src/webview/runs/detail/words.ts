import type { Formats } from '../../../shared/format.ts';
import type { RunState } from '../../../shared/runs.ts';
import type { Availability } from '../../state/views.ts';

/** The words of run detail and of what run detail shares with the comparison. */

export const historyUnreadable = 'The history of this run came in a form that the page cannot read.';
export const configUnreadable = 'The configuration of this run came in a form that the page cannot read.';

/** What a silent run is told to be; `silence` in ms. */
export function stalledWords(silence: number, formats: Formats): string {
  return `No sign of life for ${formats.duration(silence)}.`;
}
export const stalledHint =
  'The script may have ended without saying so. With its next report the run counts as running again.';

/** What can be done about a run that a limit stopped; `over` is a limit that was reset since. */
export function stopAdvice(over: boolean, upgrade: boolean): string {
  if (over) return 'Nothing keeps it from being started again.';
  return upgrade
    ? 'Start it again after the reset, or change the plan.'
    : 'Start it again after the reset, or with smaller amounts.';
}

export const noErrorText = 'The script ended the run as failed and gave no reason.';

/** Why a sheet about runs shows no run although it has the id of one. */
export const absenceWords = {
  deleted: 'This run was deleted.',
  released:
    'This run is no longer loaded: newer runs took its place. What is shown is what was last known of it.',
  missing: 'This run is not here. It was deleted, or it is older than the runs that are loaded.',
} as const;

export const deletedHint = 'What is shown is what was last known of it.';

/** What happens after a request to stop, and in which of its states that can be relied on. */
export function cancelHint(state: RunState): string {
  switch (state) {
    case 'queued':
      return 'The script stops when it first reports. One that never starts stays queued.';
    case 'stalled':
      return 'The script stops when it next reports. This one has fallen silent: it may never do so.';
    default:
      return 'The script stops when it next reports.';
  }
}
export const cancelQuestion = 'Ask the script to stop?';
export const cancelOffline = 'The request is kept in the database, which cannot be reached at the moment.';

export const readingHistory = 'Reading the history…';
export const noCurves = 'The curves of this run appear here with its first point: call log_run with points.';
/** That a run has more metrics than are read; a comparison says it of the run that lacks the most. */
export function leftOutWords(count: number, formats: Formats): string {
  const metrics = count === 1 ? 'metric is' : 'metrics are';
  return `${formats.number(count)} more ${metrics} not read: a run that has so many shows the first of them by name.`;
}
export const noConfig = 'No config was logged for this run.';
export const noUsage = 'No usage was recorded for this run.';
export const noModels = 'No model names this run as the one it came from.';

/** The sentence for a sheet about runs that cannot know of any. */
export function unavailableRuns(availability: Exclude<Availability, 'ready' | 'loading'>): string {
  switch (availability) {
    case 'signedOut':
      return 'Sign in to see this run.';
    case 'noBackend':
      return 'Choose a backend to see this run.';
    case 'offline':
      return 'Shown as soon as the backend can be reached.';
    case 'setup':
      return 'Shown once the set-up problem is solved.';
    default:
      return availability satisfies never;
  }
}
