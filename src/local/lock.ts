import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { BackendFailure } from './failure.ts';

/**
 * The exclusive right to a data folder. Two processes on one PGlite folder are not refused by PGlite and lose
 * committed rows.
 *
 * The right belongs to the writer of the file `lock.<n>` with the greatest n. Its owner answers on a port of
 * 127.0.0.1 with the nonce of the file for as long as it lives; that is what tells a live owner from a dead one
 * whose pid another process has been given. To take over from a dead owner one creates `lock.<n + 1>`, which
 * the file system lets only one process do.
 */
export class FolderLock {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects with `dataFolderInUse`, naming the owner's pid. */
  static async acquire(folder: string): Promise<FolderLock> {
    const nonce = randomUUID();
    const server = await answering(nonce);
    try {
      await take(folder, { pid: process.pid, port: portOf(server), nonce });
      return new FolderLock(server);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** The file stays: the next owner sees that nobody answers for it. */
  release(): void {
    this.#server.close();
  }
}

interface Owner {
  readonly pid: number;
  readonly port: number;
  readonly nonce: string;
}

async function take(folder: string, own: Owner): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const newest = generations(folder)[0] ?? 0;
    if (newest > 0) {
      const owner = readOwner(folder, newest);
      if (owner && (await isAlive(owner))) {
        throw new BackendFailure(
          'dataFolderInUse',
          `The data folder ${folder} is in use by process ${owner.pid}; stop that process or choose another folder.`,
        );
      }
    }
    if (!create(folder, newest + 1, own)) continue;
    for (const old of generations(folder)) if (old <= newest) rmSync(lockFile(folder, old), { force: true });
    if (generations(folder)[0] === newest + 1) return;
  }
  throw new BackendFailure('dataFolderInUse', `Other processes are fighting over the data folder ${folder}.`);
}

/** Newest first. */
function generations(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function lockFile(folder: string, generation: number): string {
  return path.join(folder, `lock.${generation}`);
}

/** Makes the file with its content in one step, or answers false when another process was first. */
function create(folder: string, generation: number, own: Owner): boolean {
  const file = lockFile(folder, generation);
  const temporary = path.join(folder, `lock.${own.nonce}.tmp`);
  writeFileSync(temporary, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (existsSync(file)) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Null when the file is gone or was never whole: nobody of ours wrote it. */
function readOwner(folder: string, generation: number): Owner | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(lockFile(folder, generation), 'utf8'));
    if (typeof owner !== 'object' || owner === null) return null;
    const { pid, port, nonce } = owner as Record<string, unknown>;
    return typeof pid === 'number' && typeof port === 'number' && typeof nonce === 'string'
      ? { pid, port, nonce }
      : null;
  } catch {
    return null;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  if (!processExists(owner.pid)) return false;
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port: owner.port });
    // Connected but silent: a busy owner. Better a refusal too many than two writers.
    socket.setTimeout(10_000, () => socket.destroy());
    let connected = false;
    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.length >= owner.nonce.length) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(connected && (answer === '' || answer === owner.nonce)));
  });
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function answering(nonce: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(nonce);
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The lock has no port.');
  return address.port;
}
