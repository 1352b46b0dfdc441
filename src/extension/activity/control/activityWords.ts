import type { ActivityStatus } from '../../../shared/activity.ts';
import type { Formats } from '../../../shared/format.ts';
import { plural, t } from '../../../shared/l10n.ts';
import { problemWords } from '../../words.ts';
import type { Trouble } from '../outbox/trouble.ts';

/** Why editor events wait or may be lost, in words; `now` is this machine's, ms since 1970. */
export function troubleWords(trouble: Trouble, formats: Formats, now: number): string {
  const timeOf = (at: number): string => formats.clock(at, now);
  switch (trouble.kind) {
    case 'storage':
      return t(
        'This machine takes no editor events on its disk since {0} ({1}). Those not sent yet are lost if the window closes: free some space, or make the folder writable.',
        timeOf(trouble.since),
        trouble.detail,
      );
    case 'damaged':
      return plural(
        trouble.lines,
        'The file in which another window kept its events was damaged. At most {0} event is lost.',
        'The file in which another window kept its events was damaged. At most {0} events are lost.',
        formats.number(trouble.lines),
      );
    case 'sending':
      return sendingWords(trouble, timeOf);
    default:
      return trouble satisfies never;
  }
}

function sendingWords(
  { problem, since, retryAt }: Trouble & { kind: 'sending' },
  timeOf: (at: number) => string,
): string {
  const time = timeOf(since);
  switch (problem.reason) {
    case 'unreachable':
    case 'timeout':
      return t(
        'The backend has not been reached since {0}. Events wait on this machine and go out by themselves.',
        time,
      );
    case 'sessionExpired':
      return t('Events wait on this machine until you sign in again.');
    case 'server':
      if (problem.status === 429 || problem.status === 503)
        return t('The backend asks to wait: events go out again at {0}, by themselves.', timeOf(retryAt));
      break;
    default:
  }
  const { message } = problemWords(problem);
  return t(
    'No event was taken since {0}: {1} Events wait on this machine and are tried again.',
    time,
    message,
  );
}

/** Whether this editor reports, and why not, in one sentence. */
export function reportingWords({ reporting, local }: Pick<ActivityStatus, 'reporting' | 'local'>): string {
  switch (reporting) {
    case 'on':
      return local
        ? t('Editor activity is reported to the backend on this machine, within a second.')
        : t('Editor activity is reported, 25 events at a time or what there is every 30 seconds.');
    case 'off':
      return t('Editor activity is switched off in the settings.');
    case 'notAgreed':
      return t('Editor activity is not reported: you have not agreed to it for this backend.');
    case 'paused':
      return t('Editor activity is paused: nothing is collected or sent, and what waits stays.');
    case 'excluded':
      return t(
        'Editor activity is not reported: a folder of this window is on the list of those never reported.',
      );
    default:
      return reporting satisfies never;
  }
}
