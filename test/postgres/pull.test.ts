import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { insert, pull, sample, sqlState, syncedTables, useDatabase, value } from './support.ts';

describe('sync_pull', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
  });
  const projects = (from: number, to: number) =>
    admin.query(
      `insert into projects (user_id, name) select $1, 'p' || n from generate_series($2::int, $3::int) n`,
      [user.id, from, to],
    );

  it('answers a user without rows', async () => {
    const first = await pull(user.client);
    assert.deepEqual(
      { ...first, epoch: '', now: '' },
      { changes: [], cut: [], counts: {}, head: 0, next: 0, reset: false, epoch: '', now: '' },
    );
    assert.match(first.now, /\+00:00$/);
    assert.ok(Math.abs(Date.parse(first.now) - Date.now()) < 60_000);
    assert.deepEqual(await pull(user.client, 0, first.epoch).then(({ reset, changes }) => [reset, changes]), [
      false,
      [],
    ]);
  });

  it('the epoch of a user stays when their first row comes', async () => {
    const before = await pull(user.client);
    await projects(1, 1);
    const after = await pull(user.client, before.head, before.epoch);
    assert.equal(after.reset, false);
    assert.equal(after.changes.length, 1);
  });

  it('the epoch names the cluster and its timeline, which a restore changes', async () => {
    const { epoch } = await pull(user.client);
    const timeline = await value<number>(admin, 'select timeline_id from pg_control_checkpoint()');
    const system = await value<string>(admin, 'select to_hex(system_identifier) from pg_control_system()');
    assert.deepEqual(epoch.split('.').slice(1), [system, timeline.toString(16).padStart(8, '0')]);
  });

  it('rows look as PostgREST and Realtime write them', async () => {
    await insert(admin, 'models', {
      name: 'm',
      user_id: user.id,
      metrics: '{"loss": 0.5}',
      tags: ['a', 'b'],
      size_bytes: 5_000_000_000,
    });
    await insert(admin, 'usage_tracking', {
      metric: 'tokens',
      amount: '1.5',
      day: '2026-02-03',
      user_id: user.id,
    });
    const { epoch } = await pull(user.client);
    const [model, usage] = (await pull(user.client, 0, epoch)).changes;
    assert.deepEqual(model?.row?.metrics, { loss: 0.5 });
    assert.deepEqual(model?.row?.tags, ['a', 'b']);
    assert.equal(model?.row?.size_bytes, 5_000_000_000);
    assert.match(String(model?.row?.updated_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
    assert.equal(usage?.row?.amount, 1.5);
    assert.equal(usage?.row?.day, '2026-02-03');
  });

  it('pages through all tables and tombstones in commit order, each version once', async () => {
    for (let round = 0; round < 4; round++) {
      for (const table of syncedTables) {
        await insert(admin, table, {
          ...sample[table],
          user_id: user.id,
          ...(table === 'usage_tracking' && { metric: `m${round}` }),
        });
      }
    }
    await admin.query(`delete from models where user_id = $1`, [user.id]);
    const { epoch, head } = await pull(user.client);
    assert.equal(head, 28);
    const seen: number[] = [];
    let since = 0;
    for (let pages = 0; since < head; pages++) {
      assert.ok(pages < 20);
      const page = await pull(user.client, since, epoch, 5);
      assert.ok(page.changes.length <= 5);
      assert.equal(page.next, page.changes.at(-1)?.seq ?? page.head);
      seen.push(...page.changes.map((c) => c.seq));
      since = page.next;
    }
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.equal(new Set(seen).size, 24);
    assert.equal(since, head);
  });

  it('the last page ends at the head, also when numbers after its rows belong to canaries', async () => {
    await projects(1, 3);
    await user.client.query('select sync_ping($1)', [randomUUID()]);
    const { epoch } = await pull(user.client);
    const page = await pull(user.client, 0, epoch, 3);
    assert.deepEqual([page.changes.length, page.next, page.head], [3, 4, 4]);
    assert.deepEqual((await pull(user.client, 0, epoch, 2)).next, 2);
  });

  it('gets past rows that share a number, as a dump loaded past the triggers may leave them', async () => {
    await projects(1, 3);
    await admin.query('set session_replication_role = replica');
    await admin.query('update projects set sync_seq = 2 where user_id = $1 and sync_seq = 3', [user.id]);
    await admin.query('reset session_replication_role');
    const { epoch } = await pull(user.client);
    const first = await pull(user.client, 0, epoch, 1);
    assert.deepEqual([first.changes.length, first.next], [1, 1]);
    const second = await pull(user.client, 1, epoch, 1);
    assert.deepEqual([second.changes.length, second.next], [2, 2]);
    assert.equal((await pull(user.client, 2, epoch, 1)).next, 3);
  });

  it('cuts a page by bytes too, and always answers at least one row', async () => {
    const wide = JSON.stringify({ text: 'x'.repeat(32_000) });
    await admin.query(
      `insert into ide_sync_events (user_id, event_type, payload) select $1, 'wide', $2::jsonb from generate_series(1, 100)`,
      [user.id, wide],
    );
    await admin.query(`update projects set name = name where user_id = $1`, [user.id]);
    await admin.query(
      `insert into projects (user_id, name) values ($1, repeat('y', 3000000)), ($1, 'after')`,
      [user.id],
    );
    const { epoch } = await pull(user.client);
    const sizes: number[] = [];
    let since = 0;
    for (let head = 1; since < head; ) {
      const page = await pull(user.client, since, epoch);
      assert.ok(page.next > since);
      sizes.push(page.changes.length);
      ({ next: since, head } = page);
    }
    assert.ok(sizes.length >= 3, String(sizes));
    assert.equal(
      sizes.reduce((a, b) => a + b),
      102,
    );
  });

  it('asks for a reset when the epoch is another or missing, since is ahead, behind the floor or too far behind', async () => {
    await projects(1, 5);
    const { epoch } = await pull(user.client);
    const reset = async (since: number, of: string | null) => {
      const answer = await pull(user.client, since, of);
      if (answer.reset) assert.deepEqual(answer.changes, []);
      return answer.reset;
    };
    assert.equal(await reset(5, epoch), false);
    assert.equal(await reset(5, 'another'), true);
    assert.equal(await reset(5, null), true);
    assert.equal(await reset(6, epoch), true);
    await admin.query('update runglass_private.sync_head set floor = 3 where user_id = $1', [user.id]);
    assert.equal(await reset(3, epoch), false);
    assert.equal(await reset(2, epoch), true);
    await admin.query('update runglass_private.sync_head set seq = 20006 where user_id = $1', [user.id]);
    assert.equal(await reset(6, epoch), false);
    assert.equal(await reset(5, epoch), true);
  });

  it('the first picture is bounded: unfinished and newest runs, newest models and events, recent usage, one subscription', async () => {
    await admin.query(
      `insert into training_runs (user_id, name, status, created_at)
       select $1, 'r' || n, case when n % 300 = 0 then 'running' else 'completed' end, now() - n * interval '1 minute' from generate_series(1, 1500) n`,
      [user.id],
    );
    await admin.query(
      `insert into models (user_id, name, created_at) select $1, 'm' || n, now() - n * interval '1 minute' from generate_series(1, 1100) n`,
      [user.id],
    );
    await admin.query(
      `insert into ide_sync_events (user_id, event_type, occurred_at) select $1, 'e' || n, now() - n * interval '1 minute' from generate_series(1, 300) n`,
      [user.id],
    );
    await admin.query(
      `insert into usage_tracking (user_id, metric, amount, day) select $1, 'tokens', n, (now() at time zone 'utc')::date - n from generate_series(0, 130) n`,
      [user.id],
    );
    await admin.query(
      `insert into subscriptions (user_id, plan, status, current_period_start, current_period_end) values
         ($1, 'old', 'canceled', now() - interval '10 days', now() + interval '20 days'),
         ($1, 'current', 'active', now() - interval '100 days', now() + interval '20 days'),
         ($1, 'older', 'active', now() - interval '200 days', now() - interval '100 days')`,
      [user.id],
    );
    await projects(1, 20);
    const project = await value<string>(admin, `select id from projects where user_id = $1 and name = 'p1'`, [
      user.id,
    ]);
    await admin.query(
      `update training_runs set project_id = $1 where user_id = $2 and name in ('r1', 'r1400')`,
      [project, user.id],
    );
    const first = await pull(user.client);
    const of = (table: string) => first.changes.filter((c) => c.tbl === table);
    assert.equal(of('projects').length, 20);
    assert.equal(of('training_runs').length, 500 + 4);
    assert.equal(of('training_runs').filter((c) => c.row?.status === 'running').length, 5);
    assert.equal(of('models').length, 1000);
    assert.equal(of('ide_sync_events').length, 200);
    assert.equal(of('usage_tracking').length, 101);
    assert.deepEqual(
      of('subscriptions').map((c) => c.row?.plan),
      ['current'],
    );
    assert.deepEqual(first.counts?.[project], { runs: 2, models: 0 });
    assert.equal(Object.keys(first.counts ?? {}).length, 20);
    assert.deepEqual([first.next, first.reset], [first.head, false]);
    assert.ok(JSON.stringify(first).length < 2_000_000);
    const seqs = first.changes.map((c) => c.seq);
    assert.deepEqual(
      seqs,
      [...seqs].sort((a, b) => a - b),
    );
  });

  it('the first picture bounds runs, events and models by 2 MB whatever they hold, and keeps what matters most', async () => {
    const metrics = JSON.stringify({ text: 'x'.repeat(8000) });
    await admin.query(
      `insert into models (user_id, name, metrics) select $1, 'm' || n, $2::jsonb from generate_series(1, 600) n`,
      [user.id, metrics],
    );
    await projects(1, 50);
    await admin.query(`insert into training_runs (user_id, name, status) values ($1, 'r', 'running')`, [
      user.id,
    ]);
    const first = await pull(user.client);
    assert.ok(JSON.stringify(first).length < 2_000_000);
    assert.equal(first.changes.filter((c) => c.tbl === 'projects').length, 50);
    assert.equal(first.changes.filter((c) => c.tbl === 'training_runs').length, 1);
    assert.ok(first.changes.filter((c) => c.tbl === 'models').length > 200);
    assert.deepEqual(first.cut, ['models']);
  });

  it('the first picture has all that is summed or counted, however large, and does not leave others out for it', async () => {
    await admin.query(
      `insert into projects (user_id, name, description) select $1, 'p', repeat('x', 1000000) from generate_series(1, 3)`,
      [user.id],
    );
    await admin.query(
      `insert into usage_tracking (user_id, metric, day, amount) select $1, 'm' || m, current_date - d, 1
       from generate_series(1, 100) m, generate_series(0, 80) d`,
      [user.id],
    );
    await admin.query(`insert into subscriptions (user_id, plan) values ($1, 'pro')`, [user.id]);
    await admin.query(`insert into training_runs (user_id, name, status) values ($1, 'r', 'running')`, [
      user.id,
    ]);
    await admin.query(`insert into models (user_id, name) values ($1, 'm')`, [user.id]);
    const { changes, cut } = await pull(user.client);
    assert.deepEqual(cut, []);
    const count = (table: string) => changes.filter(({ tbl }) => tbl === table).length;
    assert.equal(count('usage_tracking'), 8_100);
    assert.deepEqual(['projects', 'subscriptions', 'training_runs', 'models'].map(count), [3, 1, 1, 1]);
  });

  it('the first picture names the tables of which rows did not fit', async () => {
    const payload = JSON.stringify({ text: 'x'.repeat(8000) });
    await admin.query(
      `insert into training_runs (user_id, name, status, metrics) select $1, 'r', 'running', $2::jsonb from generate_series(1, 240)`,
      [user.id, payload],
    );
    await admin.query(`insert into training_runs (user_id, name, status) values ($1, 'r', 'completed')`, [
      user.id,
    ]);
    assert.deepEqual((await pull(user.client)).cut, ['training_runs']);
    await admin.query(`insert into models (user_id, name) values ($1, 'm')`, [user.id]);
    await admin.query(
      `insert into ide_sync_events (user_id, event_type, occurred_at) select $1, 'file.saved', now() from generate_series(1, 3)`,
      [user.id],
    );
    assert.deepEqual((await pull(user.client)).cut, ['ide_sync_events', 'models', 'training_runs']);
    const { head, epoch } = await pull(user.client);
    assert.deepEqual((await pull(user.client, head - 1, epoch)).cut, undefined, 'a page leaves nothing out');
  });

  it('answers nobody without a user', async () => {
    const service = await database.as('service_role');
    assert.equal(await sqlState(service.query('select sync_pull()')), '42501');
  });
});

