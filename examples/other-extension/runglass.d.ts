/**
 * What Runglass gives to other extensions: a copy for your own repository. It needs nothing else. docs/API.md says what
 * the functions promise.
 *
 *   import type { RunglassApi } from './runglass';
 *   const runglass = await vscode.extensions.getExtension<RunglassApi>('runglass.runglass')?.activate();
 */

/** What `activate()` of Runglass answers. Each function throws a `TypeError` for arguments that are wrong. */
export interface RunglassApi {
  /** Tells how much of each metric was used on each day. */
  readonly subscribeToUsageTracking: Subscribe<'usage_tracking'>;
  /** Tells changes of the plan. */
  readonly subscribeToSubscriptionUpdates: Subscribe<'subscriptions'>;
  /** Tells what editors of this account reported. */
  readonly subscribeToIDESyncEvents: Subscribe<'ide_sync_events'>;
  /** Tells changes of model versions. */
  readonly subscribeToModelsUpdates: Subscribe<'models'>;
  /** Tells changes of training runs. */
  readonly subscribeToTrainingRunsUpdates: Subscribe<'training_runs'>;
  /** Tells changes of projects. */
  readonly subscribeToProjectsUpdates: Subscribe<'projects'>;
  /** Tells changes of every table that a handler is given for. */
  readonly subscribeToAllUpdates: (userId: string, handlers: AllHandlers) => Unsubscribe;
  /** Reports an editor event; the answer is its id (a UUID), or null while the user reports nothing of its kind. */
  readonly logSyncEvent: (event: SyncEvent) => string | null;
}

/** `userId` is a UUID: the `user_id` of the account's rows. */
export type Subscribe<T extends Table> = (userId: string, onChange: ChangeHandler<T>) => Unsubscribe;
export type ChangeHandler<T extends Table> = (change: RowChange<T>) => void;
/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void;

/** At least one. */
export interface AllHandlers {
  readonly usageTracking?: ChangeHandler<'usage_tracking'>;
  readonly subscription?: ChangeHandler<'subscriptions'>;
  readonly ideSyncEvents?: ChangeHandler<'ide_sync_events'>;
  readonly models?: ChangeHandler<'models'>;
  readonly trainingRuns?: ChangeHandler<'training_runs'>;
  readonly projects?: ChangeHandler<'projects'>;
}

/** One change of one row, however it came. */
export type RowChange<T extends Table = Table> = T extends Table
  ? {
      readonly eventType: 'INSERT' | 'UPDATE' | 'DELETE';
      readonly table: T;
      /** Null for a DELETE. */
      readonly new: Rows[T] | null;
      /** The row as it was held before; null when it was not. */
      readonly old: Rows[T] | null;
      /** The change's place in this user's commit order. */
      readonly seq: number;
      /** `pull`: a difference that was found by asking. */
      readonly source: 'realtime' | 'pull';
    }
  : never;

export interface SyncEvent {
  /** 1 to 100 characters; the part before the first dot is its kind. */
  readonly type: string;
  /** UUID; absent for the project of the workspace, null for none. */
  readonly projectId?: string | null;
  /** UUID. */
  readonly runId?: string;
  /** JSON object of at most 8 KB. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface Rows {
  usage_tracking: UsageRow;
  subscriptions: SubscriptionRow;
  ide_sync_events: EventRow;
  models: ModelRow;
  training_runs: RunRow;
  projects: ProjectRow;
}
export type Table = keyof Rows;

/** Columns of every row; all times are ISO 8601 in UTC. */
interface Synced {
  id: string;
  user_id: string;
  created_at: string;
  updated_at: string;
  /** Greater is newer, among all rows of the user. */
  sync_seq: number;
}

export interface UsageRow extends Synced {
  metric: string;
  /** UTC day, `YYYY-MM-DD`. */
  day: string;
  amount: number;
  project_id: string | null;
}

export interface SubscriptionRow extends Synced {
  plan: string;
  status: string;
  price_cents: number | null;
  currency: string | null;
  billing_interval: string | null;
  current_period_start: string | null;
  current_period_end: string | null;
  trial_end: string | null;
  cancel_at_period_end: boolean;
  /** By metric; `limit: null` is unlimited, `hard` refuses further usage. */
  limits: {
    [metric: string]: { limit: number | null; unit?: string | undefined; hard?: boolean | undefined };
  };
  upgrade_url: string | null;
}

export interface EventRow extends Synced {
  event_type: string;
  occurred_at: string;
  /** One a window and start. */
  session_id: string | null;
  editor: string | null;
  project_id: string | null;
  run_id: string | null;
  payload: { [name: string]: unknown };
}

export interface ModelRow extends Synced {
  project_id: string | null;
  run_id: string | null;
  name: string;
  version: string;
  status: string;
  base_model: string | null;
  description: string | null;
  metrics: { [name: string]: unknown };
  size_bytes: number | null;
  tags: string[];
}

export interface RunRow extends Synced {
  project_id: string | null;
  name: string;
  /** queued, running, completed, failed, cancelled, stopped. */
  status: string;
  /** 0 to 1. */
  progress: number | null;
  step: number | null;
  total_steps: number | null;
  /** Latest value of each. */
  metrics: { [name: string]: unknown };
  heartbeat_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  error: string | null;
  cancel_requested_at: string | null;
  /** Steps per second. */
  step_rate: number | null;
  stepped_at: string | null;
  /** What was recorded for the run, by metric. */
  usage: { [metric: string]: number };
  /** The limit that stopped it. */
  stopped_by: { metric: string; limit: number; used: number; at: string; resets_at: string } | null;
}

export interface ProjectRow extends Synced {
  name: string;
  description: string | null;
  status: string;
  /** `#rrggbb`. */
  color: string | null;
}
