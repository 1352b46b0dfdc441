import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import {
  insert,
  rows,
  type SyncedTable,
  sample,
  sqlState,
  syncedTables,
  textColumn,
  useDatabase,
  value,
} from './support.ts';

const roles = ['anon', 'authenticated', 'service_role'] as const;
const own = 'SELECT INSERT UPDATE DELETE';

/** Every table of both schemas; one that is not named here fails the test. */
const tableRights: Record<string, [anon: string, authenticated: string, service: string]> = {
  'public.projects': ['', own, own],
  'public.training_runs': ['', own, own],
  'public.models': ['', own, own],
  'public.training_run_metrics': ['', own, own],
  'public.training_run_configs': ['', own, own],
  'public.usage_tracking': ['', 'SELECT', own],
  'public.subscriptions': ['', 'SELECT', own],
  'public.ide_sync_events': ['', 'SELECT INSERT', own],
  'public.sync_tombstones': ['', 'SELECT', 'SELECT'],
  'public.sync_canaries': ['', 'SELECT', 'SELECT'],
  'runglass_private.sync_head': ['', 'SELECT', 'SELECT'],
  'runglass_private.installation': ['', 'SELECT', 'SELECT'],
  'runglass_private.kept_tables': ['', '', ''],
  'runglass_private.blueprint': ['', 'SELECT', 'SELECT'],
};

const both = 'authenticated service_role';
/** Every function of both schemas; one that is not named here may be called by nobody. */
const functionRights: Record<string, string> = {
  'public.sync_pull': both,
  'public.sync_ping': both,
  'public.sync_doctor': both,
  'public.log_ide_sync_events': both,
  'public.record_usage': both,
  'public.log_run': both,
  'public.run_metrics': both,
  'public.runs_page': both,
  'public.timeline_page': both,
  'public.sync_prune': 'service_role',
  'public.sync_lock': 'service_role',
  'runglass_private.epoch_of': both,
  'runglass_private.pull_page': both,
  'runglass_private.pull_snapshot': both,
  'runglass_private.pull_counts': both,
  'runglass_private.lock_head_of_run': both,
};

describe('rights', () => {
  const database = useDatabase();
  let admin: pg.Client;
  before(async () => {
    admin = await database.admin();
  });

  it('of every table are exactly as listed, for every role', async () => {
    const found = await rows<{ name: string; role: string; rights: string }>(
      admin,
      `select n.nspname || '.' || c.relname as name, r.role,
         array_to_string(array(select p from unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
           where has_table_privilege(r.role, c.oid, p)), ' ') as rights
       from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest($1::text[]) with ordinality r (role, n)
       where n.nspname in ('public', 'runglass_private') and c.relkind in ('r', 'v', 'm', 'p', 'f', 'S')
       order by c.oid, r.n`,
      [roles],
    );
    const actual: Record<string, string[]> = {};
    for (const { name, rights } of found) {
      const list = actual[name] ?? [];
      actual[name] = [...list, rights];
    }
    assert.deepEqual(actual, tableRights);
  });

  it('of every function are exactly as listed, for every role', async () => {
    const found = await rows<{ name: string; callers: string }>(
      admin,
      `select n.nspname || '.' || p.proname as name,
         array_to_string(array(select r from unnest($1::text[]) r where has_function_privilege(r, p.oid, 'EXECUTE')), ' ') as callers
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('public', 'runglass_private') order by 1`,
      [roles],
    );
    assert.ok(found.length > 25);
    const actual = Object.fromEntries(found.filter((f) => f.callers !== '').map((f) => [f.name, f.callers]));
    assert.deepEqual(actual, functionRights);
    const names = new Set(found.map((f) => f.name));
    for (const name of Object.keys(functionRights)) assert.ok(names.has(name), name);
  });

  it('of a function that a later migration adds without grants would be noticed', async () => {
    await admin.query('begin; create function public.careless() returns int language sql as $$ select 1 $$');
    assert.equal(
      await value(admin, `select has_function_privilege('anon', 'public.careless()', 'EXECUTE')`),
      true,
    );
    await admin.query('rollback');
  });

  it('row-level security is on for every table, and every security definer function pins its search_path', async () => {
    assert.deepEqual(
      await rows(
        admin,
        `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('public', 'runglass_private') and c.relkind = 'r' and not c.relrowsecurity`,
      ),
      [],
    );
    assert.deepEqual(
      await rows(
        admin,
        `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname in ('public', 'runglass_private') and not coalesce('search_path=""' = any (p.proconfig), false)`,
      ),
      [],
    );
  });

  it("nobody but the service role calls what is the service role's", async () => {
    const { client } = await database.newUser();
    const anon = await database.as('anon');
    for (const caller of [client, anon]) {
      assert.equal(await sqlState(caller.query(`select sync_prune(interval '0')`)), '42501');
      assert.equal(await sqlState(caller.query('select sync_lock($1)', [[randomUUID()]])), '42501');
      assert.equal(
        await sqlState(caller.query('select runglass_private.sync_next($1)', [randomUUID()])),
        '42501',
      );
    }
    assert.equal(await sqlState(anon.query('select sync_pull()')), '42501');
    const service = await database.as('service_role');
    assert.equal(await sqlState(service.query(`select sync_prune(interval '30 days')`)), null);
  });
});

