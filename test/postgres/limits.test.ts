import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { insert, pull, rows, sqlState, useDatabase, value } from './support.ts';

const subscribe = (admin: pg.Client, user: string, limits: object) =>
  admin.query(
    `insert into subscriptions (user_id, plan, limits, current_period_start, current_period_end)
     values ($1, 'Pro', $2, now() - interval '10 days', now() + interval '20 days')`,
    [user, limits],
  );

interface Recorded {
  readonly metric?: string;
  readonly amount?: number;
  readonly project?: string;
  readonly user?: string;
  readonly run?: string;
}
const record = (client: pg.Client, { metric = 'tokens', amount = 1, project, user, run }: Recorded) =>
  value<{ used: number; remaining: number | null }>(
    client,
    'select record_usage($1, $2, project_id => $3, for_user => $4, run_id => $5)',
    [metric, amount, project ?? null, user ?? null, run ?? null],
  );
const usageOf = (client: pg.Client, run: string) =>
  value<Record<string, number>>(client, 'select usage from training_runs where id = $1', [run]);

describe('record_usage for a run', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
  });

  it('counts it for the run as well, by metric, and in the project of the run', async () => {
    const { client } = user;
    const [project, other] = [
      await insert(client, 'projects', { name: 'p' }),
      await insert(client, 'projects', { name: 'q' }),
    ];
    const run = await insert(client, 'training_runs', { name: 'r', project_id: project.id });
    assert.deepEqual(run.usage, {});
    await record(client, { amount: 1200, run: run.id });
    await record(client, { amount: 0.5, run: run.id });
    await record(client, { metric: 'gpu_minutes', amount: 3, run: run.id, project: other.id });
    await record(client, { amount: 7, project: project.id });
    assert.deepEqual(await usageOf(client, run.id), { tokens: 1200.5, gpu_minutes: 3 });
    assert.deepEqual(
      await rows(
        client,
        'select metric, amount::float8, project_id from usage_tracking order by metric desc',
      ),
      [
        { metric: 'tokens', amount: 1207.5, project_id: project.id },
        { metric: 'gpu_minutes', amount: 3, project_id: other.id },
      ],
    );
    const { changes, head } = await pull(client);
    const pulled = changes.find((change) => change.tbl === 'training_runs')?.row;
    assert.deepEqual([pulled?.usage, head], [{ tokens: 1200.5, gpu_minutes: 3 }, 10]);
  });

  it("refuses a run that is nobody's or another user's, and adds nothing", async () => {
    const other = await database.newUser();
    const theirs = await insert(other.client, 'training_runs', { name: 'r' });
    for (const run of [theirs.id, randomUUID()]) {
      await assert.rejects(record(user.client, { run }), {
        code: '23503',
        message: `No such training run of this user: ${run}`,
      });
    }
    const service = await database.as('service_role');
    assert.equal(await sqlState(record(service, { user: user.id, run: theirs.id })), '23503');
    assert.equal(await sqlState(record(service, { user: other.id, run: theirs.id })), null);
    assert.equal(await value(user.client, 'select count(*) from usage_tracking'), 0);
    assert.deepEqual(await usageOf(other.client, theirs.id), { tokens: 1 });
  });

  it('adds nothing to the run when a hard limit refuses', async () => {
    await subscribe(admin, user.id, { tokens: { limit: 10, hard: true } });
    const run = await insert(user.client, 'training_runs', { name: 'r' });
    await record(user.client, { amount: 9, run: run.id });
    await assert.rejects(record(user.client, { amount: 2.5, run: run.id }), {
      code: 'RG001',
      message: 'The limit of 10 tokens is reached: 9 used, 2.5 more refused.',
    });
    assert.deepEqual(await usageOf(user.client, run.id), { tokens: 9 });
    assert.deepEqual((await record(user.client, { amount: 1, run: run.id })).remaining, 0);
  });

  it('what clients send in usage is ignored; the service role may bring it from elsewhere', async () => {
    const { client, id } = user;
    const run = await insert(client, 'training_runs', { name: 'r', usage: { tokens: 1e9 } });
    assert.deepEqual(run.usage, {});
    await record(client, { amount: 4, run: run.id });
    await client.query(`update training_runs set usage = '{}', error = 'x' where id = $1`, [run.id]);
    await client.query(
      `insert into training_runs (id, name, usage) values ($1, 'r', '{"tokens": 0}')
       on conflict (id) do update set usage = excluded.usage, error = 'y'`,
      [run.id],
    );
    assert.deepEqual(await usageOf(client, run.id), { tokens: 4 });
    const service = await database.as('service_role');
    const brought = await insert(service, 'training_runs', { name: 'r', user_id: id, usage: { tokens: 5 } });
    assert.deepEqual(brought.usage, { tokens: 5 });
    await service.query(`update training_runs set usage = '{"tokens": 6}' where id = $1`, [run.id]);
    assert.deepEqual(await usageOf(client, run.id), { tokens: 6 });
    for (const bad of ['[]', JSON.stringify({ text: 'x'.repeat(5000) })]) {
      const update = service.query('update training_runs set usage = $1 where id = $2', [bad, run.id]);
      assert.equal(await sqlState(update), '23514');
    }
  });

  it('a run that counts more metrics than fit keeps those it has, and the usage counts all', async () => {
    const { client } = user;
    const run = await insert(client, 'training_runs', { name: 'r' });
    const name = (n: number) => `${'m'.repeat(90)}/${n}`;
    for (let n = 0; n < 60; n++) await record(client, { metric: name(n), run: run.id });
    await record(client, { metric: name(0), run: run.id });
    const usage = await usageOf(client, run.id);
    const count = Object.keys(usage).length;
    assert.ok(count > 30 && count < 60, `${count} metrics`);
    assert.equal(usage[name(0)], 2);
    assert.equal(await value(client, 'select sum(amount)::int from usage_tracking'), 61);
  });

  it('never grants more than a hard limit to many connections at once, and counts the same for their runs', async function () {
    this.timeout(60_000);
    const limit = 500;
    await subscribe(admin, user.id, { tokens: { limit, hard: true } });
    const project = await insert(user.client, 'projects', { name: 'p' });
    const runs: string[] = [];
    for (const project_id of [project.id, project.id, null])
      runs.push((await insert(user.client, 'training_runs', { name: 'r', project_id })).id);
    const service = await database.as('service_role');
    const clients = await Promise.all(
      Array.from({ length: 40 }, () => database.as('authenticated', user.id)),
    );
    const refusals: unknown[] = [];
    /** Adds 7 at a time until it is refused; answers what it was granted. */
    const use = async (client: pg.Client, more: Recorded): Promise<number> => {
      for (let granted = 0; ; ) {
        try {
          await record(client, { amount: 7, ...more });
          granted += 7;
        } catch (error) {
          const { code } = error as { code?: string };
          // Waited too long in the line; as every client does, it comes again.
          if (code === '55P03') continue;
          refusals.push(error);
          return granted;
        }
      }
    };
    const granted = await Promise.all([
      use(service, { user: user.id, run: runs[2] ?? '' }),
      ...clients.map((client, i) => use(client, { run: runs[i % 3] ?? '' })),
    ]);
    const expected = 7 * Math.floor(limit / 7);
    assert.equal(
      granted.reduce((sum, n) => sum + n),
      expected,
    );
    assert.equal(refusals.length, 41);
    for (const refusal of refusals) {
      const { code, detail } = refusal as { code: string; detail: string };
      assert.equal(code, 'RG001');
      const { period_end, ...rest } = JSON.parse(detail);
      assert.deepEqual(rest, { metric: 'tokens', used: expected, limit, remaining: limit - expected });
      assert.ok(Date.parse(period_end) > Date.now());
    }
    assert.equal(await value(user.client, 'select sum(amount)::int from usage_tracking'), expected);
    assert.equal(
      await value(user.client, `select sum((usage ->> 'tokens')::numeric)::int from training_runs`),
      expected,
    );
  });

  it('never grants more than a hard limit on the day in whose course the period ends', async () => {
    await subscribe(admin, user.id, { tokens: { limit: 10, hard: true } });
    await admin.query(
      `update subscriptions set current_period_end = (date_trunc('day', now() at time zone 'utc') + interval '23:59:59.9')
         at time zone 'utc' where user_id = $1`,
      [user.id],
    );
    assert.equal((await record(user.client, { amount: 8 })).remaining, 2);
    assert.equal((await record(user.client, { amount: 2 })).remaining, 0);
    assert.equal(await sqlState(record(user.client, { amount: 1 })), 'RG001');
  });

  it('counts by calendar month where a period has no end, as the dashboard does', async () => {
    await subscribe(admin, user.id, { tokens: { limit: 10, hard: true } });
    await admin.query(
      `update subscriptions set current_period_start = now() - interval '60 days', current_period_end = 'infinity'
       where user_id = $1`,
      [user.id],
    );
    await admin.query(
      `insert into usage_tracking (user_id, metric, day, amount)
       values ($1, 'tokens', (now() at time zone 'utc' - interval '45 days')::date, 10)`,
      [user.id],
    );
    assert.equal((await record(user.client, { amount: 8 })).remaining, 2);
    assert.equal(await sqlState(record(user.client, { amount: 3 })), 'RG001');
  });
});

