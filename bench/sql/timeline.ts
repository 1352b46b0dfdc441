import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { type Database, timed } from './server.ts';

const events = 100_000;
const runs = 20_000;
const rounds = 30;
const call = 'select timeline_page($1, $2, $3, $4, 100)::text';

/** An event every 10 s, a run every 50 s; half of each in a project, `test` in none of them. */
export async function measureTimeline(database: Database): Promise<Row[]> {
  const project = await fill(database);
  const client = await database.signIn();
  const middle = new Date(Date.UTC(2026, 0, 1) + (events / 2) * 10_000).toISOString();
  const cases = [
    ['first page of 100', [null, null, null, null]],
    ['page of 100 half way down', [middle, null, null, null]],
    ['page of 100 of a kind', [null, null, 'git', null]],
    ['a kind that does not occur, 20,000 looked through', [null, null, 'test', null]],
    ['page of 100 of a project', [middle, null, null, project]],
    ['page of 100 of runs', [middle, null, 'run', null]],
  ] as const;
  const rows: Row[] = [];
  for (const [name, params] of cases) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(client, call, params));
    rows.push(row(`timeline_page at 100k events, 20k runs: ${name}`, median(times), 'ms'));
  }
  return rows;
}

/** With the triggers off, so that it takes seconds; answers the id of the project. */
async function fill({ admin, userId }: Database): Promise<string> {
  await admin.query('set session_replication_role = replica');
  const made = await admin.query<{ id: string }>(
    `insert into projects (user_id, sync_seq, name) values ($1, 1, 'p') returning id`,
    [userId],
  );
  const project = made.rows[0]?.id ?? '';
  await admin.query(
    `insert into ide_sync_events (user_id, sync_seq, event_type, occurred_at, project_id, payload)
     select $1, 1 + n, case n % 10 when 0 then 'git.committed' else 'file.saved' end,
       timestamptz '2026-01-01Z' + n * interval '10 second', case n % 2 when 0 then $2::uuid end, '{"language": "python", "saves": 3}'
     from generate_series(1, ${events}) n`,
    [userId, project],
  );
  await admin.query(
    `insert into training_runs (user_id, sync_seq, name, status, started_at, finished_at, project_id, metrics)
     select $1, ${events + 1} + n, 'run ' || n, 'completed', timestamptz '2026-01-01Z' + n * interval '50 second',
       timestamptz '2026-01-01Z' + n * interval '53 second', case n % 2 when 0 then $2::uuid end, '{"loss": 1.5}'
     from generate_series(1, ${runs}) n`,
    [userId, project],
  );
  await admin.query('set session_replication_role = origin');
  await admin.query('vacuum analyze');
  return project;
}
