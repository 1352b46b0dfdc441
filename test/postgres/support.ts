import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { type Cluster, startPostgres } from '../support/postgres.ts';

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export const syncedTables = [
  'projects',
  'training_runs',
  'models',
  'usage_tracking',
  'subscriptions',
  'ide_sync_events',
] as const;
export type SyncedTable = (typeof syncedTables)[number];

export const prelude = () => readFileSync('test/support/prelude.sql', 'utf8');
export const removal = () => readFileSync('supabase/remove.sql', 'utf8');
export const migrations = () =>
  readdirSync('supabase/migrations')
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => readFileSync(`supabase/migrations/${file}`, 'utf8'));

export async function migrate(client: pg.Client): Promise<void> {
  for (const sql of migrations()) await client.query(sql);
}

const dayMs = 86_400_000;

/** Usage is counted by UTC days, and no spec is about two of them: at the end of one the next is waited for. */
beforeEach(async function () {
  const left = dayMs - (Date.now() % dayMs);
  if (left > 30_000) return;
  this.timeout(60_000);
  await new Promise((resolve) => setTimeout(resolve, left + 100));
});

/** Says when it was enough: after `ms`, and once `isDone`, for which a busy machine may take 30 s more. */
export function atLeast(ms: number, isDone: () => boolean): () => boolean {
  const end = Date.now() + ms;
  return () => Date.now() >= end && (isDone() || Date.now() >= end + 30_000);
}

/** One server for all files of this suite; each `describe` has databases of its own. */
let shared: Promise<{ cluster: Cluster; admin: pg.Client }> | undefined;
let databases = 0;

async function openShared(): Promise<{ cluster: Cluster; admin: pg.Client }> {
  const cluster = await startPostgres();
  const admin = await cluster.connect();
  for (const template of ['bare', 'migrated']) {
    await admin.query(`create database ${template}`);
    const client = await cluster.connect(template);
    await client.query(prelude());
    await client.query('create publication supabase_realtime');
    if (template === 'migrated') await migrate(client);
    await client.end();
  }
  return { cluster, admin };
}

after(async () => {
  const opened = await shared;
  await opened?.admin.end();
  await opened?.cluster.stop();
});

/** A database of one `describe`, with Supabase's face; dropped with the server. */
export class TestDatabase {
  #cluster: Cluster | undefined;
  #name = '';
  readonly #clients: pg.Client[] = [];

