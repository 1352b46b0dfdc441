import * as v from 'valibot';
import { isShallow } from './record.ts';

/**
 * The rows of the six tables, one shape from the database to the pixel: column names and values are those
 * that PostgREST, `sync_pull` and Realtime put on the wire. Timestamps are ISO 8601 strings in UTC.
 *
 * The schemas are the decoders of the edges; the webview imports the types only.
 */

const uuid = v.string();
const timestamp = v.string();
const nullable = <S extends v.GenericSchema>(schema: S) => v.nullable(schema);
/** A column that an older or foreign schema may lack; it reads as null. */
const optional = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null);
/** What is nested deeper than any reader needs reads as empty: VS Code could not pass it on to the page. */
const jsonObject = v.fallback(
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.check((value) => isShallow(value, 100)),
  ),
  {},
);
/** What stopped a run; what cannot be read counts as nothing, for the row is worth more than its reason. */
const stopSchema = v.object({
  /** The metric whose hard limit refused further usage. */
  metric: v.string(),
  limit: v.number(),
  used: v.number(),
  /** When, ISO 8601. */
  at: v.string(),
  /** When the period of the limit ends, ISO 8601. */
  resets_at: v.string(),
});
export type Stop = v.InferOutput<typeof stopSchema>;
/** Latest value of each metric; what is not a finite number is left out by the reader. */
const metrics = jsonObject;

const synced = {
  id: uuid,
  user_id: uuid,
  created_at: timestamp,
  updated_at: timestamp,
  /** Position in this user's commit order; greater is newer. */
  sync_seq: v.number(),
};

const usageRowSchema = v.object({
  ...synced,
  metric: v.string(),
  /** UTC day, `YYYY-MM-DD`. */
  day: v.string(),
  amount: v.number(),
  project_id: optional(uuid),
});

/** What a plan allows of one metric per period. `limit: null` is unlimited. */
const limitSchema = v.object({
  limit: v.nullable(v.number()),
  unit: v.fallback(v.optional(v.string()), undefined),
  /** A hard limit refuses further usage; a soft one only warns, and so does one that says nothing of it, as in `limit_of`. */
  hard: v.fallback(v.optional(v.boolean()), undefined),
});
/** By metric. An entry without a limit that can be read says nothing of its metric: it is neither limited nor unlimited. */
const limits = v.pipe(
  v.record(v.string(), v.fallback(v.nullable(limitSchema), null)),
  v.transform((entries) => {
    const known = Object.entries(entries).flatMap(([metric, limit]) =>
      limit ? [[metric, limit] as const] : [],
    );
    return Object.fromEntries(known);
  }),
);

const subscriptionRowSchema = v.object({
  ...synced,
  plan: v.string(),
  status: v.string(),
  price_cents: optional(v.number()),
  currency: optional(v.string()),
  billing_interval: optional(v.string()),
  current_period_start: nullable(timestamp),
  current_period_end: nullable(timestamp),
  trial_end: optional(timestamp),
  cancel_at_period_end: v.optional(v.boolean(), false),
  limits: v.fallback(limits, {}),
  upgrade_url: optional(v.string()),
});

const eventRowSchema = v.object({
  ...synced,
  event_type: v.string(),
  occurred_at: timestamp,
  /** One id per editor window and start. */
  session_id: optional(uuid),
  editor: optional(v.string()),
  project_id: optional(uuid),
  run_id: optional(uuid),
  payload: jsonObject,
});

const modelRowSchema = v.object({
  ...synced,
  project_id: optional(uuid),
  run_id: optional(uuid),
  name: v.string(),
  version: v.string(),
  status: v.string(),
  base_model: optional(v.string()),
  description: optional(v.string()),
  metrics,
  size_bytes: optional(v.number()),
  tags: v.fallback(v.array(v.string()), []),
});

const runRowSchema = v.object({
  ...synced,
  project_id: optional(uuid),
  name: v.string(),
  status: v.string(),
  /** 0 to 1; null when the script does not say. */
  progress: optional(v.number()),
  step: optional(v.number()),
  total_steps: optional(v.number()),
  metrics,
  heartbeat_at: optional(timestamp),
  started_at: optional(timestamp),
  finished_at: optional(timestamp),
  error: optional(v.string()),
  cancel_requested_at: optional(timestamp),
  /** Steps per second over about the last two minutes, pauses left out; null until `step` has grown twice. */
  step_rate: optional(v.number()),
  /** When `step` was last set to another value. */
  stepped_at: optional(timestamp),
  /** What `record_usage` has counted for this run so far, by metric. */
  usage: v.fallback(v.optional(v.record(v.string(), v.number()), {}), {}),
  /** The limit that stopped the run; null when none did. */
  stopped_by: v.fallback(optional(stopSchema), null),
});

const projectRowSchema = v.object({
  ...synced,
  name: v.string(),
  description: optional(v.string()),
  status: v.string(),
  /** `#rrggbb`. */
  color: optional(v.string()),
});

export const rowSchemas = {
  usage_tracking: usageRowSchema,
  subscriptions: subscriptionRowSchema,
  ide_sync_events: eventRowSchema,
  models: modelRowSchema,
  training_runs: runRowSchema,
  projects: projectRowSchema,
} as const;

export type Table = keyof typeof rowSchemas;

export interface Rows {
  usage_tracking: UsageRow;
  subscriptions: SubscriptionRow;
  ide_sync_events: EventRow;
  models: ModelRow;
  training_runs: RunRow;
  projects: ProjectRow;
}
export type UsageRow = v.InferOutput<typeof usageRowSchema>;
export type Limit = v.InferOutput<typeof limitSchema>;
export type SubscriptionRow = v.InferOutput<typeof subscriptionRowSchema>;
export type EventRow = v.InferOutput<typeof eventRowSchema>;
export type ModelRow = v.InferOutput<typeof modelRowSchema>;
export type RunRow = v.InferOutput<typeof runRowSchema>;
export type ProjectRow = v.InferOutput<typeof projectRowSchema>;

/** One event as `log_ide_sync_events` takes it: the columns of `ide_sync_events` that a client may set. */
export interface OutgoingEvent {
  /** UUID version 7, made here, so that sending twice writes once. */
  readonly id: string;
  readonly event_type: string;
  /** ISO 8601, UTC. */
  readonly occurred_at: string;
  readonly session_id: string;
  readonly editor: string;
  readonly project_id: string | null;
  readonly run_id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}
