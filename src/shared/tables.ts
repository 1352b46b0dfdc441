import type { Table } from './model.ts';

/** The six synced tables, parents before the rows that refer to them. */
export const tables = [
  'projects',
  'training_runs',
  'models',
  'usage_tracking',
  'subscriptions',
  'ide_sync_events',
] as const satisfies readonly Table[];
