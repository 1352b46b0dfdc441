import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { eventKinds, eventTypes, kindOf, type TimelineFilter } from '../../src/shared/activity.ts';
import { insert, migrations, prelude, rows, sqlState, useDatabase, value } from './support.ts';

interface Place {
  readonly at: string;
  readonly id: string | null;
}
interface EventRow {
  readonly id: string;
  readonly event_type: string;
  readonly occurred_at: string;
  readonly project_id: string | null;
  readonly run_id: string | null;
}
interface RunRow {
  readonly id: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly project_id: string | null;
}
interface Page {
  readonly events: readonly EventRow[];
  readonly runs: readonly RunRow[];
  readonly next: Place | null;
}
/** A moment of the timeline: its time and name. */
type Moment = readonly [at: string, name: string];
/** Asks as one user. */
type Ask = (sql: string, params: readonly unknown[]) => Promise<Page>;

const call = 'select timeline_page($1, $2, $3, $4, $5)';
const everything: TimelineFilter = { kind: null, project: null };

/** Newest first, as SQL and page have it. */
const newestFirst = (a: Moment, b: Moment) =>
  a[0] === b[0] ? (a[1] < b[1] ? 1 : a[1] > b[1] ? -1 : 0) : a[0] < b[0] ? 1 : -1;
const hasTime = (at: string | null): at is string => at !== null && !at.includes('infinity');

function momentsOf(events: readonly EventRow[], runs: readonly RunRow[]): Moment[] {
  return [
    ...events.map((event): Moment => [event.occurred_at, event.id]),
    ...runs.flatMap(({ id, started_at: start, finished_at: end }): Moment[] => [
      ...(start === null ? [] : [[start, `${id}/start`] as const]),
      ...(end === null ? [] : [[end, `${id}/end`] as const]),
    ]),
  ].filter(([at]) => hasTime(at));
}

function fits({ kind, project }: TimelineFilter) {
  return {
    event: (event: EventRow) =>
      kind !== 'run' &&
      (kind === null || kindOf(event.event_type) === kind) &&
      (project === null || event.project_id === project),
    run: (run: RunRow) =>
      (kind === null || kind === 'run') && (project === null || run.project_id === project),
  };
}

/** Every moment from the newest to the oldest, page by page. */
async function readAll(ask: Ask, filter: TimelineFilter, size: number, from: Place | null = null) {
  const seen: Moment[] = [];
  let pages = 0;
  for (let place = from; ; pages++) {
    assert.ok(pages < 1_000, 'it comes to an end');
    const page: Page = await ask(call, [place?.at, place?.id, filter.kind, filter.project, size]);
    const before: Moment = [place?.at ?? 'infinity', place?.id ?? '~'];
    const upto: Moment = page.next ? [page.next.at, page.next.id ?? ''] : ['', ''];
    const inside = momentsOf(page.events, page.runs.filter(fits(filter).run)).filter(
      (moment) => newestFirst(before, moment) < 0 && newestFirst(moment, upto) <= 0,
    );
    assert.ok(inside.length <= size, `${inside.length} moments in a page of ${size}`);
    const runs = new Set(page.runs.map(({ id }) => id));
    assert.equal(runs.size, page.runs.length, 'every run once');
    for (const { run_id: run } of page.events) assert.ok(run === null || runs.has(run), 'the run it means');
    seen.push(...inside.sort(newestFirst));
    if (!page.next) return seen;
    place = page.next;
  }
}

const types = [...Object.values(eventTypes), 'file', 'file.', 'filed.saved', 'custom.thing', 'x'];
/** 2,100 events and 500 runs at 150 moments of time, some a microsecond apart, and rows that have no time. */
const mixed = `
  with times as (
    select n as place, timestamptz '2026-01-02T03:04:05.123456Z' + n / 3 * interval '1 hour' + n % 3 * interval '1 microsecond' as at
    from generate_series(0, 149) n
  ), events as (
    insert into ide_sync_events (id, user_id, sync_seq, event_type, occurred_at, project_id, run_id)
      select gen_random_uuid(), $1::uuid, n, ($2::text[])[1 + n % cardinality($2::text[])], at, ($3::uuid[])[1 + n / 7 % 4],
        case when n % 5 = 0 then ($4::uuid[])[1 + n % 500] end
      from generate_series(1, 2100) n join times on place = n * 7 % 150 returning 1
  )
  insert into training_runs (id, user_id, sync_seq, name, status, project_id, started_at, finished_at)
    select ($4::uuid[])[n], $1::uuid, 3000 + n, 'run', 'completed', ($3::uuid[])[1 + n / 7 % 4],
      case n % 20 when 0 then null when 1 then timestamptz '-infinity' else s.at end,
      case n % 10 when 5 then null when 6 then timestamptz 'infinity' when 7 then s.at else e.at end
    from generate_series(1, 500) n join times s on s.place = n * 11 % 150 join times e on e.place = n * 13 % 150`;

