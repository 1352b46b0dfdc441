import assert from 'node:assert/strict';
import type pg from 'pg';
import { schemaVersion } from '../../src/extension/doctor/checks/database.ts';
import { insert, migrate, rows, type SyncedTable, syncedTables, useDatabase, value } from './support.ts';

interface Finding {
  readonly code: string;
  readonly table: string | null;
  readonly name: string | null;
  readonly detail: string;
  readonly fix: string | null;
}
const ask = (client: pg.Client) => value<Record<string, unknown>>(client, 'select sync_doctor()');
const findings = async (client: pg.Client) => (await ask(client)).findings as Finding[];

/** Runs what the doctor says, as the owner of the database would, until it has nothing more to say. */
async function follow(admin: pg.Client, client: pg.Client): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const found = await findings(client);
    if (found.length === 0) return;
    for (const { fix, detail } of found) {
      assert.ok(fix, `${detail} has a fix`);
      await admin.query(fix);
    }
  }
}

describe('sync_doctor', () => {
  const database = useDatabase();

  it('finds nothing on a sound installation', async () => {
    const { client } = await database.newUser();
    await insert(client, 'projects', { name: 'p' });
    const answer = await ask(client);
    assert.deepEqual(
      [answer.ok, answer.findings, answer.schema_version, answer.head],
      [true, [], schemaVersion, 1],
    );
    assert.ok(Math.abs(Date.parse(String(answer.now)) - Date.now()) < 60_000);
  });

  /** What breaks it, and the code, table and name of the first finding. */
  const breakages: [string, string, string, string | null, string | null][] = [
    [
      'a table out of the publication',
      'alter publication supabase_realtime drop table models',
      'not_published',
      'models',
      null,
    ],
    [
      'tombstones out of the publication',
      'alter publication supabase_realtime drop table sync_tombstones',
      'not_published',
      'sync_tombstones',
      null,
    ],
    [
      'a publication of some columns',
      'alter publication supabase_realtime drop table models; alter publication supabase_realtime add table models (id, user_id)',
      'published_in_part',
      'models',
      null,
    ],
    [
      'a publication of some rows',
      'alter publication supabase_realtime drop table models; alter publication supabase_realtime add table models where (id is not null)',
      'published_in_part',
      'models',
      null,
    ],
    [
      'a publication without updates',
      `alter publication supabase_realtime set (publish = 'insert')`,
      'publishes_in_part',
      null,
      null,
    ],
    ['no publication', 'drop publication supabase_realtime', 'no_publication', null, null],
    [
      'row-level security off',
      'alter table training_runs disable row level security',
      'no_row_security',
      'training_runs',
      null,
    ],
    [
      'row-level security of history off',
      'alter table training_run_metrics disable row level security',
      'no_row_security',
      'training_run_metrics',
      null,
    ],
    [
      'a policy gone',
      'drop policy "runglass read own" on usage_tracking',
      'missing_policy',
      'usage_tracking',
      'runglass read own',
    ],
    [
      'another replica identity',
      'alter table projects replica identity full',
      'replica_identity',
      'projects',
      null,
    ],
    ['a right gone', 'revoke select on models from authenticated', 'no_select', 'models', null],
    [
      'a function that may not be called',
      'revoke execute on function log_ide_sync_events(jsonb) from authenticated',
      'no_execute',
      null,
      'public.log_ide_sync_events(jsonb)',
    ],
    ['a function gone', 'drop function sync_ping(uuid)', 'missing_function', null, 'public.sync_ping(uuid)'],
    [
      'an internal function gone with its triggers',
      'drop function runglass_private.entomb() cascade',
      'missing_function',
      null,
      'runglass_private.entomb()',
    ],
    ['a column gone', 'alter table projects drop column color', 'missing_column', 'projects', 'color'],
    [
      'a column gone with its keys and indexes',
      'alter table models drop column project_id cascade',
      'missing_column',
      'models',
      'project_id',
    ],
    [
      'the numbers of a table gone',
      'alter table projects drop column sync_seq cascade',
      'missing_column',
      'projects',
      'sync_seq',
    ],
    [
      'a constraint gone',
      'alter table projects drop constraint runglass_projects_owner cascade',
      'missing_constraint',
      'projects',
      'runglass_projects_owner',
    ],
    ['an index gone', 'drop index runglass_models_sync', 'missing_index', 'models', 'runglass_models_sync'],
    [
      'the trigger on users gone',
      'drop trigger runglass_forget_user on auth.users',
      'missing_trigger',
      'auth.users',
      'runglass_forget_user',
    ],
  ];
  for (const [name, sql, code, table, part] of breakages)
    it(`finds ${name}, and its fix mends it`, async () => {
      const [admin, { client }] = [await database.admin(), await database.newUser()];
      await insert(client, 'projects', { name: 'a row' });
      await admin.query(sql);
      const [found] = await findings(client);
      assert.deepEqual([found?.code, found?.table, found?.name], [code, table, part]);
      await follow(admin, client);
      assert.deepEqual(await findings(client), []);
      await insert(client, 'projects', { name: 'another row' });
    });

  const triggers = [
    'runglass_10_head',
    'zz_runglass_30_stamp',
    'runglass_40_entomb',
    'runglass_40_entomb_moved',
    'runglass_50_stamped',
    'runglass_60_truncate',
  ];
  for (const table of syncedTables)
    it(`finds each trigger of ${table} that is off or gone, and its fix mends it`, async () => {
      const [admin, { client }] = [await database.admin(), await database.newUser()];
      for (const trigger of triggers) {
        const definition = await definitionOf(admin, table, trigger);
        for (const [breakage, code] of [
          [`alter table ${table} disable trigger ${trigger}`, 'disabled_trigger'],
          [`drop trigger ${trigger} on ${table}`, 'missing_trigger'],
        ]) {
          await admin.query(breakage ?? '');
          const [found, ...more] = await findings(client);
          assert.deepEqual([found?.code, found?.table, found?.name, more], [code, table, trigger, []]);
          await admin.query(found?.fix ?? '');
          assert.deepEqual(await findings(client), []);
          assert.equal(await definitionOf(admin, table, trigger), definition);
        }
      }
    });

  it('finds rows that a dump brought in past the triggers, and its fix numbers them', async () => {
    const [admin, { id, client }] = [await database.admin(), await database.newUser()];
    await admin.query('set session_replication_role = replica');
    await admin.query(
      `insert into projects (user_id, name, sync_seq) values ($1, 'none', 0), ($1, 'ahead', 99)`,
      [id],
    );
    await admin.query('set session_replication_role = origin');
    const [found, ...more] = await findings(client);
    assert.deepEqual([found?.code, found?.table, found?.name, more], ['bad_seq', 'projects', '2', []]);
    await admin.query(found?.fix ?? '');
    assert.deepEqual(await findings(client), []);
    assert.deepEqual(await rows(client, 'select sync_seq from projects order by 1'), [
      { sync_seq: 1 },
      { sync_seq: 2 },
    ]);
  });

  it('names a transaction that is open, while it is', async () => {
    const [writer, { client }] = [await database.admin(), await database.newUser()];
    assert.equal((await ask(client)).oldest_writer, null);
    await writer.query('begin');
    await writer.query('create temporary table writing (n int)');
    const xid = await value<string>(writer, 'select pg_current_xact_id()::xid::text');
    assert.equal((await ask(client)).oldest_writer, xid);
    await writer.query('rollback');
    assert.equal((await ask(client)).oldest_writer, null);
  });

  it('says why a table cannot be read, and looks at the others all the same', async () => {
    const [admin, { id, client }] = [await database.admin(), await database.newUser()];
    await insert(client, 'projects', { name: 'p' });
    await admin.query(
      `create function boom() returns boolean language plpgsql as $$ begin raise 'no luck'; end $$`,
    );
    await admin.query('create policy broken on projects for select to authenticated using (boom())');
    await admin.query('alter table models replica identity full');
    const found = await findings(client);
    assert.deepEqual(
      found.map(({ code, table }) => [code, table]),
      [
        ['replica_identity', 'models'],
        ['unreadable', 'projects'],
      ],
    );
    assert.match(found[1]?.detail ?? '', /no luck/);
    assert.doesNotMatch(JSON.stringify(found), new RegExp(id));
    await admin.query(
      'drop policy broken on projects; drop function boom(); alter table models replica identity default',
    );
    assert.deepEqual(await findings(client), []);
  });

  it('keeps to itself what it knows of the internals', async () => {
    const { client } = await database.newUser();
    await assert.rejects(client.query('delete from runglass_private.blueprint'), /permission denied/);
    await assert.rejects(client.query('select runglass_private.take_blueprint()'), /permission denied/);
  });
});

