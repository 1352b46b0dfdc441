import { type ComponentChildren, Fragment, type JSX } from 'preact';
import type { Reporting as Reported } from '../../shared/activity.ts';
import { clip, type Formats } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { DashboardCommand, DashboardStatus } from '../../shared/protocol.ts';
import { CommandButton } from '../components/CommandButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';

/** A command, and its name on the button. */
type Action = readonly [DashboardCommand, string];

/** Where this editor's events go, always said, with what waits or was lost and what can be done about it. */
export function Reporting(): JSX.Element | null {
  const { store } = useDashboard();
  const status = store.status.value;
  if (!status) return null;
  const { activity, backend } = status;
  const { reporting, restricted, trouble } = activity;
  const change = switchOf(reporting);
  return (
    <div class="reporting muted" data-reporting={reporting}>
      <p>
        {reportingWords(status)}
        {restricted && reporting === 'on'
          ? ` ${t('This workspace is not trusted, so nothing about its files is reported.')}`
          : ''}
        {backend && change ? act(change) : null}
      </p>
      {trouble === null ? null : (
        <p class="reporting-trouble tone-warn" role="status">
          <Icon name="warning" class="tone-warn" /> {trouble}
        </p>
      )}
      <Counts activity={activity} />
    </div>
  );
}

/** What can be done about reporting itself. */
function switchOf(reporting: Reported): Action | null {
  switch (reporting) {
    case 'on':
      return ['pauseActivity', t('Pause')];
    case 'paused':
      return ['resumeActivity', t('Resume')];
    case 'notAgreed':
      return ['agreeToActivity', t('Report Activity')];
    case 'off':
    case 'excluded':
      return null;
    default:
      return reporting satisfies never;
  }
}

interface Count {
  readonly of: 'pending' | 'refused' | 'dropped';
  readonly words: string;
  readonly tone: string;
  readonly acts: readonly Action[];
}

function countsOf({ pending, refused, dropped }: DashboardStatus['activity'], formats: Formats): Count[] {
  const show: Action = ['showPendingActivity', t('Show')];
  const number = (count: number): string => formats.number(count);
  const counts: readonly (Count & { readonly count: number })[] = [
    {
      of: 'pending',
      count: pending,
      words: plural(pending, '{0} not sent yet', '{0} not sent yet', number(pending)),
      tone: '',
      acts: [show, ['sendActivity', t('Send now')]],
    },
    {
      of: 'refused',
      count: refused,
      words: plural(refused, '{0} refused by the backend', '{0} refused by the backend', number(refused)),
      tone: 'tone-bad',
      acts: [show, ['retryRefusedActivity', t('Send again')], ['discardRefusedActivity', t('Discard')]],
    },
    {
      of: 'dropped',
      count: dropped,
      words: plural(dropped, '{0} given up unsent', '{0} given up unsent', number(dropped)),
      tone: 'tone-warn',
      acts: [['dismissDroppedActivity', t('Dismiss')]],
    },
  ];
  return counts.filter(({ count }) => count > 0);
}

/** Events on their way, refused and lost; nothing while there are none. */
function Counts({ activity }: { activity: DashboardStatus['activity'] }): JSX.Element | null {
  const formats = useDashboard().formats;
  const shown = countsOf(activity, formats);
  if (shown.length === 0) return null;
  return (
    <ul class="reporting-counts">
      {shown.map(({ of, words, tone, acts }) => (
        <li key={of} data-count-of={of}>
          {tone ? <Icon name="warning" class={tone} /> : null} <span class="num">{words}</span>
          {acts.map(act)}
        </li>
      ))}
    </ul>
  );
}

function act([command, words]: Action): ComponentChildren {
  return (
    <Fragment key={command}>
      {' '}
      <CommandButton command={command} look="link">
        {words}
      </CommandButton>
    </Fragment>
  );
}

function reportingWords({ activity, backend }: DashboardStatus): string {
  if (!backend) return t('Nothing is reported while no backend is chosen.');
  switch (activity.reporting) {
    case 'off':
      return t('Reporting is switched off in the settings.');
    case 'notAgreed':
      return t(
        'This editor reports nothing until you agree: what happens and when, never contents of files, arguments of commands or secrets.',
      );
    case 'paused':
      return t('Reporting is paused.');
    case 'excluded':
      return t('Nothing is reported: a folder that is open is excluded in the settings.');
    case 'on':
      return activity.local
        ? t('What this editor reports stays on this machine.')
        : t(
            'What happens here is reported to {0}, never contents of files or arguments of commands.',
            clip(backend.label, 200),
          );
    default:
      return activity.reporting satisfies never;
  }
}
