import type { RunRow } from './model.ts';

/** What a run is doing as people are told it; `stalled` is a running one that fell silent. */
export type RunState =
  | 'queued'
  | 'running'
  | 'stalled'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'stopped'
  | 'unknown';

/** A running run without a sign of life for this long counts as stalled, ms. */
export const stalledAfter = 5 * 60_000;

/** True for what is queued or running, stalled ones included. */
export function isActive(run: RunRow): boolean {
  return run.status === 'queued' || run.status === 'running';
}

/** The last sign of life, ms since 1970: the heartbeat, or the last change of a row that never sent one. */
export function lastHeartbeat(run: RunRow): number {
  return timesOf(run).heartbeat;
}

interface Times {
  readonly moment: number;
  readonly heartbeat: number;
}

/** Rows never change in place, so their times are parsed once: thousands are sorted again with each change. */
const times = new WeakMap<RunRow, Times>();

function timesOf(run: RunRow): Times {
  let found = times.get(run);
  if (!found) {
    found = {
      moment: Date.parse(run.started_at ?? run.created_at),
      heartbeat: Date.parse(run.heartbeat_at ?? run.updated_at),
    };
    times.set(run, found);
  }
  return found;
}

/** State at `now` (server clock, ms since 1970). */
export function runState(run: RunRow, now: number): RunState {
  switch (run.status) {
    case 'running':
      return now - lastHeartbeat(run) > stalledAfter ? 'stalled' : 'running';
    case 'queued':
    case 'completed':
    case 'failed':
    case 'cancelled':
    case 'stopped':
      return run.status;
    default:
      return 'unknown';
  }
}

/** Share done, 0 to 1: from steps, else as the script says; null when neither tells. */
export function runProgress(run: RunRow): number | null {
  if (run.status === 'completed') return 1;
  const share = stepShare(run) ?? run.progress;
  return share === null || !Number.isFinite(share) ? null : Math.min(1, Math.max(0, share));
}

function stepShare({ step, total_steps }: RunRow): number | null {
  return step !== null && total_steps !== null && total_steps > 0 ? step / total_steps : null;
}

/**
 * Time left, ms, by the mean pace from the start to the last heartbeat; null unless running with some progress.
 * It is measured at the heartbeat and counts down from there, so silence does not stretch it.
 */
export function runEta(run: RunRow, now: number): number | null {
  if (runState(run, now) !== 'running' || !run.started_at) return null;
  const share = runProgress(run);
  const heartbeat = lastHeartbeat(run);
  const elapsed = heartbeat - Date.parse(run.started_at);
  if (!share || !(elapsed > 0)) return null;
  return Math.max(0, (elapsed * (1 - share)) / share - Math.max(0, now - heartbeat));
}

/** From start to finish, or to `now` while it runs, ms; null for a run that never started. */
export function runDuration(run: RunRow, now: number): number | null {
  if (!run.started_at) return null;
  const end = run.finished_at ? Date.parse(run.finished_at) : isActive(run) ? now : lastHeartbeat(run);
  return Math.max(0, end - Date.parse(run.started_at));
}

/** The moment that orders runs: start, else creation. */
export function runMoment(run: RunRow): number {
  return timesOf(run).moment;
}

/** Compares two moments, the newer first; one that cannot be read comes last. */
export function compareNewest(a: number, b: number): number {
  const place = (at: number): number => (Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at);
  return place(b) - place(a) || 0;
}

/** Running, then queued, then ended runs, the newest first; the id breaks ties so that the order never flickers. */
export function sortRuns(runs: Iterable<RunRow>): RunRow[] {
  return Array.from(runs, (run) => ({ run, phase: phase(run), at: runMoment(run) }))
    .sort((a, b) => a.phase - b.phase || compareNewest(a.at, b.at) || (a.run.id < b.run.id ? -1 : 1))
    .map(({ run }) => run);
}

function phase({ status }: RunRow): number {
  return status === 'running' ? 0 : status === 'queued' ? 1 : 2;
}

export interface Metric {
  readonly name: string;
  readonly value: number;
}

/** The finite numbers of a row's metrics, the telling ones first. */
export function numericMetrics(metrics: Readonly<Record<string, unknown>>): Metric[] {
  const found: Metric[] = [];
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === 'number' && Number.isFinite(value)) found.push({ name, value });
  }
  return found.sort((a, b) => weight(a.name) - weight(b.name) || (a.name < b.name ? -1 : 1));
}

/** The one metric worth a column: a held-out loss, else a training loss, else an accuracy, else the first. */
export function headlineMetric(metrics: Readonly<Record<string, unknown>>): Metric | null {
  return numericMetrics(metrics)[0] ?? null;
}

const telling = [
  /^(val|valid|validation|eval|test|held_?out)[_/ ]?loss$/i,
  /^(train[_/ ])?loss$/i,
  /loss/i,
  /acc|score|f1|bleu|reward|perplexity|ppl/i,
];

function weight(name: string): number {
  const place = telling.findIndex((pattern) => pattern.test(name));
  return place < 0 ? telling.length : place;
}
