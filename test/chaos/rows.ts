import type { Rows, Table } from '../../src/shared/model.ts';
import type { Dice } from './dice.ts';

export type AnyRow = Rows[Table];

/** The synced tables; a list of its own, so that the world rests on nothing of the engine's. */
export const tableNames = [
  'projects',
  'training_runs',
  'models',
  'usage_tracking',
  'subscriptions',
  'ide_sync_events',
] as const satisfies readonly Table[];

/** Columns that may be so wide that an UPDATE which leaves them alone does not carry them. */
export const wideColumns: { readonly [T in Table]: string | null } = {
  projects: 'description',
  training_runs: 'error',
  models: 'description',
  usage_tracking: null,
  subscriptions: null,
  ide_sync_events: 'payload',
};

export interface Stamp {
  readonly id: string;
  readonly userId: string;
  readonly seq: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A valid row; `n` makes what must be unique so, the dice the rest. */
export function makeRow(table: Table, stamp: Stamp, n: number, dice: Dice): AnyRow {
  const common = {
    id: stamp.id,
    user_id: stamp.userId,
    created_at: stamp.createdAt,
    updated_at: stamp.updatedAt,
    sync_seq: stamp.seq,
  };
  const wide = dice.chance(0.5) ? `wide-${n}-`.repeat(3) : null;
  switch (table) {
    case 'projects':
      return { ...common, name: `project ${n}`, description: wide, status: 'active', color: '#3794ff' };
    case 'training_runs':
      return {
        ...common,
        ...{ project_id: null, name: `run ${n}`, status: dice.pick(['queued', 'running', 'finished']) },
        ...{
          progress: dice.between(0, 100) / 100,
          step: n,
          total_steps: 1_000,
          metrics: { loss: 1 / (n + 1) },
        },
        ...{ heartbeat_at: stamp.updatedAt, started_at: stamp.createdAt, finished_at: null, error: wide },
        ...{ cancel_requested_at: null, usage: {}, stopped_by: null },
        ...{ step_rate: null, stepped_at: stamp.updatedAt },
      };
    case 'models':
      return {
        ...common,
        ...{ project_id: null, run_id: null, name: `model ${n}`, version: 'v1', status: 'ready' },
        ...{ base_model: null, description: wide, metrics: { val_loss: n }, size_bytes: n, tags: ['a', 'b'] },
      };
    case 'usage_tracking':
      return {
        ...common,
        metric: `metric ${n}`,
        day: stamp.createdAt.slice(0, 10),
        amount: n,
        project_id: null,
      };
    case 'subscriptions':
      return {
        ...common,
        ...{ plan: 'pro', status: dice.pick(['active', 'canceled']), price_cents: 2_000, currency: 'usd' },
        ...{ current_period_start: periodStart(n), current_period_end: '2026-02-01T00:00:00Z' },
        ...{ billing_interval: 'month' },
        ...{
          trial_end: null,
          cancel_at_period_end: false,
          limits: { tokens: { limit: n } },
          upgrade_url: null,
        },
      };
    case 'ide_sync_events':
      return {
        ...common,
        ...{ event_type: 'file.saved', occurred_at: stamp.createdAt, session_id: null, editor: 'Code' },
        ...{ project_id: null, run_id: null, payload: { note: wide ?? 'short', n } },
      };
  }
}

/** No two alike, so that it is clear which plan is the current one. */
function periodStart(n: number): string {
  return new Date(Date.UTC(2026, 0, 1) + (n % 10_000) * 1_000).toISOString();
}

/** The row after an UPDATE; its wide column stays unless `wide`. */
export function changeRow(table: Table, row: AnyRow, n: number, wide: boolean): AnyRow {
  const column = wideColumns[table];
  const changed = { ...row, ...changedColumns(table, n) };
  if (!wide || !column) return changed as AnyRow;
  return { ...changed, [column]: column === 'payload' ? { note: `wide ${n}`, n } : `wide ${n}` } as AnyRow;
}

function changedColumns(table: Table, n: number): object {
  switch (table) {
    case 'projects':
      return { name: `project, version ${n}` };
    case 'training_runs':
      return { step: n, metrics: { loss: 1 / (n + 1) }, status: n % 5 === 0 ? 'finished' : 'running' };
    case 'models':
      return { status: n % 2 === 0 ? 'ready' : 'archived', tags: [`tag ${n}`] };
    case 'usage_tracking':
      return { amount: n };
    case 'subscriptions':
      return { plan: `plan ${n}`, status: n % 3 === 0 ? 'canceled' : 'active' };
    case 'ide_sync_events':
      return { editor: `Code ${n}` };
  }
}
