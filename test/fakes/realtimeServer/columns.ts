import type { Row } from './store.ts';

const byName: Readonly<Record<string, string>> = {
  id: 'uuid',
  user_id: 'uuid',
  project_id: 'uuid',
  run_id: 'uuid',
  session_id: 'uuid',
  nonce: 'uuid',
  amount: 'numeric',
  progress: 'float8',
  price_cents: 'int4',
  day: 'date',
  tags: '_text',
  metrics: 'jsonb',
  limits: 'jsonb',
  payload: 'jsonb',
};

/** The `columns` of a change: names with types, by which supabase-js converts values. */
export function columnsOf(row: Row): { readonly name: string; readonly type: string }[] {
  return Object.entries(row).map(([name, value]) => ({ name, type: byName[name] ?? guess(name, value) }));
}

function guess(name: string, value: unknown): string {
  if (name.endsWith('_at') || /_(start|end)$/.test(name)) return 'timestamptz';
  if (typeof value === 'number') return 'int8';
  return typeof value === 'boolean' ? 'bool' : 'text';
}
