import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { lastHeartbeat, type RunState } from '../../../shared/runs.ts';
import { useDashboard } from '../../context.ts';
import { CancelRequested } from './CancelRun.tsx';
import { Notice } from './Notice.tsx';
import type { Presence } from './presence.ts';
import { StoppedNotice } from './StoppedNotice.tsx';
import { absenceWords } from './words.ts';

interface Props {
  readonly run: RunRow;
  readonly state: RunState;
  readonly presence: Presence;
}

/** What somebody who opens a run must not miss, most urgent first. */
export function Notices({ run, state, presence }: Props): JSX.Element {
  return (
    <>
      {presence === 'deleted' ? (
        <Notice tone="bad" icon="error" kind="deleted" head={absenceWords('deleted')}>
          {t('What is shown is what was last known of it.')}
        </Notice>
      ) : null}
      {presence === 'released' ? (
        <Notice tone="quiet" icon="info" kind="released" head={absenceWords('released')} />
      ) : null}
      {presence === 'here' && state === 'stalled' ? <Stalled run={run} /> : null}
      {presence === 'here' ? <CancelRequested run={run} state={state} /> : null}
      {run.stopped_by ? <StoppedNotice stop={run.stopped_by} /> : null}
      {state === 'failed' && run.error === null ? (
        <Notice
          tone="bad"
          icon="error"
          kind="failed"
          head={t('The script ended the run as failed and gave no reason.')}
        />
      ) : null}
    </>
  );
}

function Stalled({ run }: { run: RunRow }): JSX.Element {
  const { clock, formats } = useDashboard();
  const text = useMemo(
    () =>
      computed(() =>
        t('No sign of life for {0}.', formats.duration(clock.minute.value - lastHeartbeat(run))),
      ),
    [run],
  );
  return (
    <Notice tone="warn" icon="pause" kind="stalled" head={text}>
      {t(
        'The script may have ended without saying so. With its next report the run counts as running again.',
      )}
    </Notice>
  );
}
