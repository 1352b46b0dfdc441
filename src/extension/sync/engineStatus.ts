import type { Problem, SyncState } from '../../shared/status.ts';
import { RunglassError } from '../../shared/status.ts';
import type { EngineState } from './states.ts';
import type { UnreadableRow } from './transport.ts';
import type { EngineStatus } from './types.ts';

/** So many attempts in a row without a stream, and people are told that there is none. */
const failuresShown = 3;

export interface Circumstances {
  readonly state: EngineState;
  /** What the last pull failed of; null after one that did not. */
  readonly pullProblem: Problem | null;
  /** What the last attempt to get a token failed of. */
  readonly tokenProblem: Problem | null;
  /** What the last attempt to get a stream failed of; null once it was proven. */
  readonly streamProblem: Problem | null;
  /** Attempts since the stream was last proven. */
  readonly failures: number;
  /** A pull has succeeded for this account. */
  readonly hasPulled: boolean;
  readonly unreadable: readonly UnreadableRow[];
}

/** What people are told of the engine's state. */
export function describeState(now: Circumstances): {
  readonly state: SyncState;
  readonly problem: Problem | null;
} {
  if (now.state === 'SignedOut') return { state: 'signedOut', problem: null };
  const blocking = now.tokenProblem ?? now.pullProblem;
  if (blocking) return { state: isSetup(blocking) ? 'setup' : 'offline', problem: blocking };
  if (!now.hasPulled) return { state: 'connecting', problem: null };
  if (now.state === 'Live') return { state: 'live', problem: unreadableProblem(now.unreadable) };
  if (now.state === 'Lossy') return { state: 'catchingUp', problem: droppingEvents };
  const problem = now.streamProblem;
  if (problem && (now.failures >= failuresShown || problem.reason === 'notPublished'))
    return { state: 'polling', problem };
  return {
    state: 'catchingUp',
    problem: problem?.reason === 'accountBusy' ? problem : unreadableProblem(now.unreadable),
  };
}

const droppingEvents: Problem = {
  reason: 'droppingEvents',
  detail: 'Three gaps in 10 s: the server drops events.',
};

/** Problems that do not go away by trying again. */
export function isSetup({ reason }: Problem): boolean {
  return (
    reason === 'badUrl' ||
    reason === 'badKey' ||
    reason === 'badCredentials' ||
    reason === 'sessionExpired' ||
    reason === 'notMigrated' ||
    reason === 'notGranted'
  );
}

/** The problem that an error carries; any other error is taken for one of the server's. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RunglassError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { reason: 'server', status: 0, detail };
}

function unreadableProblem(rows: readonly UnreadableRow[]): Problem | null {
  const counts = new Map<string, number>();
  for (const { table } of rows) counts.set(table, (counts.get(table) ?? 0) + 1);
  const [worst] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!worst) return null;
  const [table, count] = worst;
  const detail = rows.find((row) => row.table === table)?.detail ?? '';
  return { reason: 'unreadableRows', table, count, detail };
}

/** Whether there is nothing new to tell. */
export function isSameStatus(a: EngineStatus, b: EngineStatus): boolean {
  const keys = [
    ...(['state', 'asOf', 'verifiedAt', 'cached', 'clockOffset', 'latency'] as const),
    ...(['heldFrom', 'activeFrom', 'modelsFrom'] as const),
  ];
  const parts = ['problem', 'runsFrom'] as const;
  return (
    keys.every((key) => a[key] === b[key]) &&
    parts.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]))
  );
}
