import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BackendFile, backendProtocol } from '../shared/backendFile.ts';
import { version } from '../shared/version.ts';
import { removeBackendFile, writeBackendFile } from './backendFile.ts';
import { type Database, openDatabase } from './database.ts';
import { BackendFailure, explained } from './failure.ts';
import {
  damaged,
  inspectFolder,
  lastPort,
  makeFolder,
  messageOf,
  postgresFolder,
  removeLeftovers,
  stampFolder,
  whyNoRoom,
} from './folder.ts';
import { Housekeeping } from './housekeeping.ts';
import { isSecret, loadSecrets, type Secrets } from './keys.ts';
import { Leases } from './leases.ts';
import { FolderLock } from './lock.ts';
import { FileLog } from './log.ts';
import { type Migration, migrate, readMigrations } from './migrations.ts';
import { Realtime } from './realtime/realtime.ts';
import { ensureUser, seed } from './seed.ts';
import { HttpServer } from './server.ts';
import { withSqlErrors } from './sqlErrors.ts';
import { agreesToStop, takeOver } from './takeOver.ts';
import { makeDatabase } from './template.ts';

export interface BackendOptions {
  readonly dir: string;
  /** 0 for the one the folder was served on last, or a free one. */
  readonly port: number;
  readonly seed: boolean;
  /** Seconds, or null to stay. */
  readonly idleExit: number | null;
  /** Seconds for which an access token is valid. */
  readonly tokenLifetime: number;
  /** Folders with migrations of the user's own, applied after ours. */
  readonly migrations: readonly string[];
  /** Whether a process of an older version that serves the folder is asked to stop. */
  readonly takeOver: boolean;
}

/** Why the backend is to end without having been told to. */
export type Ending =
  /** Nobody holds a lease. */
  | { readonly kind: 'idle' }
  /** A process of a newer version waits for the folder. */
  | { readonly kind: 'replaced'; readonly by: string }
  /** The database has given up, or the folder is not ours any more: nothing may be written from here on. */
  | { readonly kind: 'broken'; readonly failure: BackendFailure };

/** Where the build puts migrations, seed and template: beside main.js. */
export const assetFolder = path.dirname(fileURLToPath(import.meta.url));

interface Parts {
  readonly lock: FolderLock;
  readonly log: FileLog;
  readonly database: Database;
  readonly server: HttpServer;
  readonly realtime: Realtime;
  readonly leases: Leases;
  readonly housekeeping: Housekeeping;
  readonly watch: NodeJS.Timeout;
}

/** How often it is made sure that the folder is still ours, besides at each request, ms. */
const watchInterval = 2_000;

/** A data folder being served. */
export class Backend {
  readonly file: BackendFile;
  readonly #folder: string;
  readonly #parts: Parts;

  private constructor(folder: string, file: BackendFile, parts: Parts) {
    this.#folder = folder;
    this.file = file;
    this.#parts = parts;
  }

  get log(): FileLog {
    return this.#parts.log;
  }

  /** Locks, opens and serves the folder; rejects with `BackendFailure`. `onEnd` may be called before that. */
  static async start(options: BackendOptions, onEnd: (ending: Ending) => void): Promise<Backend> {
    const folder = path.resolve(options.dir);
    try {
      makeFolder(folder);
      const ours = readMigrations(path.join(assetFolder, 'migrations'));
      const lock = await lockFolder(folder, ours, options.takeOver);
      try {
        const { file, parts } = await open(folder, lock, ours, options, onEnd);
        return new Backend(folder, file, parts);
      } catch (error) {
        lock.release();
        throw error;
      }
    } catch (error) {
      throw explained(error, folder);
    }
  }