describe('sync_doctor of an installation that lacks a table', () => {
  const database = useDatabase();

  for (const table of [...syncedTables, 'sync_tombstones', 'sync_canaries', 'training_run_metrics'])
    it(`names ${table}, and the migrations mend it when they are applied again`, async () => {
      const [admin, { client }] = [await database.admin(), await database.newUser()];
      await admin.query(`drop table ${table} cascade`);
      const [found] = await findings(client);
      assert.deepEqual([found?.code, found?.table, found?.fix], ['missing_table', table, null]);
      await migrate(admin);
      assert.deepEqual(await findings(client), []);
    });
});

describe('sync_doctor of an installation whose blueprint is gone', () => {
  const database = useDatabase();

  for (const [how, sql] of [
    ['emptied', 'delete from runglass_private.blueprint'],
    ['not to be read', 'drop policy "runglass blueprint" on runglass_private.blueprint'],
  ] as const)
    it(`says so when it is ${how}, and the migrations mend it when they are applied again`, async () => {
      const [admin, { client }] = [await database.admin(), await database.newUser()];
      await admin.query(sql);
      assert.deepEqual(
        (await findings(client)).map(({ code }) => code),
        ['missing_blueprint'],
      );
      await migrate(admin);
      assert.deepEqual(await findings(client), []);
    });
});

function definitionOf(admin: pg.Client, table: SyncedTable, trigger: string): Promise<string> {
  return value(
    admin,
    'select pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where tgrelid = $1::regclass and tgname = $2',
    [table, trigger],
  );
}
