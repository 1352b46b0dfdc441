import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Table } from '../../src/shared/model.ts';
import { tables } from '../../src/shared/tables.ts';

type Values = Readonly<Record<string, unknown>>;

/** Older days are not among the rows that a dashboard starts with. */
const today = () => new Date().toISOString().slice(0, 10);

/** What another client writes into each table: a new row, and a change of one. */
const writes: { readonly [T in Table]: { insert(n: number): Values; update(n: number): Values } } = {
  projects: {
    insert: (n) => ({ name: `project ${n}`, status: 'active' }),
    update: (n) => ({ name: `renamed ${n}`, status: 'archived' }),
  },
  training_runs: {
    insert: (n) => ({ name: `run ${n}`, status: 'running', metrics: { loss: n } }),
    update: (n) => ({ progress: 0.5, metrics: { loss: 1 / (n + 1) } }),
  },
  models: {
    insert: (n) => ({ name: 'model', version: `${n}`, status: 'ready', tags: ['a', 'b'] }),
    update: (n) => ({ status: 'deployed', size_bytes: n * 1_000_000_007 }),
  },
  usage_tracking: {
    insert: (n) => ({ metric: `metric-${randomUUID()}`, day: today(), amount: n + 0.5 }),
    update: (n) => ({ amount: 1_000 + n }),
  },
  subscriptions: {
    insert: (n) => ({ plan: `Plan ${n}`, status: 'active', limits: { tokens: { limit: n } } }),
    update: (n) => ({ plan: `Better ${n}`, cancel_at_period_end: true }),
  },
  ide_sync_events: {
    insert: (n) => ({ event_type: 'test.fault', occurred_at: '2026-01-15T12:00:00Z', payload: { n } }),
    update: (n) => ({ payload: { n, again: true } }),
  },
};

/** What is done to a table, over and over. An account has one subscription, so that one is written over. */
const steps = (table: Table) =>
  table === 'subscriptions'
    ? (['insert', 'update', 'update', 'delete'] as const)
    : (['insert', 'insert', 'update', 'delete'] as const);

/**
 * Makes `count` inserts, updates and deletes over the six tables, one request each and the tables side by side, as a
 * client with every right. Rejects when one is refused.
 */
export async function makeChanges(admin: SupabaseClient, userId: string, count: number): Promise<void> {
  await admin.from('subscriptions').delete().eq('user_id', userId).throwOnError();
  const share = (index: number) => Math.floor((count + index) / tables.length);
  await Promise.all(tables.map((table, index) => changeTable(admin, table, userId, share(index))));
}

async function changeTable(
  admin: SupabaseClient,
  table: Table,
  userId: string,
  count: number,
): Promise<void> {
  const ids: string[] = [];
  const { insert, update } = writes[table];
  const rows = () => admin.from(table);
  const does = {
    insert: async (n: number) => {
      const id = randomUUID();
      ids.push(id);
      await rows()
        .insert({ id, user_id: userId, ...insert(n) })
        .throwOnError();
    },
    update: async (n: number) => void (await rows().update(update(n)).eq('id', ids.at(-1)).throwOnError()),
    delete: async () => void (await rows().delete().eq('id', ids.shift()).throwOnError()),
  };
  for (let n = 0; n < count; n += 1) await does[steps(table)[n % 4] ?? 'insert'](n);
}
