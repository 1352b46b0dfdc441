import * as v from 'valibot';
import type { RunRow } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import {
  compareNewest,
  lastHeartbeat,
  numericMetrics,
  runDuration,
  runEta,
  runMoment,
  runPace,
  runProgress,
  runState,
} from '../../shared/runs.ts';
import { iso, rounded, someNames } from './values.ts';

const states = ['queued', 'running', 'stalled', 'completed', 'failed', 'cancelled', 'stopped'] as const;
const text = v.pipe(v.string(), v.minLength(1));

/** What `runglass_runs` is asked: the newest five unless it says otherwise, every filter on top of the others. */
export const runsInput = v.strictObject({
  run_id: v.optional(text),
  name: v.optional(text),
  project: v.optional(text),
  status: v.optional(v.array(v.picklist(states))),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(25)), 5),
  history: v.optional(v.boolean(), false),
});
export type RunsInput = v.InferOutput<typeof runsInput>;

const mostMetrics = 30;

/** Rows and the rules that depend on the moment. */
export interface RunsMoment {
  readonly tables: TableMaps;
  /** Server clock, ms since 1970. */
  readonly now: number;
  /** How long a running run may be silent before it counts as stalled, ms. */
  readonly silence: number;
}

/** The runs that match, newest first, by the rules of the dashboard; throws an `Error` in words for an unknown project. */
export function matchingRuns({ tables, now, silence }: RunsMoment, input: RunsInput): RunRow[] {
  const { run_id, name, status, project } = input;
  const projects = project === undefined ? null : projectIds(tables, project);
  const part = name?.toLowerCase();
  return [...tables.training_runs.values()]
    .filter(
      (run) =>
        (run_id === undefined || run.id === run_id) &&
        (part === undefined || run.name.toLowerCase().includes(part)) &&
        (projects === null || (run.project_id !== null && projects.has(run.project_id))) &&
        (status === undefined || (status as readonly string[]).includes(runState(run, now, silence))),
    )
    .sort((a, b) => compareNewest(runMoment(a), runMoment(b)));
}

/** One run as an agent reads it: times ISO 8601, durations in seconds. */
export function runReport(run: RunRow, { tables, now, silence }: RunsMoment) {
  const project = run.project_id === null ? undefined : tables.projects.get(run.project_id);
  const models = [...tables.models.values()].filter((model) => model.run_id === run.id);
  const progress = runProgress(run);
  const pace = runPace(run);
  const metrics = numericMetrics(run.metrics);
  return {
    id: run.id,
    name: run.name,
    project: project?.name ?? null,
    status: runState(run, now, silence),
    step: run.step,
    total_steps: run.total_steps,
    percent: progress === null ? null : rounded(100 * progress),
    steps_per_second: pace === null ? null : rounded(pace),
    seconds_left: seconds(runEta(run, now, silence)),
    created_at: run.created_at,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_seconds: seconds(runDuration(run, now)),
    last_heartbeat: iso(lastHeartbeat(run)),
    cancel_requested_at: run.cancel_requested_at,
    error: run.error,
    stopped_by: run.stopped_by,
    latest_metrics: Object.fromEntries(metrics.slice(0, mostMetrics).map(({ name, value }) => [name, value])),
    ...(metrics.length > mostMetrics ? { metrics_left_out: metrics.length - mostMetrics } : {}),
    usage: run.usage,
    models: models.map(({ id, name, version, status }) => ({ id, name, version, status })),
  };
}

function seconds(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) ? null : Math.round(ms / 1_000);
}

/** By id, else by name in any case: names need not be unique. */
function projectIds({ projects }: TableMaps, asked: string): ReadonlySet<string> {
  if (projects.has(asked)) return new Set([asked]);
  const name = asked.toLowerCase();
  const found = [...projects.values()].filter((project) => project.name.toLowerCase() === name);
  if (found.length > 0) return new Set(found.map(({ id }) => id));
  const names = [...projects.values()].map((project) => project.name);
  throw new Error(
    names.length > 0
      ? `There is no project "${asked}". There are: ${someNames(names)}.`
      : `There is no project "${asked}": there are none yet.`,
  );
}
