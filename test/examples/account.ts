import type { SupabaseClient } from '@supabase/supabase-js';
import type { TestBackend } from '../support/backend.ts';

/** A user of its own for a spec: nothing used, no plan. */
export interface Account {
  readonly userId: string;
  readonly client: SupabaseClient;
  /** What the example scripts read. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Point {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export async function createAccount(backend: TestBackend): Promise<Account> {
  const { id, client, email, password } = await backend.newUser();
  return {
    userId: id,
    client,
    env: {
      SUPABASE_URL: backend.url,
      SUPABASE_PUBLISHABLE_KEY: backend.publishableKey,
      RUNGLASS_EMAIL: email,
      RUNGLASS_PASSWORD: password,
    },
  };
}

/** All rows of a table that the account sees. */
export async function rowsOf<R>(account: Account, table: string): Promise<R[]> {
  const { data, error } = await account.client.from(table).select();
  if (error) throw error;
  return data;
}

/** The only row of a table. */
export async function onlyRowOf<R>(account: Account, table: string): Promise<R> {
  const [row, ...others] = await rowsOf<R>(account, table);
  if (row === undefined || others.length > 0) {
    throw new Error(`${table} holds ${row === undefined ? 0 : others.length + 1} rows instead of one.`);
  }
  return row;
}

/** Used amount of each metric. */
export async function usageOf(account: Account): Promise<Record<string, number>> {
  const rows = await rowsOf<{ metric: string; amount: number }>(account, 'usage_tracking');
  const usage: Record<string, number> = {};
  for (const { metric, amount } of rows) usage[metric] = (usage[metric] ?? 0) + Number(amount);
  return usage;
}

/** The projects that usage is recorded for, each once. */
export async function projectsOfUsage(account: Account): Promise<(string | null)[]> {
  const rows = await rowsOf<{ project_id: string | null }>(account, 'usage_tracking');
  return [...new Set(rows.map(({ project_id }) => project_id))];
}

export async function historyOf(account: Account, runId: string): Promise<readonly Point[]> {
  const { data, error } = await account.client.rpc('run_metrics', { run_id: runId, max_points: 10_000 });
  if (error) throw error;
  return (data as { points: Point[] }).points;
}
