import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { type Database, timed } from './server.ts';

const total = 100_000;
/** How far behind the page begins: less than the 20,000 at which a client starts over. */
const behind = 10_000;
const rounds = 30;

/** Of every 100 changes: which table, what the row holds, and the hundredths from which to which it takes. */
const tables = [
  ['projects', 'name', `'Project ' || n`, 0, 0],
  ['training_runs', 'name, status', `'run ' || n, 'completed'`, 1, 39],
  ['models', 'name', `'model ' || n`, 40, 59],
  ['usage_tracking', 'metric, day, amount', `'metric ' || n % 100, current_date - n / 100, n`, 60, 79],
  ['ide_sync_events', 'event_type, payload', `'file.saved', '{"language": "python"}'`, 80, 99],
] as const;

const page = 'select sync_pull($1, $2, 1000)::text';
/** The same 1,000 changes with the LIMIT outside of the branches. */
const plainUnion = `select jsonb_agg(c) from (${tables
  .map(
    ([table]) =>
      `select sync_seq, row_to_json(s)::jsonb as c from public.${table} s where user_id = auth.uid() and sync_seq > $1`,
  )
  .join(' union all ')} order by 1 limit 1000) x`;

export async function measurePages(database: Database): Promise<Row[]> {
  await fill(database);
  const cold = await database.signIn();
  const { rows } = await cold.query<{ epoch: string }>(`select sync_pull(null) ->> 'epoch' as epoch`);
  const epoch = rows[0]?.epoch;
  const first = await database.signIn();
  const coldMs = await timed(first, page, [total - behind, epoch]);
  const warm = await database.signIn();
  const cases = {
    page: [page, [total - behind, epoch]],
    head: [page, [total, epoch]],
    snapshot: ['select sync_pull(null)::text', []],
    union: [plainUnion, [total - behind]],
  } as const;
  const times = {
    page: [] as number[],
    head: [] as number[],
    snapshot: [] as number[],
    union: [] as number[],
  };
  for (let round = 0; round < rounds; round++)
    for (const name of ['page', 'head', 'snapshot', 'union'] as const)
      times[name].push(await timed(warm, cases[name][0], cases[name][1]));
  const reply = await warm.query<{ sync_pull: string }>(page, [total - behind, epoch]);
  return [
    row('sync_pull at 100k rows: page of 1,000, new connection', coldMs, 'ms'),
    row('sync_pull at 100k rows: page of 1,000', median(times.page), 'ms'),
    row(
      'sync_pull at 100k rows: size of that page',
      Buffer.byteLength(reply.rows[0]?.sync_pull ?? '') / 1000,
      'kB',
    ),
    row(
      'sync_pull at 100k rows: one LIMIT outside, against the page',
      median(times.union) / median(times.page),
      'x',
    ),
    row('sync_pull at 100k rows: head check', median(times.head), 'ms'),
    row('sync_pull at 100k rows: first snapshot', median(times.snapshot), 'ms'),
  ];
}

/** With the triggers off and numbers of its own: the tables then look as after 100,000 writes, in seconds. */
async function fill({ admin, userId }: Database): Promise<void> {
  await admin.query('set session_replication_role = replica');
  for (const [table, columns, values, from, to] of tables)
    await admin.query(
      `insert into public.${table} (user_id, sync_seq, ${columns})
       select $1, n, ${values} from generate_series(1, ${total}) n where n % 100 between ${from} and ${to}`,
      [userId],
    );
  await admin.query('insert into runglass_private.sync_head (user_id, seq) values ($1, $2)', [userId, total]);
  await admin.query('set session_replication_role = origin');
  await admin.query('vacuum analyze');
}
