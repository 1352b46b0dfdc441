import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { migrations, type Pull, prelude, removal } from './support.ts';

describe('migrations on PGlite', () => {
  const ada = randomUUID();
  let database: PGlite;
  before(async function () {
    this.timeout(120_000);
    database = await PGlite.create();
    await database.exec(prelude());
    await database.exec('create publication supabase_realtime');
    for (const sql of migrations()) await database.exec(sql);
    await database.query('insert into auth.users (id, email) values ($1, $2)', [ada, 'demo@runglass.local']);
  });
  after(() => database.close());

  async function value<T>(sql: string, params: unknown[] = []): Promise<T> {
    const { rows } = await database.query<unknown[]>(sql, params, { rowMode: 'array' });
    return rows[0]?.[0] as T;
  }
  async function asAda<T>(work: () => Promise<T>): Promise<T> {
    const claims = JSON.stringify({ sub: ada, role: 'authenticated' });
    await database.query(`select set_config('request.jwt.claims', $1, false)`, [claims]);
    await database.exec('set role authenticated');
    try {
      return await work();
    } finally {
      await database.exec(`reset role; select set_config('request.jwt.claims', '', false)`);
    }
  }
  const pull = (since: number | null = null, epoch: string | null = null) =>
    asAda(() => value<Pull>('select sync_pull($1, $2)', [since, epoch]));

  it('apply again without a change of what is there', async () => {
    const objects = () =>
      value<string>(`select string_agg(o, ' ' order by o) from (
        select oid::regclass::text || relacl::text as o from pg_class where relnamespace in ('public'::regnamespace, 'runglass_private'::regnamespace)
        union all select oid::regprocedure::text || proacl::text || md5(prosrc) from pg_proc where pronamespace in ('public'::regnamespace, 'runglass_private'::regnamespace)
        union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select conname || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace) t`);
    const before = await objects();
    for (const sql of migrations()) await database.exec(sql);
    assert.equal(await objects(), before);
  });

  it('doctor: a log without changes is wrong, unless the backend is the embedded one, which does without', async () => {
    const found = () => value<{ code: string; name: string }[]>(`select sync_doctor() -> 'findings'`);
    assert.deepEqual(
      (await found()).map(({ code, name }) => [code, name]),
      [['wal_level', 'replica']],
    );
    await database.exec('create schema runglass_local');
    assert.deepEqual(await found(), []);
    await database.exec('drop schema runglass_local');
  });

  it('pull: insert, update, delete and canary in commit order', async () => {
    const first = await pull();
    const run = await asAda(() =>
      value<string>(`insert into training_runs (name) values ('r') returning id`),
    );
    await asAda(() => value(`select log_run($1, '[{"step": 1, "metrics": {"loss": 2}}]')`, [run]));
    const gone = await asAda(() => value<string>(`insert into projects (name) values ('p') returning id`));
    await asAda(() => database.query('delete from projects where id = $1', [gone]));
    await asAda(() => value('select sync_ping($1)', [randomUUID()]));
    const page = await pull(first.head, first.epoch);
    assert.deepEqual(
      page.changes.map((c) => [c.tbl, c.seq, c.row?.id ?? c.id]),
      [
        ['training_runs', 2, run],
        ['projects', 4, gone],
      ],
    );
    assert.deepEqual([page.head, page.next, page.reset], [5, 5, false]);
  });

  it('seed: every section has rows, again changes nothing, and the first picture holds it all', async () => {
    const seed = readFileSync('supabase/seed.sql', 'utf8');
    await database.exec(seed);
    const first = await pull();
    await database.exec(seed);
    assert.equal((await pull(first.head, first.epoch)).head, first.head);
    const of = (table: string) => first.changes.filter((c) => c.tbl === table);
    assert.equal(of('projects').length, 3);
    assert.equal(of('training_runs').length, 15 + 1);
    assert.equal(new Set(of('training_runs').map((c) => c.row?.status)).size, 6);
    assert.equal(new Set(of('models').map((c) => c.row?.status)).size, 6);
    assert.equal(of('subscriptions').length, 1);
    assert.equal(of('ide_sync_events').length, 40);
    assert.ok(of('usage_tracking').length >= 600);
    assert.equal(await value('select count(*) from training_run_configs'), 15);
    assert.equal(await value('select count(distinct config) from training_run_configs'), 15);
    const { used, limit } = await asAda(() =>
      value<{ used: number; limit: number }>(`select record_usage('tokens', 1)`),
    );
    assert.ok(used / limit > 0.3 && used / limit < 0.8, `${used} of ${limit}`);
  });

  it('seed: every run that began has a curve, a pace and its share of the usage; a limit stopped one', async () => {
    const seeded = `from training_runs r where name <> 'r' and status <> 'queued'`;
    assert.equal(await value(`select count(*) ${seeded}`), 13);
    assert.equal(
      await value(
        `select count(*) ${seeded} and step_rate > 0 and usage ?& '{tokens,gpu_minutes}' and started_at < heartbeat_at
           and heartbeat_at = stepped_at and metrics ?& '{loss,eval_loss,lr,grad_norm}'
           and step = (select max(m.step) from training_run_metrics m where m.run_id = r.id)`,
      ),
      13,
    );
    assert.ok(
      (await value<number>(
        `select count(*) ${seeded} and (select count(*) from training_run_metrics m where m.run_id = r.id) >= 200`,
      )) >= 10,
    );
    // What the runs used is part of what was used on their day in their project.
    assert.equal(
      await value(
        `select count(*) from training_runs r, jsonb_each_text(r.usage) e where not exists (
           select from usage_tracking u where u.user_id = r.user_id and u.project_id = r.project_id and u.metric = e.key
             and u.day = (r.started_at at time zone 'utc')::date and u.amount >= e.value::numeric)`,
      ),
      0,
    );
    const stopped = await value<{
      metric: string;
      limit: number;
      used: number;
      at: string;
      resets_at: string;
    }>(`select stopped_by from training_runs where stopped_by is not null`);
    assert.deepEqual([stopped.metric, stopped.limit, stopped.used], ['gpu_minutes', 1200, 1197.5]);
    assert.match(stopped.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    assert.ok(Date.parse(stopped.at) < Date.parse(stopped.resets_at));
    assert.equal(
      await value(`select count(distinct project_id) from usage_tracking where metric = 'storage_bytes'`),
      3,
    );
  });

  it('counts usage and pace of a run that is logged, as on a server', async () => {
    const run = await asAda(() =>
      value<string>(`insert into training_runs (name, status) values ('paced', 'running') returning id`),
    );
    for (const step of [10, 20]) {
      await asAda(() => value(`select log_run($1, $2)`, [run, JSON.stringify([{ step, metrics: {} }])]));
      await database.query(
        `update training_runs set stepped_at = stepped_at - interval '5 seconds' where id = $1`,
        [run],
      );
    }
    await asAda(() => value(`select record_usage('tokens', 7, run_id => $1)`, [run]));
    await asAda(() =>
      database.query(`update training_runs set usage = '{}', step_rate = 99 where id = $1`, [run]),
    );
    const rate = await value<number>('select step_rate from training_runs where id = $1', [run]);
    // Less by the time that the statements themselves took.
    assert.ok(rate > 0.5 && rate <= 2, `${rate} steps per second`);
    assert.deepEqual(await value('select usage from training_runs where id = $1', [run]), { tokens: 7 });
    await asAda(() => value(`select log_run($1, '[]', '{"stopped_by": "tokens"}')`, [run]));
    assert.equal(
      await value(`select stopped_by ->> 'limit' from training_runs where id = $1`, [run]),
      '200000000',
    );
    const { runs } = await asAda(() => value<{ runs: { id: string }[] }>('select runs_page(max_rows => 1)'));
    assert.equal(runs[0]?.id, run);
  });

  it('a deleted user leaves nothing, and removal neither', async () => {
    await database.query('delete from auth.users where id = $1', [ada]);
    assert.equal(await value('select count(*) from runglass_private.sync_head'), 0);
    assert.equal(await value('select count(*) from sync_tombstones'), 0);
    await database.exec(removal());
    assert.equal(await value(`select count(*) from pg_class where relnamespace = 'public'::regnamespace`), 0);
    assert.equal(await value(`select count(*) from pg_proc where pronamespace = 'public'::regnamespace`), 0);
    assert.equal(await value(`select to_regnamespace('runglass_private')`), null);
  });
});
