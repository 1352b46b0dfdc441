import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { insert, pull, rows, sqlState, useDatabase, value } from './support.ts';

describe('log_ide_sync_events', () => {
  const database = useDatabase();
  const log = (client: pg.Client, events: unknown) =>
    value<{ accepted: number; duplicates: number; head: number }>(client, 'select log_ide_sync_events($1)', [
      JSON.stringify(events),
    ]);
  const event = (more: object = {}) => ({
    id: randomUUID(),
    event_type: 'file.saved',
    occurred_at: '2026-01-02T03:04:05Z',
    ...more,
  });

  it('inserts what is not there yet, and counts what is', async () => {
    const { client } = await database.newUser();
    const [a, b, c] = [
      event({ payload: { path: 'a' }, editor: 'vscode', session_id: randomUUID() }),
      event(),
      event(),
    ];
    assert.deepEqual(await log(client, [a, b]), { accepted: 2, duplicates: 0, head: 2 });
    assert.deepEqual(await log(client, [b, a]), { accepted: 0, duplicates: 2, head: 2 });
    assert.deepEqual(await log(client, [b, c, c]), { accepted: 1, duplicates: 2, head: 3 });
    const stored = await rows<{ payload: object }>(
      client,
      'select payload, editor from ide_sync_events where id = $1',
      [a.id],
    );
    assert.deepEqual(stored, [{ payload: { path: 'a' }, editor: 'vscode' }]);
  });

  it('forgets references to what is gone or of others, and keeps the event', async () => {
    const [user, other] = [await database.newUser(), await database.newUser()];
    const theirs = await insert(other.client, 'projects', { name: 'p' });
    const mine = await insert(user.client, 'training_runs', { name: 'r' });
    await log(user.client, [
      event({ project_id: theirs.id, run_id: mine.id }),
      event({ project_id: randomUUID() }),
    ]);
    assert.deepEqual(
      await rows(user.client, 'select project_id, run_id from ide_sync_events order by run_id nulls last'),
      [
        { project_id: null, run_id: mine.id },
        { project_id: null, run_id: null },
      ],
    );
  });

  it('refuses what is no list of events, whole', async () => {
    const { client } = await database.newUser();
    for (const bad of [{}, [1], [{ id: randomUUID() }], [event(), { event_type: 'x' }]]) {
      assert.equal(await sqlState(log(client, bad)), '22023');
    }
    assert.equal(await sqlState(log(client, [event({ payload: [] })])), '23514');
    assert.equal(await sqlState(log(client, [event({ occurred_at: 'infinity' })])), '23514');
    assert.equal(await value(client, 'select count(*) from ide_sync_events'), 0);
    assert.deepEqual(await log(client, []), { accepted: 0, duplicates: 0, head: 0 });
  });

  it('ignores an owner and a number in the event', async () => {
    const [user, other] = [await database.newUser(), await database.newUser()];
    await log(user.client, [event({ user_id: other.id, sync_seq: 99 })]);
    assert.deepEqual(await rows(user.client, 'select user_id, sync_seq from ide_sync_events'), [
      { user_id: user.id, sync_seq: 1 },
    ]);
  });
});

