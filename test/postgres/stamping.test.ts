import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import {
  insert,
  pull,
  rows,
  sample,
  sqlState,
  syncedTables,
  textColumn,
  useDatabase,
  value,
} from './support.ts';

describe('stamping', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let user: { id: string; client: pg.Client };
  before(async () => {
    admin = await database.admin();
  });
  beforeEach(async () => {
    user = await database.newUser();
  });
  const head = () =>
    value<number | undefined>(admin, 'select seq from runglass_private.sync_head where user_id = $1', [
      user.id,
    ]);

  for (const table of syncedTables) {
    it(`numbers every version of ${table} and ignores what the client sends`, async () => {
      const forged = { sync_seq: 999, updated_at: '2001-01-01T00:00:00Z' };
      const row = await insert(admin, table, { ...sample[table], user_id: user.id, ...forged });
      assert.equal(row.sync_seq, 1);
      assert.ok(row.updated_at.getTime() > Date.now() - 60_000);
      const changed = await rows<{ sync_seq: number; updated_at: Date }>(
        admin,
        `update ${table} set ${textColumn[table]} = 'b', sync_seq = 77, updated_at = '2001-01-01' where id = $1 returning *`,
        [row.id],
      );
      assert.equal(changed[0]?.sync_seq, 2);
      assert.ok(Number(changed[0]?.updated_at) >= row.updated_at.getTime());
    });

    it(`an UPDATE that changes nothing returns its row of ${table} and keeps its number`, async () => {
      const row = await insert(admin, table, { ...sample[table], user_id: user.id });
      const again = await rows(
        admin,
        `update ${table} set user_id = user_id, sync_seq = 5 where id = $1 returning *`,
        [row.id],
      );
      assert.deepEqual(again, [row]);
      assert.equal(await head(), 1);
    });

    it(`refuses another id in ${table}`, async () => {
      const row = await insert(admin, table, { ...sample[table], user_id: user.id });
      assert.equal(
        await sqlState(admin.query(`update ${table} set id = $1 where id = $2`, [randomUUID(), row.id])),
        '23001',
      );
    });

    it(`ON CONFLICT burns no number in ${table}`, async () => {
      const row = await insert(admin, table, { ...sample[table], user_id: user.id });
      const columns = [...Object.keys(sample[table]), 'user_id', 'id'];
      const values = [...Object.values(sample[table]), user.id, row.id];
      const head0 = `insert into ${table} (${columns}) values (${columns.map((_, i) => `$${i + 1}`)}) on conflict (id)`;
      await admin.query(`${head0} do nothing`, values);
      assert.equal(await head(), 1);
      const same = await rows(
        admin,
        `${head0} do update set ${textColumn[table]} = ${table}.${textColumn[table]} returning *`,
        values,
      );
      assert.deepEqual(same, [row]);
      assert.equal(await head(), 1);
      const upserted = await rows<{ sync_seq: number }>(
        admin,
        `${head0} do update set ${textColumn[table]} = 'new' returning sync_seq`,
        values,
      );
      assert.deepEqual(upserted, [{ sync_seq: 2 }]);
      assert.equal(await head(), 2);
    });

    it(`a deleted row of ${table} leaves a tombstone with its last number`, async () => {
      const row = await insert(admin, table, { ...sample[table], user_id: user.id });
      await admin.query(`delete from ${table} where id = $1`, [row.id]);
      const { changes, head: at } = await pull(user.client, 0, (await pull(user.client)).epoch);
      assert.equal(at, 2);
      assert.deepEqual(
        changes.map(({ deleted_at, ...rest }) => ({ ...rest, dated: typeof deleted_at })),
        [{ tbl: table, seq: 2, id: row.id, row_seq: 1, dated: 'string' }],
      );
    });

    it(`a row of ${table} that changes its owner leaves the old one a tombstone`, async () => {
      const other = await database.newUser();
      const row = await insert(admin, table, { ...sample[table], user_id: user.id });
      await insert(admin, table, {
        ...sample[table],
        user_id: other.id,
        ...(table === 'usage_tracking' && { metric: 'x' }),
      });
      const moved = await rows<{ sync_seq: number }>(
        admin,
        `update ${table} set user_id = $1 where id = $2 returning sync_seq`,
        [other.id, row.id],
      );
      assert.deepEqual(moved, [{ sync_seq: 2 }]);
      const mine = await pull(user.client, 1, (await pull(user.client)).epoch);
      assert.deepEqual(
        mine.changes.map((c) => [c.tbl, c.seq, c.id, c.row_seq]),
        [[table, 2, row.id, 1]],
      );
      const theirs = await pull(other.client, 1, (await pull(other.client)).epoch);
      assert.deepEqual(
        theirs.changes.map((c) => [c.tbl, c.seq, c.row?.id]),
        [[table, 2, row.id]],
      );
    });
  }

  it('ON CONFLICT on the key of usage burns no number', async () => {
    await insert(admin, 'usage_tracking', { ...sample.usage_tracking, user_id: user.id });
    await admin.query(
      `insert into usage_tracking (user_id, metric, amount) values ($1, 'tokens', 5)
       on conflict (user_id, metric, day, project_id) do update set amount = usage_tracking.amount + excluded.amount`,
      [user.id],
    );
    assert.equal(await head(), 2);
    await admin.query(
      `insert into usage_tracking (user_id, metric, amount) values ($1, 'tokens', 5) on conflict do nothing`,
      [user.id],
    );
    assert.equal(await head(), 2);
  });

  it('a rollback leaves no gap', async () => {
    await admin.query('begin');
    await insert(admin, 'projects', { name: 'a', user_id: user.id });
    await admin.query('rollback');
    const row = await insert(admin, 'projects', { name: 'b', user_id: user.id });
    assert.equal(row.sync_seq, 1);
  });

  it('refuses a row without a number: an INSERT taken for a conflict under an older snapshot', async () => {
    const rival = await database.admin();
    const row = await insert(admin, 'projects', { name: 'a', user_id: user.id });
    await rival.query('begin isolation level repeatable read');
    await rival.query('select count(*) from projects');
    await admin.query('delete from projects where id = $1', [row.id]);
    assert.equal(
      await sqlState(insert(rival, 'projects', { id: row.id, name: 'b', user_id: user.id })),
      '40001',
    );
    await rival.query('rollback');
  });

  it('the row without a number is refused at the table itself', async () => {
    await admin.query(`begin; set local session_replication_role = replica`);
    await admin.query(`alter table projects enable always trigger runglass_50_stamped`);
    assert.equal(
      await sqlState(insert(admin, 'projects', { name: 'a', user_id: user.id, sync_seq: 0 })),
      '40001',
    );
    await admin.query('rollback');
  });

  it('an update leaves wide values where they are stored', async () => {
    const { id } = await insert(user.client, 'training_runs', { name: 'r' });
    const toast = await value<string>(
      admin,
      `select reltoastrelid::regclass::text from pg_class where oid = 'public.training_runs'::regclass`,
    );
    const chunks = () => rows(admin, `select chunk_id, chunk_seq, ctid::text from ${toast} order by 1, 2`);
    await user.client.query(
      `update training_runs set metrics = jsonb_build_object('text',
        (select string_agg(md5(n::text), '') from generate_series(1, 220) n)) where id = $1`,
      [id],
    );
    const before = await chunks();
    assert.notEqual(before.length, 0);
    await user.client.query('update training_runs set progress = 0.5 where id = $1', [id]);
    assert.deepEqual(await chunks(), before);
  });

  it('TRUNCATE renews the epoch of everyone', async () => {
    await insert(admin, 'models', { name: 'a', user_id: user.id });
    const before = await pull(user.client);
    await admin.query('truncate models');
    const after = await pull(user.client, before.head, before.epoch);
    assert.equal(after.reset, true);
    assert.notEqual(after.epoch, before.epoch);
  });

  it('a run gets its times from its status', async () => {
    const run = await insert(user.client, 'training_runs', { name: 'r' });
    assert.equal(run.started_at, null);
    const set = (status: string) =>
      rows<{ started_at: Date | null; finished_at: Date | null }>(
        user.client,
        'update training_runs set status = $1 where id = $2 returning started_at, finished_at',
        [status, run.id],
      );
    const running = (await set('running'))[0];
    assert.ok(running?.started_at);
    assert.equal(running.finished_at, null);
    const ended = (await set('completed'))[0];
    assert.deepEqual(ended?.started_at, running.started_at);
    assert.ok(ended?.finished_at);
    assert.equal((await set('running'))[0]?.finished_at, null);
  });

  it('the usage of a deleted project stays used', async () => {
    const project = await insert(user.client, 'projects', { name: 'p' });
    const record = (projectId: string | null) =>
      user.client.query('select record_usage($1, $2, $3)', ['tokens', 5, projectId]);
    await record(project.id);
    await record(null);
    await user.client.query('delete from projects where id = $1', [project.id]);
    assert.deepEqual(await rows(user.client, 'select amount::int, project_id from usage_tracking'), [
      { amount: 10, project_id: null },
    ]);
  });
});
