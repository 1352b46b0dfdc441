import type pg from 'pg';
import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import type { Database } from './server.ts';
import type { Databases } from './writes.ts';

const updates = 200;

/** What an update of the progress writes to the WAL: of a small row, and of one whose metrics are 7 KB beside it. */
export async function measureWal(databases: Databases): Promise<Row[]> {
  const small = '{"loss": 0.25, "accuracy": 0.9}';
  const text = `(select string_agg(md5(random()::text), '') from generate_series(1, 220))`;
  const wide = `jsonb_build_object('notes', ${text})`;
  const rows: Row[] = [];
  const sizes: number[] = [];
  for (const [name, metrics] of [
    ['a small row', `'${small}'`],
    ['a row of 7 KB', wide],
  ] as const) {
    const bare = await bytesOfUpdate(databases.bare, metrics);
    const stamped = await bytesOfUpdate(databases.stamped, metrics);
    await databases.stamped.admin.query('alter table training_runs replica identity full');
    const full = await bytesOfUpdate(databases.stamped, metrics);
    await databases.stamped.admin.query('alter table training_runs replica identity default');
    sizes.push(stamped);
    rows.push(
      row(`WAL of an update of ${name}`, stamped, 'bytes'),
      row(`WAL of an update of ${name}, against without triggers`, stamped / bare, 'x'),
      row(`WAL of an update of ${name}, replica identity full against ours`, full / stamped, 'x'),
    );
  }
  const [narrow = 0, broad = 0] = sizes;
  // More would mean that the triggers make PostgreSQL store wide values again.
  rows.push(
    row('WAL of an update of a row of 7 KB, against the small row', broad / narrow, 'x', { atMost: 1.5 }),
  );
  return rows;
}

/** Median of many updates of one row, each a transaction of its own and nothing else under way. */
async function bytesOfUpdate(database: Database, metrics: string): Promise<number> {
  const client = await database.signIn();
  const { rows } = await client.query<{ id: string }>(
    `insert into training_runs (name, metrics) values ('run', ${metrics}) returning id`,
  );
  const sizes: number[] = [];
  for (let i = 1; i <= updates; i++) {
    const before = await position(database.admin);
    await client.query('update training_runs set progress = $1 where id = $2', [i / updates, rows[0]?.id]);
    sizes.push((await position(database.admin)) - before);
  }
  await client.query('delete from training_runs');
  return median(sizes);
}

async function position(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ at: string }>(
    `select (pg_current_wal_insert_lsn() - '0/0')::text as at`,
  );
  return Number(rows[0]?.at);
}
