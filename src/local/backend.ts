import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../../package.json';
import { type BackendFile, removeBackendFile, writeBackendFile } from './backendFile.ts';
import { type Database, openDatabase } from './database.ts';
import {
  damaged,
  inspectFolder,
  lastPort,
  makeFolder,
  messageOf,
  postgresFolder,
  stampFolder,
} from './folder.ts';
import { Housekeeping } from './housekeeping.ts';
import { loadSecrets, type Secrets } from './keys.ts';
import { Leases } from './leases.ts';
import { FolderLock } from './lock.ts';
import { FileLog } from './log.ts';
import { migrate, readMigrations } from './migrations.ts';
import { Realtime } from './realtime/realtime.ts';
import { ensureUser, seed } from './seed.ts';
import { HttpServer } from './server.ts';
import { withSqlErrors } from './sqlErrors.ts';
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
}

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
}

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

  /** Locks, opens and serves the folder; rejects with `BackendFailure`. `onIdle` follows `options.idleExit`. */
  static async start(options: BackendOptions, onIdle: () => void): Promise<Backend> {
    const folder = path.resolve(options.dir);
    makeFolder(folder);
    const lock = await FolderLock.acquire(folder);
    try {
      const { file, parts } = await open(folder, lock, options, onIdle);
      return new Backend(folder, file, parts);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Ends every connection, writes the database down and gives the folder back. */
  async stop(): Promise<void> {
    const { lock, log, database, server, realtime, leases, housekeeping } = this.#parts;
    housekeeping.stop();
    removeBackendFile(this.#folder);
    leases.stop();
    realtime.stop();
    await server.close();
    await database.close().catch((error) => log.write('close', error));
    lock.release();
  }
}

async function open(
  folder: string,
  lock: FolderLock,
  options: BackendOptions,
  onIdle: () => void,
): Promise<{ file: BackendFile; parts: Parts }> {
  const log = new FileLog(path.join(folder, 'backend.log'));
  log.captureConsole();
  const ours = readMigrations(path.join(assetFolder, 'migrations'));
  const own = options.migrations.flatMap(readMigrations);
  const newest = ours.at(-1)?.version ?? '0';
  const isNew = inspectFolder(folder, newest) === 'new';
  const write = (...parts: unknown[]) => log.write(...parts);
  let secrets: Secrets | null = null;
  let ready = false;
  const leases = new Leases(() => (ready ? (secrets?.secretKey ?? null) : null), options.idleExit, onIdle);
  let realtime: Realtime | null = null;
  let database: Database | null = null;
  const starting = new Response(JSON.stringify({ message: 'The backend is starting.' }), { status: 503 });
  const server = new HttpServer({
    fetch: async (request) => {
      const app = ready ? database?.app : undefined;
      return app ? withSqlErrors(() => app.fetch(request)) : starting.clone();
    },
    lease: (request, response) => leases.hold(request, response),
    upgrade: (request, socket, head, url) =>
      realtime ? realtime.upgrade(request, socket, head, url) : socket.destroy(),
    log: write,
  });
  // Before the database, so that a port in use costs nothing.
  await listen(server, options.port, lastPort(folder));
  try {
    secrets = loadSecrets(folder);
    if (isNew) await makeDatabase(path.join(assetFolder, 'template.tar.gz'), postgresFolder(folder), secrets);
    database = await openOrExplain(folder, secrets, isNew, options.tokenLifetime);
    await migrate(database, ours, own);
    await ensureUser(database, secrets);
    const seedFile = path.join(assetFolder, 'seed.sql');
    if (options.seed && existsSync(seedFile)) await seed(database, seedFile);
    stampFolder(folder, newest, server.port);
    realtime = new Realtime(database, secrets, write);
    await realtime.start();
    const file = describe(server.port, secrets);
    ready = true;
    const housekeeping = new Housekeeping(database, write);
    writeBackendFile(folder, file);
    leases.start();
    return { file, parts: { lock, log, database, server, realtime, leases, housekeeping } };
  } catch (error) {
    await server.close();
    await database?.close().catch(() => {});
    throw error;
  }
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
): Promise<Database> {
  const pidFile = path.join(postgresFolder(folder), 'postmaster.pid');
  const hadPidFile = existsSync(pidFile);
  try {
    return await openDatabase(postgresFolder(folder), secrets, tokenLifetime);
  } catch (error) {
    if (isNew) throw error;
    if (!hadPidFile) rmSync(pidFile, { force: true });
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
    startedAt: new Date().toISOString(),
  };
}
