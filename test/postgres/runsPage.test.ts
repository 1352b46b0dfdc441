import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { insert, pull, rows, sqlState, useDatabase, value } from './support.ts';

interface Place {
  readonly at: string;
  readonly id: string;
}
interface Page {
  readonly runs: readonly ({ id: string; created_at: string } & Record<string, unknown>)[];
  readonly next: Place | null;
}
const page = (client: pg.Client, before: Partial<Place> | null = null, rows: number | null = null) =>
  value<Page>(client, 'select runs_page($1, $2, $3)', [before?.at ?? null, before?.id ?? null, rows]);

describe('runs_page', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
  });
  /** Runs of which three at a time were made at the same microsecond. */
  const seed = (count: number, owner = user.id) =>
    admin.query(
      `insert into training_runs (user_id, name, created_at)
       select $1, 'run ' || n, timestamptz '2026-01-02 03:04:05.123456+00' + (n / 3) * interval '1 second'
       from generate_series(1, $2::int) n`,
      [owner, count],
    );
  const sorted = () =>
    rows<{ id: string }>(user.client, 'select id from training_runs order by created_at desc, id desc').then(
      (found) => found.map(({ id }) => id),
    );

  it('page by page is one sorted read, and holds nothing of others', async () => {
    await seed(100);
    await seed(20, (await database.newUser()).id);
    const expected = await sorted();
    for (const size of [1, 7, 100, 1000]) {
      const seen: string[] = [];
      let place: Place | null = null;
      do {
        const { runs, next }: Page = await page(user.client, place, size);
        assert.ok(runs.length > 0 && runs.length <= size);
        seen.push(...runs.map(({ id }) => id));
        place = next;
      } while (place);
      assert.deepEqual(seen, expected);
    }
  });

  it('begins with the newest, or with all of a time', async () => {
    await seed(300);
    const expected = await sorted();
    const first = await page(user.client);
    assert.deepEqual(
      first.runs.map(({ id }) => id),
      expected.slice(0, 250),
    );
    assert.deepEqual(first.next, { at: first.runs.at(-1)?.created_at, id: first.runs.at(-1)?.id });
    const third = first.runs[3];
    const from = await page(user.client, { at: third?.created_at ?? '' }, 5);
    assert.deepEqual(
      from.runs.map(({ id }) => id),
      expected.slice(1, 6),
    );
  });

  it('has rows that look as those of sync_pull', async () => {
    const run = await insert(user.client, 'training_runs', { name: 'r', status: 'running', total_steps: 9 });
    await user.client.query(`select log_run($1, '[{"step": 1, "metrics": {"loss": 0.5}}]')`, [run.id]);
    await user.client.query(`select record_usage('tokens', 3, run_id => $1)`, [run.id]);
    await user.client.query(`set timezone = 'Asia/Kathmandu'`);
    const { runs, next } = await page(user.client);
    const { changes } = await pull(user.client);
    assert.deepEqual(
      runs,
      changes.filter(({ tbl }) => tbl === 'training_runs').map(({ row }) => row),
    );
    assert.equal(next, null);
  });

  it('goes on behind rows that were deleted meanwhile, and sees none that came before its place', async () => {
    await seed(30);
    const first = await page(user.client, null, 10);
    await user.client.query('delete from training_runs where id = $1', [first.next?.id]);
    await insert(user.client, 'training_runs', { name: 'newer' });
    const expected = await sorted();
    const second = await page(user.client, first.next, 50);
    assert.deepEqual(
      second.runs.map(({ id }) => id),
      expected.slice(10),
    );
  });

  it('ends a page at 400 KB, and has one row at least', async () => {
    await admin.query(
      `insert into training_runs (user_id, name, error) select $1, 'r', repeat('x', 60000) from generate_series(1, 20)`,
      [user.id],
    );
    const { runs, next } = await page(user.client);
    assert.equal(runs.length, 7);
    assert.ok(next);
    await admin.query(`update training_runs set error = repeat('x', 500000) where user_id = $1`, [user.id]);
    assert.equal((await page(user.client)).runs.length, 1);
    assert.equal((await page(user.client, null, 0)).runs.length, 1);
  });

  it('reads the rows of the page, however many there are', async () => {
    await seed(3000);
    await admin.query('analyze training_runs');
    await user.client.query('begin');
    const { runs } = await page(user.client, { at: '2026-01-02T03:10:00+00:00' }, 20);
    const read = await value<number>(
      user.client,
      `select (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int from pg_stat_xact_user_tables
       where relname = 'training_runs'`,
    );
    await user.client.query('commit');
    assert.equal(runs.length, 20);
    assert.ok(read > 20 && read < 50, `${read} rows were read`);
  });

  it('refuses what is no place, and nobody', async () => {
    assert.equal(await sqlState(page(user.client, { id: randomUUID() })), '22023');
    assert.equal(await sqlState(page(await database.as('service_role'))), '42501');
    assert.equal(await sqlState(page(await database.as('anon'))), '42501');
  });
});