/** What has to be there before `mixed`, as superuser; answers the ids of the projects, the last of which is null. */
function ingredients() {
  const projects = [randomUUID(), randomUUID(), randomUUID(), null];
  const runs = Array.from({ length: 500 }, () => randomUUID());
  return { projects, params: (user: string) => [user, types, projects, runs] };
}
const projectRows =
  'insert into projects (id, user_id, name) select p, $1, $2 from unnest($3::uuid[]) p where p is not null';

async function compare(ask: Ask, all: { events: EventRow[]; runs: RunRow[] }, projects: (string | null)[]) {
  const kinds = [null, 'run', ...eventKinds] as const;
  for (const project of [null, projects[0] ?? null])
    for (const kind of kinds) {
      const filter = { kind, project };
      const expected = momentsOf(
        all.events.filter(fits(filter).event),
        all.runs.filter(fits(filter).run),
      ).sort(newestFirst);
      assert.ok(expected.length > 10, `something to see: ${JSON.stringify(filter)}`);
      for (const size of [37, 500])
        assert.deepEqual(await readAll(ask, filter, size), expected, JSON.stringify(filter));
    }
}

describe('timeline_page', function () {
  this.timeout(60_000);
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  let ask: Ask;

  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
    ask = (sql, params) => value<Page>(user.client, sql, params);
  });

  /** Rows past the triggers, as many as in a year. */
  async function load(sql: string, params: readonly unknown[]): Promise<void> {
    await admin.query('set session_replication_role = replica');
    await admin.query(sql, [...params]);
    await admin.query('set session_replication_role = origin');
  }

  async function fill(owner: string): Promise<(string | null)[]> {
    const { projects, params } = ingredients();
    await load(projectRows, [owner, 'p', projects]);
    await load(mixed, params(owner));
    return projects;
  }

  async function readRows(owner: string) {
    const of = <T extends pg.QueryResultRow>(table: string) =>
      rows<{ row: T }>(admin, `select to_jsonb(t) as row from ${table} t where user_id = $1`, [owner]).then(
        (found) => found.map(({ row }) => row),
      );
    await admin.query(`set timezone = 'UTC'`);
    return { events: await of<EventRow>('ide_sync_events'), runs: await of<RunRow>('training_runs') };
  }

  it('page by page equals one sorted read, for every filter, and holds nothing of others', async () => {
    const other = await database.newUser();
    await fill(other.id);
    const projects = await fill(user.id);
    await compare(ask, await readRows(user.id), projects);
  });

  it('begins with all of a time, or after a moment of it', async () => {
    await fill(user.id);
    const { events, runs } = await readRows(user.id);
    const sorted = momentsOf(events, runs).sort(newestFirst);
    for (const start of [0, 17, 900, 1501, 2200]) {
      const [at, id] = sorted[start] ?? assert.fail();
      const after = await readAll(ask, everything, 500, { at, id });
      assert.deepEqual(after, sorted.slice(start + 1));
      const inclusive = await readAll(ask, everything, 500, { at, id: null });
      assert.deepEqual(
        inclusive,
        sorted.filter((moment) => moment[0] <= at),
      );
    }
  });

  it('orders start, end and event of one id and one moment', async () => {
    const id = '00000000-0000-4000-8000-00000000000a';
    const at = '2026-01-01T00:00:00.000001+00:00';
    await insert(admin, 'training_runs', {
      ...{ id, user_id: user.id, name: 'r', status: 'completed', started_at: at, finished_at: at },
    });
    await insert(admin, 'ide_sync_events', { id, user_id: user.id, event_type: 'x', occurred_at: at });
    const names = (await readAll(ask, everything, 1)).map(([, name]) => name);
    assert.deepEqual(names, [`${id}/start`, `${id}/end`, id]);
  });

  it('goes on behind rows that were deleted meanwhile, and sees none that came before its place', async () => {
    await fill(user.id);
    const first = await ask(call, [null, null, null, null, 100]);
    const last = first.events.at(-1) ?? assert.fail();
    await admin.query('delete from ide_sync_events where id = any ($1)', [first.events.map(({ id }) => id)]);
    await insert(user.client, 'ide_sync_events', { event_type: 'file.saved', occurred_at: '2027-01-01' });
    const rest = await readAll(ask, everything, 100, { at: last.occurred_at, id: last.id });
    const { events, runs } = await readRows(user.id);
    const expected = momentsOf(events, runs).sort(newestFirst);
    assert.deepEqual(
      rest,
      expected.filter((moment) => newestFirst([last.occurred_at, last.id], moment) < 0),
    );
  });

  it('ends a page at 1 MB, and has one row at least', async () => {
    const payload = JSON.stringify({ text: 'x'.repeat(32_000) });
    await load(
      `insert into ide_sync_events (user_id, sync_seq, event_type, payload) select $1, n, 'big.one', $2 from generate_series(1, 100) n`,
      [user.id, payload],
    );
    const page = await ask(call, [null, null, null, null, 500]);
    assert.equal(page.events.length, Math.ceil(1_000_000 / (JSON.stringify(page.events[0]).length - 8)));
    assert.equal((await readAll(ask, everything, 500)).length, 100);
    await load(
      `insert into training_runs (user_id, sync_seq, name, status, started_at, error) values ($1, 200, 'r', 'failed', now() + interval '1 day', repeat('x', 2000000))`,
      [user.id],
    );
    const first = await ask(call, [null, null, null, null, 500]);
    assert.deepEqual([first.events.length, first.runs.length], [0, 1]);
  });

  it('looks through a bounded number of events for a kind, and says where it stopped', async () => {
    await load(
      `insert into ide_sync_events (user_id, sync_seq, event_type, occurred_at)
       select $1, n, case n when 1 then 'git.switched' else 'file.saved' end, timestamptz '2026-01-01Z' + n * interval '1 second'
       from generate_series(1, 20001) n`,
      [user.id],
    );
    const page = await ask(call, [null, null, 'git', null, 100]);
    assert.deepEqual([page.events.length, page.next?.at], [0, '2026-01-01T00:00:02+00:00']);
    const rest = await ask(call, [page.next?.at, page.next?.id, 'git', null, 100]);
    assert.deepEqual([rest.events.length, rest.next], [1, null]);
  });

  it('reads the rows of the page, however many there are', async () => {
    const { client } = user;
    await load(
      `insert into ide_sync_events (user_id, sync_seq, event_type, occurred_at)
       select $1, n, 'file.saved', timestamptz '2026-01-01Z' + n * interval '1 second' from generate_series(1, 20000) n`,
      [user.id],
    );
    await load(
      `insert into training_runs (user_id, sync_seq, name, status, started_at, finished_at)
       select $1, 20000 + n, 'r', 'completed', timestamptz '2026-01-01Z' + n * interval '10 second', timestamptz '2026-01-01Z' + n * interval '11 second'
       from generate_series(1, 20000) n`,
      [user.id],
    );
    await admin.query('analyze ide_sync_events, training_runs');
    await client.query('begin');
    const page = await ask(call, ['2026-01-01T03:00:00Z', null, null, null, 100]);
    const { read } = (
      await rows<{ read: number }>(
        client,
        `select sum(seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname in ('ide_sync_events', 'training_runs')`,
      )
    )[0] ?? { read: 0 };
    await client.query('commit');
    assert.ok(page.next);
    // Three streams of 101 each, and the rows of the page.
    assert.ok(read > 100 && read < 600, `${read} rows were read`);
  });

  it('refuses what is no place, no kind, or nobody', async () => {
    const id = randomUUID();
    for (const [params, code] of [
      [['2026-01-01Z', 'x', null, null, 1], '22023'],
      [['2026-01-01Z', `${id}/middle`, null, null, 1], '22023'],
      [[null, id, null, null, 1], '22023'],
      [['2026-01-01Z', null, 'files', null, 1], '22023'],
      [['2026-01-01Z', null, '', null, 1], '22023'],
      [['yesterday evening', null, null, null, 1], '22007'],
    ] as const)
      assert.equal(await sqlState(ask(call, params)), code, JSON.stringify(params));
    assert.equal(await sqlState((await database.as('anon')).query('select timeline_page()')), '42501');
    assert.equal(
      await sqlState((await database.as('authenticated')).query('select timeline_page()')),
      '42501',
    );
    const { events, runs, next } = await ask('select timeline_page()', []);
    assert.deepEqual([events, runs, next], [[], [], null]);
  });

  it('gives the times of PostgreSQL, whatever the time zone of the caller', async () => {
    await user.client.query(`set timezone = 'Asia/Kolkata'`);
    await insert(user.client, 'ide_sync_events', {
      ...{ event_type: 'x.y', occurred_at: '2026-03-01T12:00:00.000001+01:00' },
    });
    const page = await ask(call, [null, null, null, null, 0]);
    assert.equal(page.events[0]?.occurred_at, '2026-03-01T11:00:00.000001+00:00');
  });
});

