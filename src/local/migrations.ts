import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dependencies } from '../../package.json';
import type { Database } from './database.ts';
import { BackendFailure } from './failure.ts';
import capture from './sql/capture.sql';
import system from './sql/system.sql';

/** One file of supabase/migrations: `<14 digits>_<name>.sql`. */
export interface Migration {
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

/** Reads a folder of migrations in the order of their versions; a folder that is not there is empty. */
export function readMigrations(folder: string): Migration[] {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return [];
  }
  return files
    .flatMap((file) => {
      const match = /^(\d+)_(.*)\.sql$/.exec(file);
      const [, version, name] = match ?? [];
      return version && name !== undefined
        ? [{ version, name, sql: readFileSync(path.join(folder, file), 'utf8') }]
        : [];
    })
    .sort((a, b) => (a.version < b.version ? -1 : 1));
}

const packages = dependencies['@supabase/lite'] + dependencies['@electric-sql/pglite'];

/** Names the schema that these migrations, this backend and its packages (Supabase Lite has tables of its own) make. */
function schemaHash(migrations: readonly Migration[]): string {
  const hash = createHash('sha256').update(packages).update(system).update(capture);
  for (const { version, sql } of migrations) hash.update(version).update(sql);
  return hash.digest('hex');
}

/**
 * Brings the database to the schema of our migrations (`ours`) and the user's own; one query when it is there already.
 * Of ours the first file that is new or changed is applied and all after it, which build on it (rights are given in a
 * later file than what they are for); they may be applied again, see docs/DATABASE.md. Of the user's own the changed
 * ones are, and no other: nothing is known of those.
 */
export async function migrate(
  database: Database,
  ours: readonly Migration[],
  own: readonly Migration[] = [],
): Promise<void> {
  const hash = schemaHash([...ours, ...own]);
  if ((await currentHash(database)) === hash) return;
  await database.app.ensureSystemSchema();
  await database.script(system);
  await database.script(`${capture}; ${history}`);
  const done = new Map(
    (
      await database.exclusive((query) =>
        query<{ version: string; hash: string }>('select version, hash from runglass_local.migrations'),
      )
    ).map((row) => [row.version, row.hash]),
  );
  const isStale = (migration: Migration) => done.get(migration.version) !== hashOf(migration);
  const first = ours.findIndex(isStale);
  const stale = [...(first < 0 ? [] : ours.slice(first)), ...own.filter(isStale)];
  for (const migration of stale) await apply(database, migration);
  await database.script('select runglass_local.follow()');
  await database.exclusive((query) =>
    query(
      `insert into runglass_local.state (key, value) values ('schema', $1)
       on conflict (key) do update set value = excluded.value`,
      [hash],
    ),
  );
  await database.forgetSchema();
}

const history = `
  create table if not exists runglass_local.migrations (version text primary key, hash text not null);
  create table if not exists runglass_local.state (key text primary key, value text not null);
`;

async function currentHash(database: Database): Promise<string | undefined> {
  return database.exclusive(async (query) => {
    const [there] = await query<{ there: boolean }>(
      "select to_regclass('runglass_local.state') is not null as there",
    );
    if (!there?.there) return undefined;
    const [row] = await query<{ value: string }>(
      "select value from runglass_local.state where key = 'schema'",
    );
    return row?.value;
  });
}

/** Applies one file in one transaction and writes it into the history that the Supabase CLI keeps, too. */
async function apply(database: Database, migration: Migration): Promise<void> {
  const { version, name, sql } = migration;
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  try {
    await database.script(`${sql}
;
reset role; reset search_path;
insert into runglass_local.migrations (version, hash) values (${literal(version)}, ${literal(hashOf(migration))})
  on conflict (version) do update set hash = excluded.hash;
insert into supabase_migrations.schema_migrations (version, name) values (${literal(version)}, ${literal(name)})
  on conflict do nothing;`);
  } catch (error) {
    throw new BackendFailure(
      'failed',
      `The migration ${version}_${name}.sql failed: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}

function hashOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}
