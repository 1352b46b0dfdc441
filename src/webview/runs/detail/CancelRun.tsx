import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rich, t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { isActive, type RunState } from '../../../shared/runs.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { useDashboard } from '../../context.ts';
import { Notice } from './Notice.tsx';
import { isOnline } from './online.ts';
import { cancelHint } from './words.ts';

interface Props {
  readonly run: RunRow;
  readonly state: RunState;
}

/** Asks the script of an unfinished run to stop; nothing once that was asked. */
export function CancelRun({ run, state }: Props): JSX.Element | null {
  return isActive(run) && run.cancel_requested_at === null ? <Ask run={run} state={state} /> : null;
}

/** That the script was asked to stop, and what comes of it. */
export function CancelRequested({ run, state }: Props): JSX.Element | null {
  if (!isActive(run) || run.cancel_requested_at === null) return null;
  return (
    <Notice
      tone="warn"
      icon="stop"
      kind="cancelling"
      head={rich('Cancellation requested {0}.', <RelativeTime at={Date.parse(run.cancel_requested_at)} />)}
    >
      {cancelHint(state)}
    </Notice>
  );
}

function Ask({ run, state }: Props): JSX.Element {
  const { store } = useDashboard();
  const online = useMemo(() => computed(() => isOnline(store)), []).value;
  const [confirming, setConfirming] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasConfirming = useRef(false);
  useEffect(() => {
    if (!confirming && wasConfirming.current) button.current?.focus();
    wasConfirming.current = confirming;
  }, [confirming]);
  if (confirming)
    return <Question run={run} state={state} online={online} onLeave={() => setConfirming(false)} />;
  return (
    <div class="run-cancel">
      <button
        ref={button}
        type="button"
        class="button secondary"
        aria-disabled={online ? undefined : 'true'}
        aria-describedby={online ? undefined : 'cancel-offline'}
        onClick={() => online && setConfirming(true)}
      >
        {t('Cancel run…')}
      </button>
      {online ? null : (
        <p id="cancel-offline" class="muted small">
          {t('The request is kept in the database, which cannot be reached at the moment.')}
        </p>
      )}
    </div>
  );
}

interface QuestionProps extends Props {
  readonly online: boolean;
  readonly onLeave: () => void;
}

function Question({ run, state, online, onLeave }: QuestionProps): JSX.Element {
  const { standing, problem, ask } = useRequest(run.id);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => confirm.current?.focus(), []);
  const words = {
    idle: problem === null ? t('Ask to stop') : t('Try again'),
    asking: t('Asking…'),
    asked: t('Asked to stop'),
  };
  const question = t('Ask the script to stop?');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend of its own
    <div
      class="run-cancel run-confirm"
      role="group"
      aria-label={question}
      onKeyDown={(event) => {
        // Of this question only, not of the sheet around it.
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onLeave();
      }}
    >
      <p>
        <strong>{question}</strong> {cancelHint(state)}
      </p>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="buttons">
        <button
          ref={confirm}
          type="button"
          class="button primary"
          aria-disabled={standing !== 'idle' || !online ? 'true' : undefined}
          onClick={() => online && ask()}
        >
          {words[standing]}
        </button>
        <button type="button" class="button secondary" onClick={onLeave}>
          {t('Keep running')}
        </button>
      </div>
    </div>
  );
}

/** The request of one run, asked once at a time; when it is granted, the row says the rest. */
function useRequest(run: string): {
  readonly standing: 'idle' | 'asking' | 'asked';
  readonly problem: string | null;
  readonly ask: () => void;
} {
  const { requests } = useDashboard();
  const [standing, setStanding] = useState<'idle' | 'asking' | 'asked'>('idle');
  const [problem, setProblem] = useState<string | null>(null);
  const ask = (): void => {
    if (standing !== 'idle') return;
    setStanding('asking');
    setProblem(null);
    requests.ask('cancelRun', { run }).then(
      () => setStanding('asked'),
      (error: unknown) => {
        setStanding('idle');
        setProblem(error instanceof Error ? error.message : String(error));
      },
    );
  };
  return { standing, problem, ask };
}