describe('record_usage', () => {
  const database = useDatabase();
  let admin: pg.Client;
  before(async () => {
    admin = await database.admin();
  });
  const subscribe = (user: string, limits: object, days: [number, number] = [-10, 20]) =>
    admin.query(
      `insert into subscriptions (user_id, plan, limits, current_period_start, current_period_end)
       values ($1, 'Pro', $2, now() + $3 * interval '1 day', now() + $4 * interval '1 day')`,
      [user, limits, ...days],
    );
  const record = (client: pg.Client, ...args: unknown[]) =>
    value<{ used: number; limit: number | null; remaining: number | null; day: string; metric: string }>(
      client,
      `select record_usage(${args.map((_, i) => `$${i + 1}`).join(', ')})`,
      args,
    );

  it('adds up the day, with and without a plan', async () => {
    const { id, client } = await database.newUser();
    const today = new Date().toISOString().slice(0, 10);
    assert.deepEqual(await record(client, 'tokens', 5), {
      metric: 'tokens',
      day: today,
      used: 5,
      limit: null,
      remaining: null,
    });
    await subscribe(id, { tokens: { limit: 100, hard: true }, requests: { limit: null } });
    assert.deepEqual(await record(client, 'tokens', 2.5), {
      metric: 'tokens',
      day: today,
      used: 7.5,
      limit: 100,
      remaining: 92.5,
    });
    assert.equal((await record(client, 'requests', 1e9)).limit, null);
    assert.equal(await value(client, `select count(*) from usage_tracking where metric = 'tokens'`), 1);
  });

  it('refuses what would pass a hard limit, and says how it stands; a soft limit only counts', async () => {
    const { id, client } = await database.newUser();
    await subscribe(id, { tokens: { limit: 10, hard: true }, gpu_minutes: { limit: 10 } });
    await record(client, 'tokens', 10);
    const error = await record(client, 'tokens', 0.5).then(
      () => assert.fail(),
      (e: { code: string; detail: string }) => e,
    );
    assert.equal(error.code, 'RG001');
    const { period_end, ...detail } = JSON.parse(error.detail);
    assert.deepEqual(detail, { metric: 'tokens', used: 10, limit: 10, remaining: 0 });
    assert.ok(Date.parse(period_end) > Date.now());
    assert.equal((await record(client, 'gpu_minutes', 11)).remaining, 0);
  });

  it('counts the period only, in UTC days', async () => {
    const { id, client } = await database.newUser();
    await subscribe(id, { tokens: { limit: 10, hard: true } }, [-5, 5]);
    await admin.query(
      `insert into usage_tracking (user_id, metric, amount, day)
       select $1, 'tokens', 100, (now() at time zone 'utc')::date + d from unnest('{-6,6}'::int[]) d`,
      [id],
    );
    await admin.query(
      `insert into usage_tracking (user_id, metric, amount, day) values ($1, 'tokens', 3, (now() at time zone 'utc')::date - 5)`,
      [id],
    );
    assert.equal((await record(client, 'tokens', 1)).used, 4);
  });

  it('refuses amounts that are none', async () => {
    const { client } = await database.newUser();
    for (const amount of [0, -1, '1e-200', '1e16', '1e131000', 'NaN', 'Infinity', '-Infinity', null]) {
      assert.equal(await sqlState(record(client, 'tokens', amount)), '22023', String(amount));
    }
    assert.equal(await sqlState(record(client, '', 1)), '22023');
    assert.equal(await sqlState(record(client, null, 1)), '22023');
  });

  it("for_user is the service role's", async () => {
    const [user, other] = [await database.newUser(), await database.newUser()];
    assert.equal(await sqlState(record(user.client, 'tokens', 1, null, other.id)), '42501');
    assert.equal((await record(user.client, 'tokens', 1, null, user.id)).used, 1);
    const service = await database.as('service_role');
    assert.equal((await record(service, 'tokens', 1, null, user.id)).used, 2);
    assert.equal(await sqlState(record(service, 'tokens', 1)), '42501');
  });

  it('grants exactly the hard limit to concurrent writers', async function () {
    this.timeout(60_000);
    const { id } = await database.newUser();
    await subscribe(id, { tokens: { limit: 100, hard: true } });
    const service = await database.as('service_role');
    const clients = await Promise.all(Array.from({ length: 8 }, () => database.as('authenticated', id)));
    const results = await Promise.all(
      clients.map(async (client, i) => {
        const codes: (string | null)[] = [];
        const [caller, args] = i === 0 ? [service, [3, null, id]] : [client, [3, null, null]];
        while (codes.length < 8) {
          const code = await sqlState(record(caller, 'tokens', ...args));
          // Waited too long in the line; as every client does, it comes again.
          if (code !== '55P03') codes.push(code);
        }
        return codes;
      }),
    );
    const codes = results.flat();
    assert.deepEqual([...new Set(codes)].sort(), ['RG001', null].sort());
    assert.equal(codes.filter((c) => c === null).length, 33);
    assert.equal(
      await value(admin, `select sum(amount)::int from usage_tracking where user_id = $1`, [id]),
      99,
    );
  });
});

