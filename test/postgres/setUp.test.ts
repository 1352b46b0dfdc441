import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setUpSql, takeDownSql } from '../../src/extension/accounts/setUp/bundle.ts';
import { catalog, migrate, rows, useDatabase, value } from './support.ts';

/** The texts as the commands open them, run as one statement as the SQL editor does. */
describe('the SQL that sets up a database and takes it down', () => {
  const database = useDatabase('bare');
  let folder: string;
  let setUp: string;
  let takeDown: string;

  before(async () => {
    // As it lies in dist/backend.
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-set-up-'));
    mkdirSync(path.join(folder, 'migrations'));
    cpSync('supabase/migrations', path.join(folder, 'migrations'), { recursive: true });
    cpSync('supabase/remove.sql', path.join(folder, 'remove.sql'));
    setUp = await setUpSql(folder);
    takeDown = await takeDownSql(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('makes what the migrations make, again without a change, and over its own removal', async () => {
    const admin = await database.admin();
    const empty = await catalog(admin);
    await admin.query(setUp);
    const applied = await catalog(admin);
    assert.ok(applied.length > empty.length + 100);
    assert.equal(await value(admin, `select sync_doctor() ->> 'ok'`), 'true');
    await admin.query(setUp);
    assert.deepEqual(await catalog(admin), applied);
    await admin.query(takeDown);
    assert.deepEqual(await catalog(admin), empty);
    await admin.query(takeDown);
    await migrate(admin);
    assert.deepEqual(await catalog(admin), applied, 'the same as file by file');
    await admin.query(takeDown);
    await admin.query(setUp);
    assert.deepEqual(await catalog(admin), applied);
    await admin.query(takeDown);
  });

  it('changes nothing at all where a table does not fit, and says which', async () => {
    const admin = await database.admin();
    await admin.query(`
      create table public.projects (id uuid primary key, user_id uuid not null, name text not null);
      create table public.models (id integer primary key, user_id uuid, name text)`);
    const before = await catalog(admin);
    await assert.rejects(admin.query(setUp), /models: column id is integer, expected uuid/);
    await admin.query('rollback');
    assert.deepEqual(await catalog(admin), before);
    await admin.query('drop table public.projects, public.models');
  });

  it('undoes what came before an error that comes late', async () => {
    const admin = await database.admin();
    const before = await catalog(admin);
    const broken = setUp.replace(/\ncommit;\n$/, '\nselect no_such_function();\n\ncommit;\n');
    assert.notEqual(broken, setUp);
    await assert.rejects(admin.query(broken), /no_such_function/);
    await admin.query('rollback');
    assert.deepEqual(await catalog(admin), before);
  });

  it('has the Supabase CLI apply all migrations of ours again, and none of anybody else', async () => {
    const admin = await database.admin();
    const versions = readdirSync('supabase/migrations').map((name) => name.replace(/_.*/, ''));
    await admin.query(`
      create schema supabase_migrations;
      create table supabase_migrations.schema_migrations (version text primary key);
      insert into supabase_migrations.schema_migrations select unnest('{1,${versions}}'::text[])`);
    await admin.query(takeDown);
    assert.deepEqual(await rows(admin, 'select version from supabase_migrations.schema_migrations'), [
      { version: '1' },
    ]);
    await admin.query('drop schema supabase_migrations cascade');
  });

  it('leaves tables that were there before, and their rows', async () => {
    const admin = await database.admin();
    const user = '00000000-0000-4000-8000-00000000000a';
    await admin.query(`
      insert into auth.users (id, email) values ('${user}', 'ada@test');
      create table public.projects (id uuid primary key default gen_random_uuid(), user_id uuid not null,
        name text not null, budget integer);
      create table public.invoices (id integer primary key, total numeric);
      insert into public.projects (user_id, name, budget) values ('${user}', 'one', 7);
      insert into public.invoices values (1, 9.5)`);
    const before = await catalog(admin);
    await admin.query(setUp);
    await admin.query(`insert into public.training_runs (user_id, name) values ('${user}', 'run')`);
    await admin.query(takeDown);
    assert.deepEqual(await catalog(admin), before);
    assert.deepEqual(await rows(admin, 'select name, budget from public.projects'), [
      { name: 'one', budget: 7 },
    ]);
    assert.equal(await value(admin, 'select total::text from public.invoices'), '9.5');
  });
});
