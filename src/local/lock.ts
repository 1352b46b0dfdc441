import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { errorCode } from '../shared/errorCode.ts';
import { BackendFailure } from './failure.ts';
import { changes, here, namesOf } from './place.ts';

/**
 * The exclusive right to a data folder. Two processes on one PGlite folder are not refused by PGlite and lose
 * committed rows.
 *
 * The right belongs to the writer of the folder `lock.<n>` with the greatest n. Its owner answers on a port of
 * 127.0.0.1 with the nonce written there for as long as it lives; that is what tells a live owner from a dead one
 * whose pid another process has been given. To take over from a dead owner one makes `lock.<n + 1>` by renaming a
 * folder that has its content already, which every file system lets only one process do: none puts a folder in the
 * place of one that is not empty. (Links would do as well, but not every file system has them.)
 *
 * A folder may be shared with another machine or a container (a home on the network, a mounted folder), where neither
 * pid nor port of the owner say anything. It touches its file every few seconds, too, and from there one watches that.
 */
export class FolderLock {
  readonly #server: Server;
  readonly #file: string;
  readonly #nonce: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(server: Server, file: string, nonce: string) {
    this.#server = server;
    this.#file = file;
    this.#nonce = nonce;
    this.#beat = setInterval(() => touch(file), beat);
    this.#beat.unref();
  }

  /** Rejects with `dataFolderInUse` or, when the owner is silent, `backendUnresponsive`; both name its pid. */
  static async acquire(folder: string): Promise<FolderLock> {
    const nonce = randomUUID();
    const server = await answering(nonce);
    try {
      const generation = await take(folder, { pid: process.pid, port: portOf(server), nonce, place: here });
      return new FolderLock(server, ownerFile(folder, generation), nonce);
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** False once the folder was removed or moved away, or somebody took it for abandoned: nothing in it is ours then. */
  get isHeld(): boolean {
    try {
      return readFileSync(this.#file, 'utf8').includes(this.#nonce);
    } catch (error) {
      // That it cannot be read for a moment (too many open files, a scanner) says nothing.
      return !isGone(error);
    }
  }

  /** The folder stays, and never empty: the next owner makes the one after it. */
  release(): void {
    clearInterval(this.#beat);
    try {
      if (this.isHeld) writeFileSync(this.#file, '{}');
    } catch {
      // Then the next one finds out that we are gone.
    }
    this.#server.close();
  }
}

interface Owner {
  readonly pid: number;
  readonly port: number;
  readonly nonce: string;
  readonly place: string;
}

/** How often the owner touches its file, ms. */
const beat = 3_000;
/** An owner somewhere else that has not touched its file for so long is gone, ms; PGlite may hold it up for seconds. */
const absence = 20_000;
/** How long an owner that accepts connections may say nothing, ms: it is busy, or it stands still. */
const silence = 10_000;

/** Answers the generation that is ours. */
async function take(folder: string, own: Owner): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const newest = generations(folder)[0] ?? 0;
    const owner = newest > 0 ? readOwner(ownerFile(folder, newest)) : null;
    if (owner) await refuseIfAlive(folder, owner, ownerFile(folder, newest));
    if (!create(folder, newest + 1, own)) continue;
    for (const old of generations(folder)) if (old <= newest) remove(lockFolder(folder, old));
    if (generations(folder)[0] === newest + 1) return newest + 1;
  }
  throw new BackendFailure('dataFolderInUse', `Other processes are fighting over the data folder ${folder}.`);
}

async function refuseIfAlive(folder: string, owner: Owner, file: string): Promise<void> {
  if (owner.place !== here) {
    if (!(await changes(file, absence))) return;
    throw new BackendFailure(
      'dataFolderInUse',
      `The data folder ${folder} is in use by process ${owner.pid} on another machine or in a container (${namesOf(owner.place)}); stop that process or choose another folder.`,
    );
  }
  let state = await probe(owner, silence);
  // A connection that was made at the moment of its end may stay open and silent.
  if (state === 'silent') state = await probe(owner, silence / 10);
  if (state === 'alive')
    throw new BackendFailure(
      'dataFolderInUse',
      `The data folder ${folder} is in use by process ${owner.pid}; stop that process or choose another folder.`,
    );
  // Better a refusal too many than two writers.
  if (state === 'silent')
    throw new BackendFailure(
      'backendUnresponsive',
      `The data folder ${folder} is in use by process ${owner.pid}, which has not answered for ${silence / 1000} s; let it go on or end it.`,
    );
}

/** Newest first. */
function generations(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function lockFolder(folder: string, generation: number): string {
  return path.join(folder, `lock.${generation}`);
}

function ownerFile(folder: string, generation: number): string {
  return path.join(lockFolder(folder, generation), 'owner.json');
}

/** Makes the folder with its content in one step, or answers false when another process was first. */
function create(folder: string, generation: number, own: Owner): boolean {
  const target = lockFolder(folder, generation);
  const temporary = path.join(folder, `lock.${own.nonce}.tmp`);
  try {
    mkdirSync(temporary, { mode: 0o700, recursive: true });
    writeFileSync(path.join(temporary, 'owner.json'), JSON.stringify(own), { mode: 0o600 });
    renameSync(temporary, target);
    return true;
  } catch (error) {
    // Whoever was first may have been replaced already.
    if (existsSync(target) || isOccupied(error)) return false;
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    // Somebody who is late has put theirs in its place at this moment, will see that it is no longer the newest, and leave it.
    if (!isOccupied(error)) throw error;
  }
}

function isOccupied(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

/** Null when it was given back, is gone or was never whole. Throws when it is there and cannot be read: it may be alive. */
function readOwner(file: string): Owner | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof owner !== 'object' || owner === null) return null;
    const { pid, port, nonce, place = here } = owner as Record<string, unknown>;
    return typeof pid === 'number' &&
      typeof port === 'number' &&
      typeof nonce === 'string' &&
      typeof place === 'string'
      ? { pid, port, nonce, place }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError || isGone(error)) return null;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE';
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Whether it is still there is looked at elsewhere.
  }
}

async function probe(owner: Owner, patience: number): Promise<'alive' | 'silent' | 'dead'> {
  if (!processExists(owner.pid)) return 'dead';
  return new Promise((resolve) => {
    let answer = '';
    let connected = false;
    const socket = connect({ host: '127.0.0.1', port: owner.port });
    socket.setTimeout(patience, () => {
      resolve(connected ? 'silent' : 'dead');
      socket.destroy();
    });
    socket.on('connect', () => {
      // Where nobody listens, the system may choose that very port for us, and we reach ourselves.
      connected = socket.localPort !== owner.port;
      if (!connected) socket.destroy();
    });
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.length >= owner.nonce.length) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve(connected && (answer === '' || answer === owner.nonce) ? 'alive' : 'dead'),
    );
  });
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function answering(nonce: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      // One that never closes its side would keep the connection.
      socket.once('finish', () => socket.destroy());
      socket.end(nonce);
    });
    server.maxConnections = 100;
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The lock has no port.');
  return address.port;
}
