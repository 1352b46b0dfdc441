import assert from 'node:assert/strict';
import type pg from 'pg';
import {
  catalog,
  migrate,
  migrations,
  pull,
  removal,
  rows,
  sqlState,
  syncedTables,
  useDatabase,
  value,
} from './support.ts';

const ada = '00000000-0000-4000-8000-00000000000a';
const bob = '00000000-0000-4000-8000-00000000000b';

/** A platform that was here first: own columns, own policy, a plain foreign key, rows. */
const platform = `
  insert into auth.users (id, email) values ('${ada}', 'ada@test'), ('${bob}', 'bob@test');
  create table public.projects (id uuid primary key, user_id uuid not null, name varchar(80) not null, budget integer default 7);
  create table public.training_runs (
    id uuid primary key default gen_random_uuid(), user_id uuid not null, name text not null, status text not null,
    project_id uuid references public.projects, created_at timestamptz not null);
  alter table public.training_runs enable row level security;
  create policy "their policy" on public.training_runs for select using (true);
  insert into public.projects values
    ('00000000-0000-4000-8000-000000000001', '${ada}', 'one'), ('00000000-0000-4000-8000-000000000002', '${ada}', 'two'),
    ('00000000-0000-4000-8000-000000000003', '${bob}', 'three');
  insert into public.training_runs (user_id, name, status, project_id, created_at)
    select '${ada}', 'run ' || n, case n when 1 then 'success' else 'running' end, '00000000-0000-4000-8000-000000000001',
      timestamptz '2026-01-01' - n * interval '1 day' from generate_series(1, 5) n;
  -- A row of one user in a project of another, which a plain foreign key allowed.
  insert into public.training_runs (user_id, name, status, project_id, created_at)
    values ('${bob}', 'stray', 'running', '00000000-0000-4000-8000-000000000001', now());`;