interface Stop {
  readonly metric: string;
  readonly limit: number;
  readonly used: number;
  readonly at: string;
  readonly resets_at: string;
}

describe('a run that a limit stopped', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  let run: string;
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
    await subscribe(admin, user.id, { tokens: { limit: 10, hard: true }, requests: { limit: null } });
    run = (await insert(user.client, 'training_runs', { name: 'r', status: 'running' })).id;
    await record(user.client, { amount: 8, run });
  });
  const patch = (patch: object, client = user.client) =>
    client.query('select log_run($1, $2, $3)', [run, '[]', JSON.stringify(patch)]);
  const read = async () =>
    (
      await rows<{ status: string; stopped_by: Stop | null }>(
        user.client,
        'select status, stopped_by from training_runs where id = $1',
        [run],
      )
    )[0];
  const stop = async (): Promise<Stop> => {
    const { status, stopped_by } = (await read()) ?? {};
    assert.equal(status, 'stopped');
    assert.ok(stopped_by);
    return stopped_by;
  };

  it('names the metric, and the plan says the rest', async () => {
    await patch({ stopped_by: 'tokens', error: 'No more tokens.' });
    const { at, resets_at, ...rest } = await stop();
    assert.deepEqual(rest, { metric: 'tokens', limit: 10, used: 8 });
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
    const period = `select (to_json(current_period_end) #>> '{}')::timestamptz = $1 from subscriptions`;
    assert.equal(await value(user.client, period, [resets_at]), true);
  });

  it('says so once: repeated calls and later points change nothing of it', async () => {
    await patch({ status: 'stopped', stopped_by: 'tokens' });
    const first = await stop();
    await record(user.client, { amount: 1 });
    await patch({ status: 'stopped', stopped_by: 'tokens' });
    await user.client.query(`select log_run($1, '[{"step": 3, "metrics": {"loss": 1}}]')`, [run]);
    await user.client.query(`update training_runs set name = 'n' where id = $1`, [run]);
    assert.deepEqual(await stop(), first);
  });

  it('loses it when it runs again, by a patch or by hand', async () => {
    await patch({ stopped_by: 'tokens' });
    await patch({ status: 'running' });
    assert.deepEqual(await read(), { status: 'running', stopped_by: null });
    await patch({ stopped_by: 'tokens' });
    await user.client.query(`update training_runs set status = 'completed' where id = $1`, [run]);
    assert.deepEqual(await read(), { status: 'completed', stopped_by: null });
    await patch({ stopped_by: 'tokens' });
    await patch({ stopped_by: null });
    assert.deepEqual(await read(), { status: 'stopped', stopped_by: null });
  });

  it('refuses a metric without a limit, and a run that is not stopped', async () => {
    for (const [bad, message] of [
      [{ stopped_by: 'gpu_minutes' }, /has no limit of gpu_minutes/],
      [{ stopped_by: 'requests' }, /has no limit of requests/],
      [{ stopped_by: 'tokens', status: 'failed' }, /Only a run of status stopped has stopped_by/],
      [{ stopped_by: { metric: 'tokens' } }, /must be the name of a metric/],
    ] as const) {
      await assert.rejects(patch(bad), (error: { code: string; message: string }) => {
        assert.equal(error.code, '22023');
        assert.match(error.message, message);
        return true;
      });
    }
    assert.deepEqual(await read(), { status: 'running', stopped_by: null });
  });

  it('takes no numbers from a client; the service role may bring them from elsewhere', async () => {
    const told = { metric: 'tokens', limit: 1, used: 1, at: 'never', resets_at: 'never' };
    await user.client.query(`update training_runs set status = 'stopped', stopped_by = $1 where id = $2`, [
      told,
      run,
    ]);
    assert.deepEqual([(await stop()).limit, (await stop()).used], [10, 8]);
    await user.client.query('update training_runs set stopped_by = $1 where id = $2', [told, run]);
    assert.deepEqual([(await stop()).limit, (await stop()).used], [10, 8]);
    await insert(user.client, 'training_runs', { name: 'i', status: 'stopped', stopped_by: told });
    assert.equal(
      await value(user.client, `select (stopped_by ->> 'used')::int from training_runs where name = 'i'`),
      8,
    );
    const service = await database.as('service_role');
    await service.query('update training_runs set stopped_by = $1 where id = $2', [told, run]);
    assert.deepEqual(await stop(), told);
    await patch({ stopped_by: 'tokens', status: 'running' }, service).catch(() => undefined);
    assert.deepEqual(await stop(), told);
  });
});

describe('a request to cancel', () => {
  const database = useDatabase();

  it("is the owner's to make, is told by log_run, and is gone when the run starts again", async () => {
    const [user, other] = [await database.newUser(), await database.newUser()];
    const run = await insert(user.client, 'training_runs', { name: 'r', status: 'running' });
    const request = (client: pg.Client) =>
      client.query('update training_runs set cancel_requested_at = now() where id = $1', [run.id]);
    const log = async (patch: object = {}) =>
      (
        await value<{ cancel_requested: boolean }>(user.client, `select log_run($1, '[]', $2)`, [
          run.id,
          JSON.stringify(patch),
        ])
      ).cancel_requested;
    assert.equal((await request(other.client)).rowCount, 0);
    assert.equal(await log(), false);
    assert.equal((await request(user.client)).rowCount, 1);
    assert.equal(await log(), true);
    assert.equal(await log({ status: 'cancelled' }), true);
    assert.equal(await log({ status: 'running' }), false);
    await user.client.query(`update training_runs set status = 'completed' where id = $1`, [run.id]);
    await user.client.query(
      `update training_runs set status = 'running', cancel_requested_at = now() where id = $1`,
      [run.id],
    );
    assert.equal(await log(), true);
  });
});