  /** Ends every connection, writes the database down and gives the folder back, to the version `replacedBy` if given. */
  async stop(replacedBy: string | null = null): Promise<void> {
    const { lock, log, database, server, realtime, leases, housekeeping, watch } = this.#parts;
    clearInterval(watch);
    housekeeping.stop();
    removeBackendFile(this.#folder);
    leases.stop(replacedBy);
    realtime.stop();
    await server.close();
    await database.close().catch((error) => log.write('close', error));
    lock.release();
  }
}

/** Throws when the folder cannot be served by this version. */
function examine(folder: string, ours: readonly Migration[]): 'new' | 'existing' {
  const state = inspectFolder(folder, newestOf(ours));
  const noRoom = whyNoRoom(folder, state);
  if (noRoom) throw noRoom;
  return state;
}

function newestOf(migrations: readonly Migration[]): string {
  return migrations.at(-1)?.version ?? '0';
}

function lockFolder(folder: string, ours: readonly Migration[], mayTakeOver: boolean): Promise<FolderLock> {
  const acquire = () => FolderLock.acquire(folder);
  return mayTakeOver ? takeOver(folder, acquire, () => void examine(folder, ours)) : acquire();
}

async function open(
  folder: string,
  lock: FolderLock,
  ours: readonly Migration[],
  options: BackendOptions,
  onEnd: (ending: Ending) => void,
): Promise<{ file: BackendFile; parts: Parts }> {
  const isNew = examine(folder, ours) === 'new';
  removeLeftovers(folder);
  const log = new FileLog(path.join(folder, 'backend.log'));
  log.captureConsole();
  const own = options.migrations.flatMap(readMigrations);
  const write = (...parts: unknown[]) => log.write(...parts);
  const { ensureHeld, onPanic } = endings(folder, lock, log, onEnd);
  let secrets: Secrets | null = null;
  let ready = false;
  const secretKey = () => (ready ? (secrets?.secretKey ?? null) : null);
  const leases = new Leases(
    () => secretKey(),
    options.idleExit,
    () => onEnd({ kind: 'idle' }),
  );
  let realtime: Realtime | null = null;
  let database: Database | null = null;
  const starting = new Response(JSON.stringify({ message: 'The backend is starting.' }), { status: 503 });
  const server = new HttpServer({
    isKey: (key) =>
      secrets !== null && (isSecret(key, secrets.publishableKey) || isSecret(key, secrets.secretKey)),
    fetch: async (request) => {
      ensureHeld();
      const app = ready ? database?.app : undefined;
      return app ? withSqlErrors(() => app.fetch(request)) : starting.clone();
    },
    lease: (request, response) => leases.hold(request, response),
    stop: (request, response, by) => {
      if (agreesToStop(request, response, secretKey(), by)) onEnd({ kind: 'replaced', by });
    },
    upgrade: (request, socket, head, url) =>
      realtime ? realtime.upgrade(request, socket, head, url) : socket.destroy(),
    log: write,
  });
  // Before the database, so that a port in use costs nothing.
  await listen(server, options.port, lastPort(folder));
  try {
    secrets = loadSecrets(folder);
    if (isNew) await makeDatabase(path.join(assetFolder, 'template.tar.gz'), postgresFolder(folder), secrets);
    database = await openOrExplain(folder, secrets, isNew, options.tokenLifetime, onPanic);
    // Before the first migration, so that an older version never opens what this one has begun to change.
    stampFolder(folder, newestOf(ours), server.port);
    await migrate(database, ours, own);
    await ensureUser(database, secrets);
    const seedFile = path.join(assetFolder, 'seed.sql');
    if (options.seed && existsSync(seedFile)) await seed(database, seedFile);
    realtime = new Realtime(database, secrets, write);
    await realtime.start();
    const file = describe(server.port, secrets);
    ready = true;
    const housekeeping = new Housekeeping(database, write);
    writeBackendFile(folder, file);
    leases.start();
    const watch = setInterval(ensureHeld, watchInterval);
    return { file, parts: { lock, log, database, server, realtime, leases, housekeeping, watch } };
  } catch (error) {
    await server.close();
    await database?.close().catch(() => {});
    throw error;
  }
}

/** What ends the process at once: nothing of the folder may be touched any more. */
function endings(folder: string, lock: FolderLock, log: FileLog, onEnd: (ending: Ending) => void) {
  const end = (failure: BackendFailure) => onEnd({ kind: 'broken', failure });
  return {
    ensureHeld: () => {
      if (lock.isHeld) return;
      end(new BackendFailure('failed', `The data folder ${folder} was removed or is another process's now.`));
    },
    onPanic: () => {
      log.write('PostgreSQL has given up.');
      removeBackendFile(folder);
      end(whyNoRoom(folder) ?? new BackendFailure('failed', 'PostgreSQL has given up; its log may say why.'));
    },
  };
}

/** Listens on the port asked for; without one, on the last one if it is free, else on any. */
async function listen(server: HttpServer, port: number, last: number): Promise<void> {
  if (port !== 0 || last === 0) return await server.listen(port);
  await server.listen(last).catch(() => server.listen(0));
}

async function openOrExplain(
  folder: string,
  secrets: Secrets,
  isNew: boolean,
  tokenLifetime: number,
  onPanic: () => void,
): Promise<Database> {
  const pidFile = path.join(postgresFolder(folder), 'postmaster.pid');
  const hadPidFile = existsSync(pidFile);
  try {
    return await openDatabase(postgresFolder(folder), secrets, tokenLifetime, onPanic);
  } catch (error) {
    if (isNew) throw error;
    if (!hadPidFile) rmSync(pidFile, { force: true });
    const noRoom = whyNoRoom(folder);
    if (noRoom) throw noRoom;
    throw damaged(folder, messageOf(error), error);
  }
}

function describe(port: number, secrets: Secrets): BackendFile {
  return {
    pid: process.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    publishableKey: secrets.publishableKey,
    secretKey: secrets.secretKey,
    user: secrets.user,
    version,
    protocol: backendProtocol,
    startedAt: new Date().toISOString(),
  };
}