describe('migrations', () => {
  describe('on a fresh database', () => {
    const database = useDatabase('bare');

    it('apply, apply again without a change, and are removed without a trace', async () => {
      const admin = await database.admin();
      const empty = await catalog(admin);
      await migrate(admin);
      const applied = await catalog(admin);
      assert.ok(applied.length > empty.length + 100);
      await migrate(admin);
      assert.deepEqual(await catalog(admin), applied);
      assert.equal(await value(admin, `select sync_doctor() ->> 'ok'`), 'true');
      await admin.query(removal());
      assert.deepEqual(await catalog(admin), empty);
      await admin.query(removal());
      await migrate(admin);
      assert.deepEqual(await catalog(admin), applied);
    });
  });

  describe('on an installation from before runs had usage and pace', () => {
    const database = useDatabase('bare');

    it('replace the function of four parameters, and come out as on a fresh database', async () => {
      const admin = await database.admin();
      await migrate(admin);
      const applied = await catalog(admin);
      const { client } = await database.newUser();
      await client.query(`insert into training_runs (name, status, step) values ('old', 'running', 4)`);
      await admin.query(`
        drop trigger runglass_21_pace on training_runs;
        drop trigger runglass_22_stop on training_runs;
        alter table training_runs drop column usage, drop column stopped_by, drop column step_rate, drop column stepped_at;
        drop function record_usage(text, numeric, uuid, uuid, uuid);
        drop function runs_page(timestamptz, uuid, integer);
        create function record_usage(metric text, amount numeric, project_id uuid default null, for_user uuid default null)
          returns jsonb language sql as 'select null::jsonb';`);
      await migrate(admin);
      assert.deepEqual(await catalog(admin), applied);
      await client.query(`select record_usage('tokens', 2, run_id => (select id from training_runs))`);
      await client.query(`select record_usage('tokens', 1)`);
      await client.query('update training_runs set step = 5');
      assert.deepEqual(
        await rows(
          client,
          'select usage, stopped_by, step_rate, stepped_at is not null as stepped from training_runs',
        ),
        [{ usage: { tokens: 2 }, stopped_by: null, step_rate: null, stepped: true }],
      );
    });
  });

  describe('applied by a role that is no superuser, as on a hosted project', () => {
    const database = useDatabase('bare');

    it('apply, apply again, work and are removed', async () => {
      const admin = await database.admin();
      const owner = await database.admin();
      await admin.query(`
        create role hosted_postgres createrole bypassrls in role anon, authenticated, service_role;
        grant create on database ${await value(admin, 'select current_database()')} to hosted_postgres;
        grant usage, create on schema public to hosted_postgres;
        grant usage on schema auth to hosted_postgres;
        grant select, insert, update, delete, references, trigger on auth.users to hosted_postgres;
        alter publication supabase_realtime owner to hosted_postgres`);
      await owner.query('set session authorization hosted_postgres');
      const empty = await catalog(admin);
      await migrate(owner);
      await migrate(owner);
      const { id, client } = await database.newUser();
      const run = await value(client, `insert into training_runs (name) values ('r') returning id`);
      await client.query(`select log_run($1, '[{"step": 1, "metrics": {"loss": 1}}]')`, [run]);
      await client.query(`select record_usage('tokens', 1)`);
      assert.equal((await pull(client)).changes.length, 2);
      await admin.query('delete from auth.users where id = $1', [id]);
      assert.equal(await value(admin, 'select count(*) from runglass_private.sync_head'), 0);
      await owner.query(removal());
      assert.deepEqual(await catalog(admin), empty);
    });
  });

  describe('on a database without Realtime', () => {
    const database = useDatabase('bare');

    it('apply, and the doctor says what is missing', async () => {
      const admin = await database.admin();
      await admin.query('drop publication supabase_realtime');
      await migrate(admin);
      const findings = await value<{ code: string }[]>(admin, `select sync_doctor() -> 'findings'`);
      assert.deepEqual(
        findings.map((f) => f.code),
        ['no_publication'],
      );
    });
  });

  describe('on tables that were here before', () => {
    const database = useDatabase('bare');
    let admin: pg.Client;
    let before0: string[];
    before(async () => {
      admin = await database.admin();
      await admin.query(platform);
      await admin.query('alter publication supabase_realtime add table public.projects');
      before0 = await catalog(admin);
      await migrate(admin);
    });

    it('keep rows and columns and number the rows, oldest first', async () => {
      assert.deepEqual(
        await rows(admin, `select name, budget, status from projects where user_id = '${ada}' order by id`),
        [
          { name: 'one', budget: 7, status: 'active' },
          { name: 'two', budget: 7, status: 'active' },
        ],
      );
      const seqs = await rows<{ name: string; sync_seq: number }>(
        admin,
        `select name, sync_seq from training_runs where user_id = '${ada}' order by sync_seq`,
      );
      assert.deepEqual(
        seqs.map((r) => [r.name, r.sync_seq]),
        [5, 4, 3, 2, 1].map((n, i) => [`run ${n}`, 3 + i]),
      );
    });

    it('a pull finds every old row, and none of anybody else', async () => {
      const client = await database.as('authenticated', ada);
      const page = await pull(client, 0, (await pull(client)).epoch);
      assert.equal(page.head, 7);
      assert.deepEqual(
        page.changes.map((c) => c.seq),
        [1, 2, 3, 4, 5, 6, 7],
      );
    });

    it('do not refuse what was allowed before, and carry the owner from now on', async () => {
      await admin.query(`update training_runs set heartbeat_at = now() where status = 'success'`);
      assert.equal(
        await sqlState(
          admin.query(
            `insert into training_runs (user_id, name, status, project_id, created_at) values ('${bob}', 'x', 'running', '00000000-0000-4000-8000-000000000002', now())`,
          ),
        ),
        '23503',
      );
    });

    it('apply again without a change', async () => {
      const applied = await catalog(admin);
      await migrate(admin);
      assert.deepEqual(await catalog(admin), applied);
    });

    it('are removed without a trace but their rows', async () => {
      await admin.query(removal());
      assert.deepEqual(await catalog(admin), before0);
      assert.equal(await value(admin, 'select count(*) from training_runs'), 6);
    });
  });

  describe('beside triggers that a platform has on its tables', () => {
    const database = useDatabase('bare');

    it('number a row as those triggers leave it', async () => {
      const admin = await database.admin();
      await admin.query(`
        create table public.projects (id uuid primary key default gen_random_uuid(), user_id uuid not null, name text not null, versions integer default 0);
        create function set_user() returns trigger language plpgsql as $$ begin new.user_id := coalesce(new.user_id, auth.uid()); return new; end $$;
        create trigger set_user before insert on public.projects for each row execute function set_user();
        create function touch() returns trigger language plpgsql as $$ begin new.versions := old.versions + 1; return new; end $$;
        create trigger touch before update on public.projects for each row execute function touch();`);
      await migrate(admin);
      const { id, client } = await database.newUser();
      assert.deepEqual(
        await rows(client, `insert into projects (name) values ('x') returning user_id, sync_seq`),
        [{ user_id: id, sync_seq: 1 }],
      );
      assert.deepEqual(await rows(client, 'update projects set name = name returning versions, sync_seq'), [
        { versions: 1, sync_seq: 2 },
      ]);
    });
  });

  describe('on tables that do not fit', () => {
    const database = useDatabase('bare');
    const misfits: [string, string, RegExp][] = [
      [
        'a column of another type',
        'create table public.projects (id uuid primary key, user_id text, name text)',
        /projects: column user_id is text, expected uuid/,
      ],
      [
        'no owner',
        'create table public.models (id uuid primary key, name text)',
        /models: lacks column user_id/,
      ],
      [
        'json that cannot be compared',
        'create table public.training_runs (id uuid primary key, user_id uuid, name text, metrics json)',
        /training_runs: column metrics is json, expected jsonb/,
      ],
      [
        'no key',
        'create table public.projects (id uuid, user_id uuid, name text)',
        /projects: has no primary key/,
      ],
      ['a view', 'create view public.subscriptions as select 1 as id', /subscriptions: is not a table/],
      [
        'rows of nobody',
        `create table public.projects (id uuid primary key, user_id uuid, name text); insert into public.projects values (gen_random_uuid(), null, 'x')`,
        /projects: 1 rows without user_id/,
      ],
      [
        'usage that is there twice',
        `create table public.usage_tracking (id uuid primary key default gen_random_uuid(), user_id uuid, metric text, day date, amount numeric);
        insert into public.usage_tracking (user_id, metric, day, amount) select '${ada}', 'tokens', date '2026-01-01', 1 from generate_series(1, 2)`,
        /usage_tracking: more than one row/,
      ],
    ];
    for (const [name, sql, message] of misfits) {
      it(`say so before anything is changed: ${name}`, async () => {
        const admin = await database.admin();
        await admin.query(`begin; ${sql}; savepoint here`);
        const before = await catalog(admin);
        await assert.rejects(admin.query(migrations()[0] ?? ''), message);
        await admin.query('rollback to here');
        assert.deepEqual(await catalog(admin), before);
        await admin.query('rollback');
      });
    }

    it('name every misfit in one error', async () => {
      const admin = await database.admin();
      await admin.query(
        'begin; create table public.projects (id text primary key); create table public.models (id uuid primary key, user_id uuid, name integer)',
      );
      await assert.rejects(
        admin.query(migrations()[0] ?? ''),
        /models: column name is integer.*projects: column id is text.*projects: lacks column name; projects: lacks column user_id/,
      );
      await admin.query('rollback');
    });
  });

  describe('a deleted user', () => {
    const database = useDatabase();

    it('takes rows everywhere along, and leaves nothing of their sync', async () => {
      const admin = await database.admin();
      const [user, other] = [await database.newUser(), await database.newUser()];
      for (const { id } of [user, other]) {
        const project = await value<string>(
          admin,
          `insert into projects (user_id, name) values ($1, 'p') returning id`,
          [id],
        );
        const run = await value<string>(
          admin,
          `insert into training_runs (user_id, project_id, name) values ($1, $2, 'r') returning id`,
          [id, project],
        );
        await admin.query(`insert into models (user_id, project_id, run_id, name) values ($1, $2, $3, 'm')`, [
          id,
          project,
          run,
        ]);
        await admin.query(
          `insert into usage_tracking (user_id, project_id, metric, amount) values ($1, $2, 'tokens', 1), ($1, null, 'tokens', 2)`,
          [id, project],
        );
        await admin.query(`insert into subscriptions (user_id, plan) values ($1, 'Pro')`, [id]);
        await admin.query(
          `insert into ide_sync_events (user_id, project_id, run_id, event_type) values ($1, $2, $3, 'x')`,
          [id, project, run],
        );
        await admin.query(`insert into training_run_configs (run_id, user_id) values ($1, $2)`, [run, id]);
        await admin.query(`select log_run($1, '[{"step": 1, "metrics": {"loss": 1}}]')`, [run]);
        await admin.query(`insert into models (user_id, name) values ($1, 'gone')`, [id]);
        await admin.query(`delete from models where user_id = $1 and name = 'gone'`, [id]);
      }
      await user.client.query('select sync_ping(gen_random_uuid())');
      await admin.query('delete from auth.users where id = $1', [user.id]);
      const everywhere = [
        ...syncedTables.map((t) => `public.${t}`),
        'public.training_run_metrics',
        'public.training_run_configs',
        'public.sync_tombstones',
        'public.sync_canaries',
        'runglass_private.sync_head',
      ];
      for (const table of everywhere) {
        assert.equal(
          await value(admin, `select count(*) from ${table} where user_id = $1`, [user.id]),
          0,
          table,
        );
      }
      for (const table of syncedTables) {
        assert.ok(
          (await value<number>(admin, `select count(*) from ${table} where user_id = $1`, [other.id])) > 0,
          table,
        );
      }
    });
  });
});
