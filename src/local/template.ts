import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openDatabase } from './database.ts';
import { loadSecrets, type Secrets } from './keys.ts';
import { migrate, readMigrations } from './migrations.ts';
import { pack, unpack } from './tar.ts';

/** Makes the database of a new folder: from the archive of the build or, without one, with initdb (some seconds). */
export async function makeDatabase(archive: string, target: string, secrets: Secrets): Promise<void> {
  // Whatever is cut off here leaves no half-made database behind.
  const temporary = `${target}.new`;
  rmSync(temporary, { recursive: true, force: true });
  if (existsSync(archive)) unpack(gunzipSync(readFileSync(archive)), temporary);
  else await (await openDatabase(temporary, secrets)).close();
  renameSync(temporary, target);
}

/** At build time: makes a migrated, unseeded database in `folder` and writes it to `archive`. */
export async function makeTemplate(folder: string, archive: string, migrations: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const postgres = path.join(folder, 'postgres');
  const database = await openDatabase(postgres, loadSecrets(folder));
  await migrate(database, readMigrations(migrations));
  await database.exclusive((query) => query('checkpoint'));
  await database.close();
  writeFileSync(archive, gzipSync(pack(postgres), { level: 9 }));
}
