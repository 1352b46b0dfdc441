import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { type Cluster, startPostgres } from '../../test/support/postgres.ts';

/** A PostgreSQL of our own that looks like Supabase; without fsync and page images, so that figures repeat. */
export class Server {
  readonly #cluster: Cluster;
  readonly #admin: pg.Client;
  readonly #clients: pg.Client[] = [];

  private constructor(cluster: Cluster, admin: pg.Client) {
    this.#cluster = cluster;
    this.#admin = admin;
  }

  /** Rejects with what to install when there is no PostgreSQL. */
  static async start(): Promise<Server> {
    const cluster = await startPostgres();
    const admin = await cluster.connect();
    for (const setting of ['full_page_writes = off', 'autovacuum = off', "checkpoint_timeout = '1h'"])
      await admin.query(`alter system set ${setting}`);
    await admin.query('select pg_reload_conf()');
    return new Server(cluster, admin);
  }

  /** A database with our migrations and one user. */
  async open(name: string): Promise<Database> {
    await this.#admin.query(`create database ${name}`);
    const admin = await this.#connect(name);
    await admin.query(readFileSync('test/support/prelude.sql', 'utf8'));
    await admin.query('create publication supabase_realtime');
    for (const file of globSync('supabase/migrations/*.sql').sort())
      await admin.query(readFileSync(file, 'utf8'));
    const userId = randomUUID();
    await admin.query('insert into auth.users (id, email) values ($1, $2)', [userId, `${name}@test`]);
    return new Database(admin, userId, () => this.#connect(name));
  }

  async stop(): Promise<void> {
    await Promise.all([this.#admin, ...this.#clients].map((client) => client.end()));
    await this.#cluster.stop();
  }

  async #connect(name: string): Promise<pg.Client> {
    const client = await this.#cluster.connect(name);
    this.#clients.push(client);
    return client;
  }
}

export class Database {
  /** Superuser, outside row-level security. */
  readonly admin: pg.Client;
  readonly userId: string;
  readonly #connect: () => Promise<pg.Client>;

  constructor(admin: pg.Client, userId: string, connect: () => Promise<pg.Client>) {
    this.admin = admin;
    this.userId = userId;
    this.#connect = connect;
  }

  /** A fresh connection as PostgREST runs the user's requests. */
  async signIn(): Promise<pg.Client> {
    const client = await this.#connect();
    const claims = JSON.stringify({ role: 'authenticated', sub: this.userId });
    await client.query(`select set_config('request.jwt.claims', $1, false)`, [claims]);
    await client.query('set role authenticated');
    return client;
  }

  /** Leaves tables, indexes, keys and policies as they are, and takes our triggers off. */
  async dropTriggers(): Promise<void> {
    const { rows } = await this.admin.query<{ drop: string }>(`
      select format('drop trigger %I on %s', tgname, tgrelid::regclass) as drop from pg_trigger
      where tgrelid::regclass::text = any ('{projects,training_runs,models,usage_tracking,subscriptions,ide_sync_events}')
        and tgname ~ '^(zz_)?runglass_' and not tgisinternal`);
    if (rows.length === 0) throw new Error('The migrations have no triggers of the expected names.');
    for (const { drop } of rows) await this.admin.query(drop);
  }
}

/** How long a query takes as the client sees it, ms. */
export async function timed(
  client: pg.Client,
  sql: string,
  params: readonly unknown[] = [],
): Promise<number> {
  const startedAt = performance.now();
  await client.query(sql, [...params]);
  return performance.now() - startedAt;
}
