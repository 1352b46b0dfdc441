import { type ComponentChildren, Fragment, type JSX } from 'preact';
import type { Reporting as Reported } from '../../shared/activity.ts';
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
  const change = switches[reporting];
  return (
    <div class="reporting muted" data-reporting={reporting}>
      <p>
        {reportingWords(status)}
        {restricted && reporting === 'on'
          ? ' This workspace is not trusted, so nothing about its files is reported.'
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
const switches: Readonly<Record<Reported, Action | null>> = {
  on: ['pauseActivity', 'Pause'],
  paused: ['resumeActivity', 'Resume'],
  notAgreed: ['agreeToActivity', 'Report Activity'],
  off: null,
  excluded: null,
};

const show: Action = ['showPendingActivity', 'Show'];
const counts = [
  { of: 'pending', words: 'not sent yet', tone: '', acts: [show, ['sendActivity', 'Send now']] },
  {
    of: 'refused',
    words: 'refused by the backend',
    tone: 'tone-bad',
    acts: [show, ['retryRefusedActivity', 'Send again'], ['discardRefusedActivity', 'Discard']],
  },
  {
    of: 'dropped',
    words: 'given up unsent',
    tone: 'tone-warn',
    acts: [['dismissDroppedActivity', 'Dismiss']],
  },
] as const satisfies readonly {
  readonly of: 'pending' | 'refused' | 'dropped';
  readonly words: string;
  readonly tone: string;
  readonly acts: readonly Action[];
}[];

/** Events on their way, refused and lost; nothing while there are none. */
function Counts({ activity }: { activity: DashboardStatus['activity'] }): JSX.Element | null {
  const formats = useDashboard().formats;
  const shown = counts.filter(({ of }) => activity[of] > 0);
  if (shown.length === 0) return null;
  return (
    <ul class="reporting-counts">
      {shown.map(({ of, words, tone, acts }) => (
        <li key={of} data-count-of={of}>
          {tone ? <Icon name="warning" class={tone} /> : null}{' '}
          <span class="num">
            {formats.number(activity[of])} {words}
          </span>
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
  if (!backend) return 'Nothing is reported while no backend is chosen.';
  switch (activity.reporting) {
    case 'off':
      return 'Reporting is switched off in the settings.';
    case 'notAgreed':
      return 'This editor reports nothing until you agree: what happens and when, never contents of files, arguments of commands or secrets.';
    case 'paused':
      return 'Reporting is paused.';
    case 'excluded':
      return 'Nothing is reported: a folder that is open is excluded in the settings.';
    case 'on':
      return activity.local
        ? 'What this editor reports stays on this machine.'
        : `What happens here is reported to ${backend.label}, never contents of files or arguments of commands.`;
    default:
      return activity.reporting satisfies never;
  }
}
