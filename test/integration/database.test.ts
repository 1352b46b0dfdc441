import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgliteConnection } from '@supabase/lite/pglite';
import { Kysely, sql } from 'kysely';
import { type Database, openDatabase } from '../../src/local/database.ts';
import { Housekeeping } from '../../src/local/housekeeping.ts';
import { loadSecrets } from '../../src/local/keys.ts';
import { lockedDialect } from '../../src/local/lockedDialect.ts';
import { migrate } from '../../src/local/migrations.ts';
import { Mutex } from '../../src/local/mutex.ts';
import { ensureUser } from '../../src/local/seed.ts';
import { makeDatabase } from '../../src/local/template.ts';
import { backendMain, describeEmbedded, temporaryFolder } from '../support/backend.ts';

describeEmbedded('the embedded database', function () {
  this.timeout(120_000);
  const template = path.join(path.dirname(backendMain), 'template.tar.gz');
  let folder: string;
  let postgres: string;

  before(async () => {
    folder = temporaryFolder();
    postgres = path.join(folder, 'postgres');
    await makeDatabase(template, postgres, loadSecrets(folder));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('lends no identity to another transaction, which the driver of the package does', async () => {
    const connection = await createPgliteConnection({ url: postgres });
    try {
      const locked = new Kysely<unknown>({ dialect: lockedDialect(connection.driver, new Mutex()) });
      assert.equal(await mixedUp(locked), 0);
      assert.ok((await mixedUp(connection.kysely)) > 0, 'without the lock this test fails');
    } finally {
      await connection.close();
    }
  });

  it('rolls back what a released connection left open', async () => {
    const pglite = await PGlite.create(postgres);
    try {
      const locked = new Kysely<unknown>({ dialect: lockedDialect(pglite, new Mutex()) });
      await assert.rejects(
        locked.transaction().execute(async (transaction) => {
          await sql`select set_config('test.who', 'me', true)`.execute(transaction);
          await sql`select 1 / 0`.execute(transaction);
        }),
      );
      const { rows } = await sql<{ who: string }>`select current_setting('test.who', true) as who`.execute(
        locked,
      );
      assert.notEqual(rows[0]?.who, 'me');
    } finally {
      await pglite.close();
    }
  });

  it("applies a migration that changed and those after it, of the user's own only those that changed", async () => {
    const database = await openDatabase(postgres, loadSecrets(folder));
    const file = (version: string, sql: string) => ({ version, name: 'x', sql: `${sql}; -- ${version}` });
    const log = (version: string) => file(version, `insert into applied values ('${version}')`);
    const applied = async () => {
      const of = 'delete from applied returning version';
      const rows = await database.exclusive((query) => query<{ version: string }>(of));
      return rows.map(({ version }) => version).join();
    };
    try {
      await database.script('create table applied (version text)');
      const ours = ['97', '98', '99'].map(log);
      const own = ['1001', '1002'].map(log);
      await migrate(database, ours, own);
      assert.equal(await applied(), '97,98,99,1001,1002');
      await migrate(database, ours, own);
      assert.equal(await applied(), '');
      const changed = (version: string) => file(version, `insert into applied values ('new ${version}')`);
      await migrate(database, [log('97'), changed('98'), log('99')], [changed('1001'), log('1002')]);
      assert.equal(await applied(), 'new 98,99,new 1001');
    } finally {
      await database.close();
    }
  });

  it("hashes the demo user's random password quickly, and those of people slowly", async () => {
    const secrets = loadSecrets(folder);
    const database = await openDatabase(postgres, secrets);
    try {
      await ensureUser(database, secrets);
      const [demo] = await database.exclusive((query) => query<Hashed>(hashOf, [secrets.user.email]));
      assert.match(demo?.hash ?? '', /^\$2[aby]\$04\$/);
      const body = JSON.stringify({ email: 'somebody@runglass.test', password: 'made up by somebody' });
      const headers = { apikey: secrets.publishableKey, 'content-type': 'application/json' };
      const request = new Request('http://127.0.0.1/auth/v1/signup', { method: 'POST', headers, body });
      assert.equal((await database.app.fetch(request)).status, 200);
      const [other] = await database.exclusive((query) => query<Hashed>(hashOf, ['somebody@runglass.test']));
      assert.match(other?.hash ?? '', /^\$2[aby]\$10\$/);
    } finally {
      await database.close();
    }
  });

  it('begins small: one database, and one segment of the log', async () => {
    const made = path.join(folder, 'new');
    await makeDatabase(template, made, loadSecrets(folder));
    const files = readdirSync(made, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const bytes = files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
    assert.ok(bytes < 14 * 1024 * 1024, `${bytes} bytes`);
    assert.equal(readdirSync(path.join(made, 'base')).length, 1);
  });

  it('checkpoints after much was written: PGlite does not by itself', async () => {
    const database = await openDatabase(postgres, loadSecrets(folder));
    const problems: unknown[] = [];
    const housekeeping = new Housekeeping(database, (...parts) => problems.push(parts));
    try {
      await database.script('create table bulk (a text)');
      for (let round = 0; round < 4; round++) {
        await database.script(
          'insert into bulk select repeat(md5(i::text), 30) from generate_series(1, 12000) i',
        );
      }
      const before = await pendingWal(database);
      assert.ok(before > 32 * 1024 * 1024, `${before} bytes of WAL`);
      await housekeeping.work();
      assert.ok((await pendingWal(database)) < 1024 * 1024);
      assert.deepEqual(problems, []);
      await database.exclusive((query) => query('vacuum (analyze)'));
    } finally {
      housekeeping.stop();
      await database.close();
    }
  });
});

interface Hashed {
  readonly hash: string;
}
const hashOf = 'select encrypted_password as hash from auth.users where email = $1';

/** How many of 80 transactions begun in one tick find another's name in their own setting. */
async function mixedUp(kysely: Kysely<unknown>): Promise<number> {
  const answers = await Promise.allSettled(
    Array.from({ length: 80 }, (_, index) =>
      kysely.transaction().execute(async (transaction) => {
        const name = `user ${index % 2}`;
        await sql`select set_config('test.name', ${name}, true)`.execute(transaction);
        const { rows } = await sql<{
          name: string;
        }>`select current_setting('test.name', true) as name`.execute(transaction);
        return rows[0]?.name === name;
      }),
    ),
  );
  return answers.filter((answer) => answer.status === 'rejected' || !answer.value).length;
}

async function pendingWal(database: Database): Promise<number> {
  const [row] = await database.exclusive((query) =>
    query<{ pending: number }>(
      'select (pg_current_wal_insert_lsn() - redo_lsn)::float8 as pending from pg_control_checkpoint()',
    ),
  );
  return row?.pending ?? Number.NaN;
}
