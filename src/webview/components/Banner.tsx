import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { SyncState } from '../../shared/status.ts';
import { useDashboard } from '../context.ts';
import { CommandButton } from './CommandButton.tsx';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

interface Look {
  readonly icon: IconName;
  readonly tone: string;
}

const information: Look = { icon: 'info', tone: 'accent' };
const warning: Look = { icon: 'warning', tone: 'warn' };
const problem: Look = { icon: 'error', tone: 'bad' };

const looks: Readonly<Record<SyncState, Look>> = {
  signedOut: information,
  connecting: information,
  catchingUp: warning,
  live: warning,
  polling: warning,
  offline: warning,
  setup: problem,
};

/** What is wrong and what to do about it, in the host's words, with the button that does it. */
export function Banner(): JSX.Element | null {
  const status = useDashboard().store.status.value;
  if (!status) return null;
  const { state, message, hint, action, backend } = status;
  if (message === null && action === null) return null;
  const { icon, tone } = looks[state];
  return (
    <div class={`banner tone-${tone}`} role={state === 'setup' ? 'alert' : 'status'} data-banner={state}>
      <Icon name={icon} />
      <div class="banner-text">
        {message ? <p>{clip(message, 1_000)}</p> : null}
        {hint ? <p class="muted">{clip(hint, 1_000)}</p> : null}
      </div>
      {backend === null && action?.command !== 'selectBackend' ? (
        <CommandButton command="selectBackend">{t('Select Backend…')}</CommandButton>
      ) : null}
      {action ? (
        <CommandButton command={action.command} look="primary">
          {action.title}
        </CommandButton>
      ) : null}
    </div>
  );
}
