import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { BackendFailure, explained } from './failure.ts';
import { writeFileAtomic } from './files.ts';

/** The major version of PostgreSQL inside PGlite; its folders cannot be opened by another. */
const postgresVersion = '18';

const folderSchema = v.object({ postgres: v.string(), schema: v.string(), port: v.optional(v.number(), 0) });

/** Where the parts of a data folder are. */
export function postgresFolder(folder: string): string {
  return path.join(folder, 'postgres');
}

/** Makes the folder when it is missing, for its owner only; rejects a place that cannot be one. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    keepPrivate(folder);
  } catch (error) {
    const cause = explained(error, folder);
    if (cause instanceof BackendFailure && (cause === error || cause.reason === 'diskFull')) throw cause;
    throw new BackendFailure(
      'dataFolderUnusable',
      `The data folder ${folder} cannot be made or written to: ${messageOf(error)}`,
      error,
    );
  }
}

/** What is ours in a data folder: one that the user chose may hold other things as well. */
const ownNames =
  /^(postgres(\.new)?|(secrets|backend|folder)\.json|backend\.log(\.1)?|lock\.\d+|(lock|(secrets|backend|folder)\.json)\.[^.]+\.tmp)$/;

/**
 * Takes from everybody else what rights they have on the folder and on what is ours in it, and throws when one of these is
 * another user's, who could have put anything there. A folder with other things in it may still be looked into by
 * whom it was open to. Where the file system keeps no owners and rights, all stays as it is.
 */
function keepPrivate(folder: string): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  const names = readdirSync(folder);
  const own = names.filter((name) => ownNames.test(name));
  const ofFolder = own.length === names.length ? 0o077 : 0o022;
  const open = ['.', ...own].flatMap((name) => {
    const file = path.join(folder, name);
    const found = name === '.' ? statSync(file) : lstatSync(file, { throwIfNoEntry: false });
    // Another process may be starting or ending in it.
    if (!found) return [];
    const taken = name === '.' ? ofFolder : 0o077;
    const isOpen = !found.isSymbolicLink() && (found.mode & taken) !== 0;
    return found.uid !== user || isOpen ? { file, owner: found.uid, mode: found.mode & 0o7777 & ~taken } : [];
  });
  if (open.length === 0 || !keepsRights(folder, user)) return;
  for (const { file, owner, mode } of open) {
    if (owner !== user)
      throw new BackendFailure(
        'dataFolderUnusable',
        `The data folder ${folder} cannot be used: ${file} belongs to another user (${owner}); choose a folder of your own.`,
      );
    chmodSync(file, mode);
  }
}

/** Whether a new file is its maker's alone. On FAT, Windows' disks in WSL and many mounts every file has the same owner and rights. */
function keepsRights(folder: string, user: number): boolean {
  const file = path.join(folder, `lock.${randomUUID()}.tmp`);
  try {
    writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
    const { uid, mode } = statSync(file);
    return uid === user && (mode & 0o077) === 0;
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * A new database is 10 MB. PostgreSQL goes on in a new file of its log now and then (1 MB, and 16 in folders made
 * before), also while it recovers, and gives up where there is no room for it. Bytes.
 */
const room = { new: 48 * 1024 * 1024, existing: 24 * 1024 * 1024 };

/** `diskFull` when there is less than PostgreSQL may need at any time, else null. */
export function whyNoRoom(folder: string, state: keyof typeof room = 'existing'): BackendFailure | null {
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = bavail * bsize;
  // Some network file systems know nothing of their size.
  if (blocks === 0 || free >= room[state]) return null;
  const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
  return new BackendFailure(
    'diskFull',
    `The disk of the data folder ${folder} has ${megabytes(free)} MB left, and the local backend needs ${megabytes(room[state])}; make room on it.`,
  );
}

/** What a process that was killed had begun to write is left for a minute: another may be writing it at this moment, ms. */
const leftoverAge = 60_000;

/** Removes what processes that were killed left half-written. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.tmp') || !ownNames.test(name)) continue;
    const file = path.join(folder, name);
    const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > leftoverAge) rmSync(file, { recursive: true, force: true });
  }
}

/**
 * Looks before PostgreSQL touches anything: throws `dataFolderNewer` or `dataFolderDamaged` and leaves the folder
 * as it is. Answers whether there is a database yet.
 */
export function inspectFolder(folder: string, newestMigration: string): 'new' | 'existing' {
  const postgres = postgresFolder(folder);
  if (!existsSync(postgres)) return 'new';
  const made = readStamp(folder);
  const version = readText(path.join(postgres, 'PG_VERSION'))?.trim();
  const newer = Number(version) > Number(postgresVersion) || (made !== null && made.schema > newestMigration);
  if (newer) {
    throw new BackendFailure(
      'dataFolderNewer',
      `The data folder ${folder} was made by a newer version of Runglass; update this one or choose another folder.`,
    );
  }
  if (version === undefined || !/^\d+$/.test(version)) throw damaged(folder, 'PG_VERSION is unreadable');
  if (version !== postgresVersion) {
    throw new BackendFailure(
      'dataFolderDamaged',
      `The data folder ${folder} holds a database of PostgreSQL ${version}, and this backend is PostgreSQL ${postgresVersion}; move it away to start with an empty one.`,
    );
  }
  const control = statSync(path.join(postgres, 'global', 'pg_control'), { throwIfNoEntry: false });
  if (control?.size !== 8192) throw damaged(folder, 'global/pg_control has the wrong size');
  for (const part of ['base', 'pg_wal', 'pg_xact'])
    if (!existsSync(path.join(postgres, part))) throw damaged(folder, `${part} is missing`);
  if (!readdirSync(path.join(postgres, 'pg_wal')).some((name) => /^[0-9A-F]{24}$/.test(name)))
    throw damaged(folder, 'pg_wal is empty');
  return 'existing';
}

/** The port that the folder was served on last, so that what scripts and windows know of it stays true; 0 for none. */
export function lastPort(folder: string): number {
  return readStamp(folder)?.port ?? 0;
}

/** Writes down what the folder needs to be opened again. */
export function stampFolder(folder: string, newestMigration: string, port: number): void {
  const stamp = { postgres: postgresVersion, schema: newestMigration, port };
  writeFileAtomic(path.join(folder, 'folder.json'), `${JSON.stringify(stamp)}\n`);
}

export function damaged(folder: string, detail: string, cause?: unknown): BackendFailure {
  return new BackendFailure(
    'dataFolderDamaged',
    `The database in the data folder ${folder} is damaged (${detail}); nothing was changed: move the folder away to start with an empty one.`,
    cause,
  );
}

function readStamp(folder: string): v.InferOutput<typeof folderSchema> | null {
  const text = readText(path.join(folder, 'folder.json'));
  if (text === undefined) return null;
  try {
    return v.parse(folderSchema, JSON.parse(text));
  } catch {
    return null;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
