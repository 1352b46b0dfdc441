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

/** A running run without a sign of life for this long counts as stalled unless the user set another time, ms. */
export const stalledAfter = 5 * 60_000;

/** So many runs can be compared. */
export const maxCompared = 10;

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

/** State at `now` (server clock, ms since 1970); `silence` is how long a run may be silent before it counts as stalled, ms. */
export function runState(run: RunRow, now: number, silence: number = stalledAfter): RunState {
  switch (run.status) {
    case 'running':
      return now - lastHeartbeat(run) > silence ? 'stalled' : 'running';
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

/** Time left at `now`, ms; null unless running with some progress: a stalled run has none. */
export function runEta(run: RunRow, now: number, silence: number = stalledAfter): number | null {
  if (runState(run, now, silence) !== 'running') return null;
  const forecast = forecastOf(run);
  return forecast && Math.max(0, forecast.left - Math.max(0, now - forecast.at));
}

/** When a running run is going to be done, ms since 1970; null without a pace. The same until its row changes. */
export function runFinish(run: RunRow): number | null {
  const forecast = run.status === 'running' ? forecastOf(run) : null;
  return forecast && forecast.at + forecast.left;
}

/** How much was left (ms) when that was last measured (ms since 1970): it counts down from there, also in silence. */
interface Forecast {
  readonly at: number;
  readonly left: number;
}

/** Before that a mean pace tells nothing: a first row that says 10 % would be done at once, ms. */
const leastElapsed = 5_000;

/**
 * By the rate of the last steps, which a pause (a sleeping laptop, an evaluation, a resumed checkpoint) leaves as it
 * was; a script that tells no steps is measured by its mean pace from the start.
 */
function forecastOf(run: RunRow): Forecast | null {
  const rate = stepRate(run);
  const { step, total_steps: total } = run;
  if (rate !== null && step !== null && total !== null && total > 0) {
    const stepped = Date.parse(run.stepped_at ?? '');
    const at = Number.isFinite(stepped) ? stepped : lastHeartbeat(run);
    return { at, left: (Math.max(0, total - step) / rate) * 1_000 };
  }
  const share = runProgress(run);
  const at = lastHeartbeat(run);
  const elapsed = at - Date.parse(run.started_at ?? '');
  return share && elapsed >= leastElapsed ? { at, left: (elapsed * (1 - share)) / share } : null;
}

/** Steps a second over the last steps, as the database measured it; null when it did not. */
function stepRate({ step_rate: rate }: RunRow): number | null {
  return rate !== null && Number.isFinite(rate) && rate > 0 ? rate : null;
}

/** Steps a second: of the last steps while it runs, else the mean from the start to the end; null without steps. */
export function runPace(run: RunRow): number | null {
  const rate = run.status === 'running' ? stepRate(run) : null;
  const took = runDuration(run, lastHeartbeat(run));
  return rate ?? (run.step !== null && run.step > 0 && took ? (run.step / took) * 1_000 : null);
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
  return found.sort((a, b) => compareMetricNames(a.name, b.name));
}

/** The telling ones first, then by name. */
export function compareMetricNames(a: string, b: string): number {
  return weight(a) - weight(b) || (a < b ? -1 : 1);
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
