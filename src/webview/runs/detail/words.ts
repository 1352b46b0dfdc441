import { t } from '../../../shared/l10n.ts';
import type { RunState } from '../../../shared/runs.ts';
import type { Availability } from '../../state/views.ts';
import type { Presence } from './presence.ts';

/** The words of run detail and of what run detail shares with the comparison. */

/** What can be done about a run that a limit stopped; `over` is a limit that was reset since. */
export function stopAdvice(over: boolean, upgrade: boolean): string {
  if (over) return t('Nothing keeps it from being started again.');
  return upgrade
    ? t('Start it again after the reset, or change the plan.')
    : t('Start it again after the reset, or with smaller amounts.');
}

/** Why a sheet about runs shows no run although it has the id of one. */
export function absenceWords(presence: Exclude<Presence, 'here'>): string {
  switch (presence) {
    case 'deleted':
      return t('This run was deleted.');
    case 'released':
      return t(
        'This run is no longer loaded: newer runs took its place. What is shown is what was last known of it.',
      );
    case 'missing':
      return t('This run is not here. It was deleted, or it is older than the runs that are loaded.');
    default:
      return presence satisfies never;
  }
}

/** What happens after a request to stop, and in which of its states that can be relied on. */
export function cancelHint(state: RunState): string {
  switch (state) {
    case 'queued':
      return t('The script stops when it first reports. One that never starts stays queued.');
    case 'stalled':
      return t('The script stops when it next reports. This one has fallen silent: it may never do so.');
    default:
      return t('The script stops when it next reports.');
  }
}

/** The sentence for a sheet about runs that cannot know of any. */
export function unavailableRuns(availability: Exclude<Availability, 'ready' | 'loading'>): string {
  switch (availability) {
    case 'signedOut':
      return t('Sign in to see this run.');
    case 'noBackend':
      return t('Choose a backend to see this run.');
    case 'offline':
      return t('Shown as soon as the backend can be reached.');
    case 'setup':
      return t('Shown once the problem is solved.');
    default:
      return availability satisfies never;
  }
}
