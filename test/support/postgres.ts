import { type ChildProcess, execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { forgetFolder, keepFolder } from '../../scripts/vscodeHost/estate.ts';
import { startGroup } from '../../scripts/vscodeHost/processGroup.ts';

const run = promisify(execFile);

/** A temporary PostgreSQL server of our own. */
export interface Cluster {
  /** Connects as superuser; the caller ends the client. */
  connect(database?: string): Promise<pg.Client>;
  /** Stops the server and deletes its folder. */
  stop(): Promise<void>;
}

/** Folder of the newest PostgreSQL 15+ binaries; throws with the fix when there is none. */
export function findPostgres(): string {
  const candidates = [
    process.env.RUNGLASS_PG_BIN,
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...globSync('/usr/lib/postgresql/*/bin').sort().reverse(),
    ...globSync('/opt/homebrew/opt/postgresql@*/bin').sort().reverse(),
    pgConfigBindir(),
  ];
  for (const folder of candidates) {
    if (folder && existsSync(path.join(folder, executable('initdb'))) && majorVersion(folder) >= 15)
      return folder;
  }
  throw new Error(
    'PostgreSQL 15 or newer was not found: install its server package (Debian: apt-get install postgresql), or set RUNGLASS_PG_BIN to the folder of initdb.',
  );
}

/** Starts a server in a temporary folder on a free port of 127.0.0.1. */
export async function startPostgres(): Promise<Cluster> {
  const bin = findPostgres();
  const owner: { uid?: number; gid?: number } = process.getuid?.() === 0 ? unprivilegedUser() : {};
  const folder = await mkdtemp(path.join(tmpdir(), 'runglass-pg-'));
  keepFolder(folder);
  const password = randomBytes(16).toString('hex');
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    await chown(folder, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const data = path.join(folder, 'data');
  const options = { ...owner, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' } };
  try {
    const setup = [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
    ];
    await run(path.join(bin, executable('initdb')), [...setup, '--no-sync'], options);
    for (let attempt = 1; ; attempt++) {
      try {
        return await serve({ bin, data, folder, password, options });
      } catch (error) {
        // Somebody else may have taken the free port meanwhile.
        if (attempt === 3 || !/could not bind/.test(String(error))) throw error;
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Serving {
  readonly bin: string;
  readonly data: string;
  readonly folder: string;
  readonly password: string;
  readonly options: { uid?: number; gid?: number; cwd: string; env: Record<string, string> };
}

async function serve({ bin, data, folder, password, options }: Serving): Promise<Cluster> {
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    wal_level: 'logical',
    fsync: 'off',
    // Its transactions would be among those that specs look at.
    autovacuum: 'off',
    max_connections: 200,
    log_destination: 'stderr',
    logging_collector: 'on',
    log_directory: folder,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const { child: server, exited } = startGroup(
    path.join(bin, executable('postgres')),
    ['-D', data, ...flags],
    { ...options, stdio: 'ignore' },
  );
  const connect = async (database = 'postgres') => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database });
    // A connection that the server closes at its stop is no test failure.
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const end = async () => {
    server.kill('SIGINT');
    await exited;
  };
  const stop = async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
    forgetFolder(folder);
  };
  try {
    await waitUntilReady(connect, server);
  } catch (error) {
    await end();
    const log = await Promise.all(globSync(path.join(folder, '*.log')).map((file) => readFile(file, 'utf8')));
    throw new Error(`PostgreSQL did not start: ${log.join('\n').slice(-2000)}`, { cause: error });
  }
  return { connect, stop };
}

async function waitUntilReady(connect: () => Promise<pg.Client>, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      const client = await connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || attempt > 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The server refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // Not on this machine; the next one.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody".');
}

function pgConfigBindir(): string | undefined {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return undefined;
  }
}

function majorVersion(folder: string): number {
  const text = execFileSync(path.join(folder, executable('initdb')), ['--version'], { encoding: 'utf8' });
  return Number(/(\d+)/.exec(text)?.[1]);
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
