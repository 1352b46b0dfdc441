import type { JSX } from 'preact';
import { clip, type Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import type { SyncState } from '../../shared/status.ts';
import { useDashboard } from '../context.ts';
import { ProjectChooser } from '../projects/ProjectChooser.tsx';
import { connectionWords } from '../words.ts';
import { CommandButton } from './CommandButton.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Icon } from './Icon.tsx';

/** The colour of a state; its words say the same. */
export const tones: Readonly<Record<SyncState, string>> = {
  live: 'good',
  connecting: 'quiet',
  catchingUp: 'quiet',
  polling: 'quiet',
  offline: 'warn',
  signedOut: 'quiet',
  setup: 'bad',
};

const product = 'Runglass';

export function Header(): JSX.Element {
  const { store, actions } = useDashboard();
  const refreshing = store.refreshing.value;
  const status = store.status.value;
  return (
    <header class="page-header">
      <h1>{product}</h1>
      <Connection />
      <span class="page-header-space" />
      <ErrorBoundary quiet onError={(error) => actions.report('Header', error)}>
        <ProjectChooser />
      </ErrorBoundary>
      {status?.backend ? <Place status={status} /> : null}
      <CommandButton command="refresh" look="icon" label={refreshing ? t('Refreshing') : t('Refresh')}>
        <Icon name="refresh" class={refreshing ? 'spin' : ''} />
      </CommandButton>
    </header>
  );
}

/** Which backend, and as whom; a click chooses another. */
function Place({ status }: { status: DashboardStatus }): JSX.Element {
  const where = clip(status.backend?.label ?? '', 200);
  const account = clip(status.account ?? '', 200);
  const label = account
    ? t('{0}, signed in as {1}. Select another backend', where, account)
    : t('{0}. Select another backend', where);
  return (
    <CommandButton command="selectBackend" look="link" label={label}>
      <span class="place">
        <Icon name="database" />
        <span class="ellipsis">{where}</span>
        {account ? <span class="ellipsis muted account">{account}</span> : null}
      </span>
    </CommandButton>
  );
}

/** How the rows stand to the database; a click shows more. */
function Connection(): JSX.Element {
  const { store, clock, formats, actions } = useDashboard();
  const status = store.status.value;
  const state = status?.state ?? 'connecting';
  // Minutes only: no words of it change with the seconds.
  const words = connectionWords(status, formats, clock.minute.value);
  return (
    <>
      <button
        type="button"
        class={`connection tone-${tones[state]}`}
        data-connection={state}
        aria-label={t('{0}. Show sync details', words)}
        aria-haspopup="dialog"
        title={status ? standingWords(status, formats) : undefined}
        onClick={() => actions.showSheet({ kind: 'sync' })}
      >
        <ConnectionDot />
        <span class="ellipsis">{words}</span>
      </button>
      <span class="visually-hidden" role="status">
        {words}
      </span>
    </>
  );
}

export function ConnectionDot(): JSX.Element {
  return (
    <svg class="connection-dot" viewBox="0 0 8 8" aria-hidden="true">
      <circle cx="4" cy="4" r="3" />
    </svg>
  );
}

function standingWords(status: DashboardStatus, formats: Formats): string {
  const lines = [];
  if (status.asOf !== null) {
    lines.push(t('Shows the data of {0}.', formats.dateTime(status.asOf)));
  }
  if (status.verifiedAt !== null) {
    lines.push(t('Verified against the database at {0}.', formats.dateTime(status.verifiedAt)));
  }
  if (status.latency !== null) {
    lines.push(t('A change takes {0} from commit to here.', formats.milliseconds(status.latency)));
  }
  lines.push(t('Click for details of sync.'));
  return lines.join('\n');
}
