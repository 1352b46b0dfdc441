import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { t } from '../../../shared/l10n.ts';

/** One file of supabase/migrations. */
export interface MigrationFile {
  /** `<14 digits>_<what>.sql` */
  readonly name: string;
  readonly sql: string;
}

/** The migrations in `folder`, which also has remove.sql beside it, in their order. */
export async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const migrations = path.join(folder, 'migrations');
  const names = (await readdir(migrations)).filter((name) => /^\d{14}_\w+\.sql$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(path.join(migrations, name), 'utf8') })),
  );
}

/** All migrations as one text that runs as it stands, whole or not at all. */
export async function setUpSql(folder: string): Promise<string> {
  const files = await readMigrations(folder);
  return transaction(
    [
      t(
        'Sets up the database of a Supabase project for Runglass: its tables, functions, rights and Realtime.',
      ),
      t('Run it in the SQL editor of the project, or with psql, as the role postgres.'),
      t(
        'It keeps to what is its own, may be run again, and stops with an error that says why, before anything is changed, when a table of yours has the name of one of these and does not fit.',
      ),
      t('supabase/remove.sql (“Runglass: Take Database Down…”) takes it away again.'),
    ],
    files.map(({ name, sql }) => `-- ${name}\n\n${sql.trim()}`),
  );
}

/** What takes it all away again, as one text. */
export async function takeDownSql(folder: string): Promise<string> {
  const sql = await readFile(path.join(folder, 'remove.sql'), 'utf8');
  return transaction(
    [
      t('Takes Runglass out of the database of a Supabase project again, for everybody who uses it.'),
      t('Every training run, model, project and event in tables that Runglass made is deleted for good.'),
      t('Run it in the SQL editor of the project, or with psql, as the role postgres.'),
    ],
    [sql.trim()],
  );
}

/** In lines that an editor shows whole. */
function wrapped(text: string): string[] {
  return text.match(/.{1,90}(?:\s|$)/g)?.map((line) => line.trimEnd()) ?? [];
}

function transaction(header: readonly string[], parts: readonly string[]): string {
  const comment = header
    .flatMap(wrapped)
    .map((line) => `-- ${line}`)
    .join('\n');
  return `${[comment, 'begin;', ...parts, 'commit;'].join('\n\n')}\n`;
}
