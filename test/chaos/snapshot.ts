import type { SubscriptionRow } from '../../src/shared/model.ts';
import type { Stored } from './store.ts';

const newestRuns = 500;
const newestModels = 1_000;
const newestEvents = 200;

/** The rows of one user that the first snapshot of `sync_pull` answers; usage is never older than its window here. */
export function snapshotOf(rows: readonly Stored[]): Stored[] {
  const runs = newest(rows, 'training_runs', 'created_at');
  const unfinished = runs.slice(newestRuns).filter(({ row }) => 'status' in row && isUnfinished(row.status));
  return [
    ...rows.filter(({ table }) => table === 'projects' || table === 'usage_tracking'),
    ...runs.slice(0, newestRuns),
    ...unfinished,
    ...newest(rows, 'models', 'created_at').slice(0, newestModels),
    ...newest(rows, 'ide_sync_events', 'occurred_at').slice(0, newestEvents),
    ...currentPlan(rows),
  ];
}

function newest(rows: readonly Stored[], table: Stored['table'], column: string): Stored[] {
  const place = ({ row, id }: Stored) => `${Reflect.get(row, column)} ${id}`;
  return rows.filter((stored) => stored.table === table).sort((a, b) => (place(a) < place(b) ? 1 : -1));
}

function isUnfinished(status: string): boolean {
  return status === 'queued' || status === 'running';
}

function currentPlan(rows: readonly Stored[]): Stored[] {
  const plans = rows.filter(({ table }) => table === 'subscriptions');
  const place = ({ row }: Stored) => {
    const { status, current_period_start: start } = row as SubscriptionRow;
    return `${status === 'active' ? 1 : 0} ${start}`;
  };
  return plans.sort((a, b) => (place(a) < place(b) ? 1 : -1)).slice(0, 1);
}