describe('sync_ping', () => {
  const database = useDatabase();

  it('writes one canary a user, numbered by the same counter', async () => {
    const { id, client } = await database.newUser();
    await insert(client, 'projects', { name: 'p' });
    const nonces = [randomUUID(), randomUUID()];
    for (const [i, nonce] of nonces.entries()) {
      const answer = await value<{ seq: number; now: string }>(client, 'select sync_ping($1)', [nonce]);
      assert.equal(answer.seq, 2 + i);
      assert.match(answer.now, /\+00:00$/);
    }
    const canaries = await client.query('select user_id, nonce, sync_seq from sync_canaries');
    assert.deepEqual(canaries.rows, [{ user_id: id, nonce: nonces[1], sync_seq: 3 }]);
    assert.equal(await sqlState(client.query('select sync_ping(null)')), '22023');
  });

  it('gives up after 2 s when another transaction of the account is open', async function () {
    this.timeout(60_000);
    const { id, client } = await database.newUser();
    const other = await database.as('authenticated', id);
    await other.query('begin');
    await insert(other, 'projects', { name: 'p' });
    const start = Date.now();
    assert.equal(await sqlState(client.query('select sync_ping($1)', [randomUUID()])), '55P03');
    assert.ok(Date.now() - start > 1500 && Date.now() - start < 30_000);
    await other.query('commit');
    assert.equal(await sqlState(client.query('select sync_ping($1)', [randomUUID()])), null);
  });
});