  async open(template: 'bare' | 'migrated'): Promise<void> {
    shared ??= openShared();
    const { cluster, admin } = await shared;
    this.#cluster = cluster;
    this.#name = `test_${++databases}`;
    await admin.query(`create database ${this.#name} template ${template}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
  }

  /** As superuser. */
  async admin(): Promise<pg.Client> {
    if (!this.#cluster) throw new Error('The database is not open yet.');
    const client = await this.#cluster.connect(this.#name);
    this.#clients.push(client);
    return client;
  }

  /** As PostgREST would run a request with this role and user. */
  async as(role: 'anon' | 'authenticated' | 'service_role', userId?: string): Promise<pg.Client> {
    const client = await this.admin();
    const claims = JSON.stringify({ role, ...(userId ? { sub: userId } : {}) });
    await client.query(`select set_config('request.jwt.claims', $1, false)`, [claims]);
    await client.query(`set role ${role}`);
    return client;
  }

  async newUser(): Promise<{ id: string; client: pg.Client }> {
    const id = randomUUID();
    await (await this.#superuser()).query('insert into auth.users (id, email) values ($1, $2)', [
      id,
      `${id}@test`,
    ]);
    return { id, client: await this.as('authenticated', id) };
  }

  #own: Promise<pg.Client> | undefined;
  #superuser(): Promise<pg.Client> {
    this.#own ??= this.admin();
    return this.#own;
  }
}

/** Registers the hooks of a `describe` with a database of its own. */
export function useDatabase(template: 'bare' | 'migrated' = 'migrated'): TestDatabase {
  const database = new TestDatabase();
  before(async function () {
    this.timeout(120_000);
    await database.open(template);
  });
  after(() => database.close());
  return database;
}

/** The one value of the one row. */
export async function value<T>(client: pg.Client, sql: string, params: readonly unknown[] = []): Promise<T> {
  const { rows } = await client.query({ text: sql, values: [...params], rowMode: 'array' });
  return rows[0]?.[0] as T;
}

export async function rows<T extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  params: readonly unknown[] = [],
): Promise<T[]> {
  return (await client.query<T>(sql, [...params])).rows;
}

/** SQLSTATE of the error that `work` ends in; null when it does not. */
export async function sqlState(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

export interface Change {
  readonly tbl: string;
  readonly seq: number;
  readonly row?: Record<string, unknown> & { id: string; sync_seq: number };
  readonly id?: string;
  readonly row_seq?: number;
  readonly deleted_at?: string;
}
export interface Pull {
  readonly changes: readonly Change[];
  readonly head: number;
  readonly next: number;
  readonly epoch: string;
  readonly reset: boolean;
  /** Of a first picture only. */
  readonly cut?: readonly string[];
  readonly now: string;
  readonly counts?: Record<string, { runs: number; models: number }>;
}

export const pull = (
  client: pg.Client,
  since: number | null = null,
  epoch: string | null = null,
  rows = 1000,
) => value<Pull>(client, 'select sync_pull($1, $2, $3)', [since, epoch, rows]);

/** Smallest row of each table that the checks allow. */
export const sample: Record<SyncedTable, Record<string, unknown>> = {
  projects: { name: 'a project' },
  training_runs: { name: 'a run' },
  models: { name: 'a model' },
  usage_tracking: { metric: 'tokens', amount: 1 },
  subscriptions: { plan: 'Pro' },
  ide_sync_events: { event_type: 'file.saved' },
};

/** A column of each table that can be changed to a text. */
export const textColumn: Record<SyncedTable, string> = {
  projects: 'description',
  training_runs: 'error',
  models: 'description',
  usage_tracking: 'metric',
  subscriptions: 'plan',
  ide_sync_events: 'editor',
};

/** Inserts a row and returns it. */
export async function insert(
  client: pg.Client,
  table: string,
  row: Record<string, unknown>,
): Promise<{ id: string; user_id: string; sync_seq: number; updated_at: Date } & Record<string, unknown>> {
  const columns = Object.keys(row);
  const sql = `insert into public.${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning *`;
  const result = await client.query(sql, Object.values(row));
  return result.rows[0];
}

/** Everything in the catalogs that a migration could leave behind, as sorted lines. */
export async function catalog(client: pg.Client): Promise<string[]> {
  const inScope = `n.nspname in ('public', 'auth', 'runglass_private')`;
  const lines = await rows<{ line: string }>(
    client,
    `select concat_ws(' ', 'schema', n.nspname, n.nspacl) as line from pg_namespace n where ${inScope}
     union all select concat_ws(' ', c.relkind, c.oid::regclass, c.relrowsecurity, c.relreplident,
         (select array_agg(a order by a) from unnest(c.relacl::text[]) a))
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${inScope}
     union all select concat_ws(' ', 'column', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
         pg_get_expr(d.adbin, d.adrelid))
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where a.attnum > 0 and not a.attisdropped and ${inScope}
     union all select concat_ws(' ', 'function', p.oid::regprocedure, p.proacl::text, md5(p.prosrc), p.proconfig::text)
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${inScope}
     union all select concat_ws(' ', 'constraint', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
       from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${inScope}
     union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not t.tgisinternal
     union all select concat_ws(' ', 'policy', p.polrelid::regclass, p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid),
         pg_get_expr(p.polwithcheck, p.polrelid)) from pg_policy p
     union all select concat_ws(' ', 'published', schemaname, tablename) from pg_publication_tables
     order by 1`,
  );
  return lines.map(({ line }) => line);
}
