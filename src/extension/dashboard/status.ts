import type { Reporting } from '../../shared/activity.ts';
import { t } from '../../shared/l10n.ts';
import type { DashboardStatus } from '../../shared/protocol.ts';
import type { Problem } from '../../shared/status.ts';
import type { ConnectionState } from '../accounts/types.ts';
import type { EngineStatus } from '../sync/types.ts';
import type * as Words from '../words.ts';

export interface StatusInputs {
  readonly connection: ConnectionState;
  /** Null while no engine is open. */
  readonly engine: EngineStatus | null;
  readonly reporting: Reporting;
  /** The workspace is not trusted. */
  readonly restricted: boolean;
  /** Numbers of editor events. */
  readonly events: { readonly pending: number; readonly refused: number; readonly dropped: number };
  /** Why events wait or may be lost, in words. */
  readonly trouble: string | null;
  /** A running run without a sign of life for this long counts as stalled, ms. */
  readonly stalledAfter: number;
  /** Puts a problem in words; null until that is loaded, and then a problem has none yet. */
  readonly words: Pick<typeof Words, 'problemWords' | 'passesByItself'> | null;
}

type Told = Pick<DashboardStatus, 'state' | 'message' | 'hint' | 'action'>;

/** What the dashboard and the status bar say about the connection: one source, so that they agree. */
export function dashboardStatus(inputs: StatusInputs): DashboardStatus {
  const { connection, reporting, restricted, events, trouble, words } = inputs;
  // A local backend that is not started again leaves its rows on the page: they are as old as the engine says.
  const hasRows = connection.kind === 'ready' || connection.kind === 'failed';
  const engine = hasRows ? inputs.engine : null;
  const profile = connection.kind === 'none' ? null : connection.profile;
  return {
    ...tell(connection, engine, words),
    backend: profile && {
      kind: profile.kind,
      label: profile.kind === 'embedded' ? t('Local backend') : profile.label,
    },
    account: connection.kind === 'ready' ? connection.account.email : null,
    asOf: engine?.asOf ?? null,
    verifiedAt: engine?.verifiedAt ?? null,
    cached: engine?.cached ?? false,
    clockOffset: engine?.clockOffset ?? 0,
    latency: engine?.latency ?? null,
    stalledAfter: inputs.stalledAfter,
    runsFrom: engine?.runsFrom ?? null,
    activeFrom: engine?.activeFrom ?? null,
    modelsFrom: engine?.modelsFrom ?? null,
    activity: {
      reporting: profile ? reporting : 'off',
      local: profile?.kind === 'embedded',
      restricted,
      pending: events.pending,
      refused: events.refused,
      dropped: events.dropped,
      trouble,
      heldFrom: engine?.heldFrom ?? null,
    },
  };
}

function tell(connection: ConnectionState, engine: EngineStatus | null, words: StatusInputs['words']): Told {
  switch (connection.kind) {
    case 'none':
      return {
        state: 'signedOut',
        message: t('No backend has been chosen yet.'),
        hint: t('Start the local backend with one click, or connect to a Supabase project.'),
        action: { command: 'useEmbedded', title: t('Use Local Backend') },
      };
    case 'starting':
      return {
        state: 'connecting',
        message: startingWords(connection),
        hint:
          connection.step === 'unpacking' ? t('This takes a few seconds, and only the first time.') : null,
        action: null,
      };
    case 'signedOut':
      return connection.problem
        ? withProblem('signedOut', connection.problem, words)
        : {
            state: 'signedOut',
            message: t('You are signed out.'),
            hint: t('Sign in to see your data.'),
            action: { command: 'signIn', title: t('Sign In') },
          };
    case 'failed':
      return withHope('setup', connection.problem, words);
    case 'ready':
      if (!engine) return { state: 'connecting', message: null, hint: null, action: null };
      return engine.problem
        ? withHope(engine.state, engine.problem, words)
        : { state: engine.state, message: null, hint: null, action: null };
    default:
      return connection satisfies never;
  }
}

function startingWords({ profile, step }: Extract<ConnectionState, { kind: 'starting' }>): string | null {
  if (profile.kind !== 'embedded') return null;
  return step === 'unpacking'
    ? t('The local backend is unpacking its database…')
    : t('The local backend is starting…');
}

function withHope(state: Told['state'], problem: Problem, words: StatusInputs['words']): Told {
  const told = withProblem(state, problem, words);
  return words?.passesByItself(problem)
    ? { ...told, hint: `${told.hint} ${t('Runglass goes on trying.')}` }
    : told;
}

function withProblem(state: Told['state'], problem: Problem, words: StatusInputs['words']): Told {
  return { state, ...(words?.problemWords(problem) ?? { message: null, hint: null, action: null }) };
}