/** Verbs that a user has on their own rows of each table. */
const verbs: Record<SyncedTable, { insert: boolean; update: boolean }> = {
  projects: { insert: true, update: true },
  training_runs: { insert: true, update: true },
  models: { insert: true, update: true },
  usage_tracking: { insert: false, update: false },
  subscriptions: { insert: false, update: false },
  ide_sync_events: { insert: true, update: false },
};

describe('row-level security', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let ada: { id: string; client: pg.Client };
  let eve: { id: string; client: pg.Client };
  let anon: pg.Client;
  before(async () => {
    admin = await database.admin();
    [ada, eve, anon] = [await database.newUser(), await database.newUser(), await database.as('anon')];
  });

  for (const table of syncedTables) {
    const change = `${textColumn[table]} = 'changed'`;

    it(`${table}: the owner reads, and writes as far as allowed`, async () => {
      const mine = await insert(admin, table, { ...sample[table], user_id: ada.id });
      const read = await rows(ada.client, `select id from ${table} where id = $1`, [mine.id]);
      assert.deepEqual(read, [{ id: mine.id }]);
      const update = await sqlState(
        ada.client.query(`update ${table} set ${change} where id = $1`, [mine.id]),
      );
      assert.equal(update, verbs[table].update ? null : '42501');
      const remove = await sqlState(ada.client.query(`delete from ${table} where id = $1`, [mine.id]));
      assert.equal(remove, verbs[table].update ? null : '42501');
      await admin.query(`delete from ${table} where id = $1`, [mine.id]);
      const added = await sqlState(insert(ada.client, table, { ...sample[table] }));
      assert.equal(added, verbs[table].insert ? null : '42501');
      await admin.query(`delete from ${table} where user_id = $1`, [ada.id]);
    });

    it(`${table}: another user sees and changes nothing`, async () => {
      const mine = await insert(admin, table, { ...sample[table], user_id: ada.id });
      assert.deepEqual(await rows(eve.client, `select id from ${table}`), []);
      if (verbs[table].update) {
        assert.equal((await eve.client.query(`update ${table} set ${change}`)).rowCount, 0);
        assert.equal((await eve.client.query(`delete from ${table}`)).rowCount, 0);
      }
      const after = await rows(admin, `select * from ${table} where id = $1`, [mine.id]);
      assert.deepEqual(after, [mine]);
      await admin.query(`delete from ${table} where id = $1`, [mine.id]);
    });

    it(`${table}: forged owner, number and id are refused`, async () => {
      const mine = await insert(admin, table, { ...sample[table], user_id: ada.id });
      const head = () =>
        value(admin, 'select seq from runglass_private.sync_head where user_id = $1', [ada.id]);
      const before = await head();
      assert.equal(await sqlState(insert(eve.client, table, { ...sample[table], user_id: ada.id })), '42501');
      if (verbs[table].insert) {
        const forged = insert(eve.client, table, { ...sample[table], id: mine.id });
        assert.equal(await sqlState(forged), '23505');
        const row = await insert(eve.client, table, { ...sample[table], sync_seq: 4711 });
        assert.ok(row.sync_seq < 100);
        if (verbs[table].update) {
          const given = eve.client.query(`update ${table} set user_id = $1 where id = $2`, [ada.id, row.id]);
          assert.equal(await sqlState(given), '42501');
        }
        await admin.query(`delete from ${table} where id = $1`, [row.id]);
      }
      assert.equal(await head(), before);
      await admin.query(`delete from ${table} where id = $1`, [mine.id]);
    });

    it(`${table}: anon has no verb`, async () => {
      for (const sql of [
        `select * from ${table}`,
        `insert into ${table} (user_id) values ('${ada.id}')`,
        `update ${table} set ${change}`,
        `delete from ${table}`,
      ]) {
        assert.equal(await sqlState(anon.query(sql)), '42501');
      }
    });
  }

  it("history and configuration of a run are its owner's", async () => {
    const run = await insert(ada.client, 'training_runs', { name: 'r' });
    await ada.client.query(`select log_run($1, '[{"step": 1, "metrics": {"loss": 1}}]')`, [run.id]);
    await insert(ada.client, 'training_run_configs', { run_id: run.id, config: { lr: 1 } });
    for (const table of ['training_run_metrics', 'training_run_configs']) {
      assert.equal((await rows(ada.client, `select * from ${table}`)).length, 1);
      assert.deepEqual(await rows(eve.client, `select * from ${table}`), []);
      assert.equal((await eve.client.query(`delete from ${table}`)).rowCount, 0);
      assert.equal(await sqlState(anon.query(`select * from ${table}`)), '42501');
    }
    assert.equal(
      await sqlState(insert(eve.client, 'training_run_configs', { run_id: run.id, user_id: ada.id })),
      '42501',
    );
    assert.equal(
      await sqlState(insert(eve.client, 'training_run_metrics', { run_id: run.id, step: 2, metrics: {} })),
      '23503',
    );
    assert.equal(await sqlState(eve.client.query('select log_run($1)', [run.id])), 'RG002');
    assert.deepEqual(await value(eve.client, 'select run_metrics($1)', [run.id]), {
      points: [],
      last_step: null,
    });
  });

  it("a row cannot be hung onto another user's project or run", async () => {
    const project = await insert(ada.client, 'projects', { name: 'p' });
    const run = await insert(ada.client, 'training_runs', { name: 'r', project_id: project.id });
    assert.equal(
      await sqlState(insert(eve.client, 'training_runs', { name: 'x', project_id: project.id })),
      '23503',
    );
    assert.equal(await sqlState(insert(eve.client, 'models', { name: 'x', run_id: run.id })), '23503');
    assert.equal(
      await sqlState(eve.client.query('select record_usage($1, 1, $2)', ['tokens', project.id])),
      '23503',
    );
  });

  it('tombstones and canaries are read by their user only, and written by nobody', async () => {
    const row = await insert(ada.client, 'projects', { name: 'p' });
    await ada.client.query('delete from projects where id = $1', [row.id]);
    await ada.client.query('select sync_ping($1)', [randomUUID()]);
    for (const table of ['sync_tombstones', 'sync_canaries']) {
      assert.ok((await rows(ada.client, `select * from ${table}`)).length > 0);
      assert.deepEqual(await rows(eve.client, `select * from ${table} where user_id = $1`, [ada.id]), []);
      assert.equal(await sqlState(ada.client.query(`delete from ${table}`)), '42501');
      assert.equal(await sqlState(ada.client.query(`update ${table} set sync_seq = 1`)), '42501');
    }
    assert.deepEqual(
      await rows(eve.client, 'select * from runglass_private.sync_head where user_id = $1', [ada.id]),
      [],
    );
  });
});