describe('timeline_page on PGlite', function () {
  this.timeout(120_000);
  let database: PGlite;
  after(() => database?.close());

  it('page by page equals one sorted read, for every filter', async () => {
    database = await PGlite.create();
    await database.exec(prelude());
    await database.exec('create publication supabase_realtime');
    for (const sql of migrations()) await database.exec(sql);
    const user = randomUUID();
    const { projects, params } = ingredients();
    await database.query('insert into auth.users (id, email) values ($1, $2)', [user, 'a@test']);
    await database.exec('set session_replication_role = replica');
    await database.query(projectRows, [user, 'p', projects]);
    await database.query(mixed, params(user));
    await database.exec(`set session_replication_role = origin; set timezone = 'UTC'`);
    const of = async <T>(table: string) =>
      (await database.query<{ row: T }>(`select to_jsonb(t) as row from ${table} t`)).rows.map(
        ({ row }) => row,
      );
    const all = { events: await of<EventRow>('ide_sync_events'), runs: await of<RunRow>('training_runs') };
    await database.query(`select set_config('request.jwt.claims', $1, false)`, [
      JSON.stringify({ sub: user, role: 'authenticated' }),
    ]);
    await database.exec('set role authenticated');
    const ask: Ask = async (sql, values) => {
      const result = await database.query<{ page: Page }>(`${sql} as page`, [...values]);
      return result.rows[0]?.page ?? assert.fail('no answer');
    };
    await compare(ask, all, projects);
  });
});
