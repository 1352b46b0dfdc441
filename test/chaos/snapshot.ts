import type { SubscriptionRow } from '../../src/shared/model.ts';
import type { Stored } from './store.ts';

const newestRuns = 500;
const newestModels = 1_000;
const newestEvents = 200;

/**
 * The rows of one user that the first snapshot of `sync_pull` does not answer. Usage is never older than its window
 * here, and projects are all answered.
 */
export function outsideOf(rows: Iterable<Stored>): Stored[] {
  const byTable = new Map<string, Stored[]>();
  for (const stored of rows) {
    const list = byTable.get(stored.table);
    if (list) list.push(stored);
    else byTable.set(stored.table, [stored]);
  }
  const after = (table: Stored['table'], size: number, place: (stored: Stored) => string) => {
    const list = byTable.get(table) ?? [];
    if (list.length <= size) return [];
    return list.sort((a, b) => (place(a) < place(b) ? 1 : -1)).slice(size);
  };
  return [
    ...after('training_runs', newestRuns, byColumn('created_at')).filter(({ row }) => !isUnfinished(row)),
    ...after('models', newestModels, byColumn('created_at')),
    ...after('ide_sync_events', newestEvents, byColumn('occurred_at')),
    ...after('subscriptions', 1, placeOfPlan),
  ];
}

function byColumn(column: string): (stored: Stored) => string {
  return ({ row, id }) => `${Reflect.get(row, column)} ${id}`;
}

function isUnfinished(row: Stored['row']): boolean {
  return 'status' in row && (row.status === 'queued' || row.status === 'running');
}

function placeOfPlan({ row }: Stored): string {
  const { status, current_period_start: start } = row as SubscriptionRow;
  return `${status === 'active' ? 1 : 0} ${start}`;
}
