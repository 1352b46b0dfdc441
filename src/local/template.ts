import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openDatabase, type Query } from './database.ts';
import { loadSecrets, type Secrets } from './keys.ts';
import { migrate, readMigrations } from './migrations.ts';
import { pack, unpack } from './tar.ts';

/** Makes the database of a new folder: from the archive of the build or, without one, with initdb (some seconds). */
export async function makeDatabase(archive: string, target: string, secrets: Secrets): Promise<void> {
  // Whatever is cut off here leaves no half-made database behind.
  const temporary = `${target}.new`;
  rmSync(temporary, { recursive: true, force: true });
  try {
    if (existsSync(archive)) unpack(inflate(readFileSync(archive)), temporary);
    else await (await openDatabase(temporary, secrets)).close();
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** In one piece: the last four bytes of a gzip file say how many there are. */
function inflate(archive: Buffer): Buffer {
  return gunzipSync(archive, { chunkSize: archive.readUInt32LE(archive.length - 4) });
}

/** At build time: makes a migrated, unseeded database in `folder` and writes it to `archive`. */
export async function makeTemplate(folder: string, archive: string, migrations: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const postgres = path.join(folder, 'postgres');
  const database = await openDatabase(postgres, loadSecrets(folder));
  await migrate(database, readMigrations(migrations));
  const lastSegment = await database.exclusive(shrink);
  await database.close();
  const wal = path.join(postgres, 'pg_wal');
  for (const name of readdirSync(wal))
    if (/^[0-9A-F]{24}$/.test(name) && name > lastSegment) rmSync(path.join(wal, name));
  writeFileSync(archive, gzipSync(pack(postgres), { level: 9 }));
}

/**
 * Takes away what no data folder needs, half of its files and bytes: the databases that new ones are copied from, of which
 * there can be none beside ours in PGlite's one session, and the log. Answers the last segment of the log that is in use,
 * 8 kB ahead for the record of the end; those after it are kept for reuse.
 */
async function shrink(query: Query): Promise<string> {
  for (const name of ['template0', 'template1']) {
    await query('update pg_database set datistemplate = false where datname = $1', [name]);
    await query(`drop database ${name}`);
  }
  await query('checkpoint');
  const [wal] = await query<{ last: string }>(
    'select pg_walfile_name(pg_current_wal_insert_lsn() + 8192) as last',
  );
  if (!wal) throw new Error('PostgreSQL does not say where its log ends.');
  return wal.last;
}