describe('log_run and run_metrics', () => {
  const database = useDatabase();
  const log = (client: pg.Client, run: string, points: unknown = [], patch: unknown = {}) =>
    value<{ seq: number; step: number | null; cancel_requested: boolean }>(
      client,
      'select log_run($1, $2, $3)',
      [run, JSON.stringify(points), JSON.stringify(patch)],
    );
  const row = async (client: pg.Client, id: string) =>
    (await rows(client, 'select * from training_runs where id = $1', [id]))[0];

  it('many points are one update of the row', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r', total_steps: 10 });
    const points = [1, 2, 3].map((step) => ({
      step,
      metrics: { loss: 3 - step, ...(step === 2 && { accuracy: 0.5 }) },
      at: `2026-01-01T00:00:0${step}Z`,
    }));
    assert.deepEqual(await log(client, run.id, points), { seq: 2, step: 3, cancel_requested: false });
    const after = await row(client, run.id);
    assert.deepEqual(after?.metrics, { loss: 0, accuracy: 0.5 });
    assert.deepEqual([after?.status, after?.progress, after?.step], ['running', 0.3, 3]);
    assert.ok(after?.started_at && after.heartbeat_at);
    assert.deepEqual(await value(client, 'select run_metrics($1)', [run.id]), {
      points: points.map(({ step, metrics, at }) => ({ step, metrics, at: at.replace('Z', '+00:00') })),
      last_step: 3,
    });
  });

  it('the last write of a step wins, and late points from behind do not turn the row back', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    await log(client, run.id, [
      { step: 5, metrics: { loss: 1 } },
      { step: 5, metrics: { loss: 0.9 } },
    ]);
    await log(client, run.id, [{ step: 2, metrics: { loss: 8, lr: 0.1 } }]);
    await log(client, run.id, [{ step: 5, metrics: { loss: 0.8 } }]);
    const after = await row(client, run.id);
    assert.deepEqual([after?.step, after?.metrics], [5, { loss: 0.8, lr: 0.1 }]);
    const { points } = await value<{ points: { step: number; metrics: object }[] }>(
      client,
      'select run_metrics($1)',
      [run.id],
    );
    assert.deepEqual(
      points.map((p) => [p.step, p.metrics]),
      [
        [2, { loss: 8, lr: 0.1 }],
        [5, { loss: 0.8 }],
      ],
    );
  });

  it('makes room in the latest values for new names, and refuses a call that has more than fits', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    const named = (prefix: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}/${'x'.repeat(60)}/${i}`, i]));
    for (let step = 1; step <= 3; step++)
      await log(client, run.id, [{ step, metrics: named(`layer${step}`, 80) }]);
    const after = await row(client, run.id);
    assert.deepEqual([after?.step, after?.metrics], [3, named('layer3', 80)]);
    assert.equal(await sqlState(log(client, run.id, [{ step: 4, metrics: named('all', 200) }])), '22023');
    assert.equal((await row(client, run.id))?.step, 3);
  });

  it('patches the state, tells a request to cancel, and takes no other field', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r', status: 'running' });
    await client.query('update training_runs set cancel_requested_at = now() where id = $1', [run.id]);
    const answer = await log(client, run.id, [], {
      status: 'failed',
      error: 'out of memory',
      progress: 0.5,
      total_steps: 7,
      name: 'n',
    });
    assert.equal(answer.cancel_requested, true);
    const after = await row(client, run.id);
    assert.deepEqual(
      ['status', 'error', 'progress', 'total_steps', 'name'].map((key) => after?.[key]),
      ['failed', 'out of memory', 0.5, 7, 'n'],
    );
    assert.ok(after?.finished_at);
    for (const [points, patch] of [
      [[], { user_id: 'x' }],
      [{}, {}],
      [[{ step: 1 }], {}],
      [[{ metrics: {} }], {}],
      [[], []],
    ]) {
      assert.equal(await sqlState(log(client, run.id, points, patch)), '22023');
    }
    assert.equal(await sqlState(log(client, run.id, [], { status: 'exploded' })), '23514');
    assert.equal(
      await sqlState(log(client, run.id, [{ step: 1, metrics: { text: 'x'.repeat(9000) } }])),
      '22023',
    );
    assert.equal(await sqlState(log(client, randomUUID())), 'RG002');
  });

  it('the service role logs for any run', async () => {
    const { id, client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    const service = await database.as('service_role');
    await log(service, run.id, [{ step: 1, metrics: { loss: 1 } }]);
    assert.deepEqual(await rows(client, 'select user_id, step from training_run_metrics'), [
      { user_id: id, step: 1 },
    ]);
  });

  it('thins a curve evenly, always with its last point, and reads only its tail', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    await log(
      client,
      run.id,
      Array.from({ length: 2500 }, (_, i) => ({ step: i + 1, metrics: { loss: i } })),
    );
    const curve = (max: number, after: number | null = null) =>
      value<{ points: { step: number }[]; last_step: number }>(client, 'select run_metrics($1, $2, $3)', [
        run.id,
        max,
        after,
      ]);
    const thin = await curve(1000);
    assert.equal(thin.points.length, 834);
    assert.equal(thin.points.at(-1)?.step, 2500);
    assert.equal(thin.last_step, 2500);
    assert.deepEqual(
      (await curve(1000, 2498)).points.map((p) => p.step),
      [2499, 2500],
    );
    assert.deepEqual(await curve(1000, 2500), { points: [], last_step: 2500 });
    assert.equal((await curve(5000)).points.length, 2500);
  });

  it('keeps the points of a metric that is logged seldom, beside those that every step has', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    await log(
      client,
      run.id,
      Array.from({ length: 3000 }, (_, i) => ({
        step: i + 1,
        metrics: i % 300 === 100 ? { val_loss: i } : { loss: i, lr: 1 },
      })),
    );
    const { points } = await value<{ points: { step: number; metrics: object }[] }>(
      client,
      'select run_metrics($1, 1000)',
      [run.id],
    );
    assert.equal(points.filter(({ metrics }) => 'val_loss' in metrics).length, 10);
    assert.ok(points.length > 500 && points.length <= 1002, `${points.length} points`);
    assert.deepEqual(
      points.map(({ step }) => step),
      points.map(({ step }) => step).sort((a, b) => a - b),
    );
    assert.equal(points.at(-1)?.step, 3000);
  });

  it('thins points that have hardly a name in common as if they were alike', async () => {
    const { client } = await database.newUser();
    const run = await insert(client, 'training_runs', { name: 'r' });
    await log(
      client,
      run.id,
      Array.from({ length: 400 }, (_, i) => ({ step: i + 1, metrics: { [`m${i % 50}`]: i } })),
    );
    const { points } = await value<{ points: object[] }>(client, 'select run_metrics($1, 100)', [run.id]);
    assert.equal(points.length, 100);
  });
});

describe('sync_prune', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let service: pg.Client;
  before(async () => {
    [admin, service] = [await database.admin(), await database.as('service_role')];
  });

  it('removes old tombstones and raises the floor, so that whoever is behind starts over', async () => {
    const { id, client } = await database.newUser();
    for (const name of ['a', 'b', 'c']) await insert(client, 'projects', { name });
    await client.query(`delete from projects where name = 'a'`);
    await client.query(`delete from projects where name = 'b'`);
    await admin.query(
      `update sync_tombstones set deleted_at = now() - interval '40 days' where user_id = $1 and sync_seq = 4`,
      [id],
    );
    const { epoch } = await pull(client);
    assert.deepEqual(await value(service, 'select sync_prune()'), { users: 1, rows: 1 });
    assert.deepEqual(await rows(client, 'select sync_seq from sync_tombstones'), [{ sync_seq: 5 }]);
    assert.equal((await pull(client, 3, epoch)).reset, true);
    const level = await pull(client, 4, epoch);
    assert.deepEqual([level.reset, level.changes.map((c) => c.seq)], [false, [5]]);
    assert.deepEqual(await value(service, 'select sync_prune()'), { users: 0, rows: 0 });
  });

  it('removes old events without tombstones; even a client level with the head starts over', async () => {
    const { id, client } = await database.newUser();
    await admin.query(
      `insert into ide_sync_events (user_id, event_type, occurred_at) select $1, 'x', now() - n * interval '100 days' from generate_series(1, 5) n`,
      [id],
    );
    const before = await pull(client);
    await value(service, `select sync_prune(interval '30 days')`);
    assert.equal(await value(client, 'select count(*) from ide_sync_events'), 3);
    assert.equal(await value(client, 'select count(*) from sync_tombstones'), 0);
    assert.equal((await pull(client, before.head, before.epoch)).reset, true);
    const fresh = await pull(client);
    assert.equal((await pull(client, fresh.head, fresh.epoch)).reset, false);
    await client.query('select 1');
    await admin.query('delete from ide_sync_events where user_id = $1', [id]);
    assert.equal(
      await value(client, 'select count(*) from sync_tombstones'),
      3,
      'ordinary deletes write tombstones again',
    );
  });

  it('happens a little by chance inside log_ide_sync_events', async function () {
    this.timeout(60_000);
    const { id, client } = await database.newUser();
    const project = await insert(client, 'projects', { name: 'a' });
    await client.query('delete from projects where id = $1', [project.id]);
    await admin.query(
      `update sync_tombstones set deleted_at = now() - interval '40 days' where user_id = $1`,
      [id],
    );
    await client.query('select setseed(0.5)');
    for (let i = 0; i < 1500; i++) {
      await client.query(`select log_ide_sync_events('[]')`);
      if (i % 50 === 0 && (await value(client, 'select count(*) from sync_tombstones')) === 0) return;
    }
    assert.fail('never pruned');
  });
});
