import { type ChildProcess, spawn } from 'node:child_process';
import { access, type FileHandle, mkdir, open } from 'node:fs/promises';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { type BackendFile, readLeaseLine, readServer, type Server } from '../shared/backendFile.ts';
import { Emitter, type Event } from '../shared/emitter.ts';
import { type Problem, RunglassError } from '../shared/status.ts';
import { version } from '../shared/version.ts';
import type { Local, LocalEndpoint, LocalStep } from './accounts/types.ts';
import { processExists } from './platform/processExists.ts';
import type { Log } from './sync/types.ts';

export interface LocalBackendOptions {
  /** The data folder; made when it is missing. */
  readonly folder: string;
  /** The built entry of the backend, dist/backend/main.js. */
  readonly mainPath: string;
  readonly log: Log;
  /** Other times than ours, for tests. */
  readonly times?: Partial<Times>;
}

export interface Times {
  /** The process ends so long after the last window has let it go, s. */
  readonly idleExit: number;
  /** So long a process may take to answer a window that wants to use it, ms. */
  readonly attach: number;
  /** After so long without a sign of life the process counts as lost, ms. */
  readonly silence: number;
}

/** Longer than the reload of a window takes; and the process gives signs of life every 15 s. */
const usualTimes: Times = { idleExit: 20, attach: 10_000, silence: 50_000 };

/**
 * A first start unpacks a database, and a machine may be busy, ms. So long another process may hold the folder
 * without serving it, too: it may be one that another window has just started.
 */
const startTimeout = 60_000;
/** Between two looks at such a process, ms. Each starts one of ours, which must not hold up the other for long. */
const retryPause = { first: 250, longest: 1_000 };
/** V8 lets what is short-lived take four times as much before it looks for what can go: 70 MB more, and no faster. */
const nodeOptions = ['--max-semi-space-size=4'];
/** So long a window leaves the start to one of a newer version that has announced itself, ms. */
const handover = 30_000;

/** The folder that the user has chosen, or `own`: also, with a warning, where that is no absolute path. */
export function dataFolder(chosen: string, own: string, log: Log): string {
  if (path.isAbsolute(chosen)) return chosen;
  if (chosen) log.warn(`The data folder ${chosen} is not an absolute path; using ${own}.`);
  return own;
}

/**
 * The embedded backend as one window sees it. All windows of this machine share one process: `start` attaches to
 * the one that serves the folder or spawns it, and holds a lease, a request that stays open, until disposed.
 *
 *   nobody serves the folder         → spawn
 *   our version, or a newer one      → attach, if it speaks our protocol (shared/backendFile.ts); else `backendNewer`
 *   an older version                 → spawn ours, which takes the folder over (src/local/takeOver.ts)
 *   a newer version takes it over    → wait for that one, then attach
 */
export class LocalBackend implements Local {
  readonly #options: LocalBackendOptions;
  readonly #times: Times;
  readonly #exited: Emitter<void>;
  #starting: Promise<LocalEndpoint> | null = null;
  #lease: ClientRequest | null = null;
  /** Until then a newer version is awaited, ms since 1970. */
  #awaitsUntil = 0;
  #disposed = false;

  constructor(options: LocalBackendOptions) {
    this.#options = options;
    this.#times = { ...usualTimes, ...options.times };
    this.#exited = new Emitter<void>((error) => options.log.error(`A listener failed: ${String(error)}`));
  }

  /** The process has ended, or cannot be reached any more, without being asked to; `start` may be called again. */
  get onDidExit(): Event<void> {
    return this.#exited.event;
  }

  /**
   * Starts the process or attaches to a running one, in one flight; rejects with `RunglassError`. `onStep` hears what a
   * start has to do, which a first one takes longer for.
   */
  start(onStep?: (step: LocalStep) => void): Promise<LocalEndpoint> {
    this.#starting ??= this.#start(onStep).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  dispose(): void {
    this.#disposed = true;
    this.#exited.dispose();
    this.#dropLease();
  }

  async #start(onStep?: (step: LocalStep) => void): Promise<LocalEndpoint> {
    this.#dropLease();
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
      throw new RunglassError(
        {
          reason: 'dataFolderUnusable',
          detail: `The data folder ${this.#options.folder} cannot be made: ${error.message}`,
        },
        error,
      );
    });
    const began = Date.now();
    let isExamined = false;
    for (let pause = retryPause.first; ; pause = Math.min(2 * pause, retryPause.longest)) {
      const file = await this.#attach(isExamined);
      if (file) return { url: file.url, publishableKey: file.publishableKey, user: file.user };
      if (this.#disposed)
        throw new RunglassError({ reason: 'backendFailed', detail: 'The window let the local backend go.' });
      if (Date.now() > this.#awaitsUntil) {
        onStep?.((await this.#hasDatabase()) ? 'opening' : 'unpacking');
        const exit = await this.#spawn(began + startTimeout - Date.now());
        isExamined = true;
        if (exit === null) continue;
        if (exit.reason !== 'dataFolderInUse' || Date.now() - began > startTimeout)
          throw new RunglassError(exit);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #hasDatabase(): Promise<boolean> {
    return access(path.join(this.#options.folder, 'postgres')).then(
      () => true,
      () => false,
    );
  }

  /**
   * Takes a lease on the process that `backend.json` names; null when there is none to be had. `isExamined`: a process of
   * ours has seen that the folder is no other user's.
   */
  async #attach(isExamined: boolean): Promise<BackendFile | null> {
    const server = await readBackendFile(this.#options.folder, isExamined);
    if (server.kind === 'newer')
      throw new RunglassError({
        reason: 'backendNewer',
        detail: `Version ${server.version} serves the data folder ${this.#options.folder}; this window is of version ${version}.`,
      });
    if (server.kind !== 'ours' || !processExists(server.file.pid)) return null;
    const { file } = server;
    const lease = await openLease(file, this.#times.attach);
    if (!lease) return null;
    if (this.#disposed) {
      lease.request.destroy();
      return null;
    }
    this.#lease = lease.request;
    this.#watch(lease);
    this.#options.log.info(`Using the local backend on ${file.url}, process ${file.pid}.`);
    return file;
  }

  #watch({ request, response, lines }: Lease): void {
    const lost = () => {
      clearTimeout(timer);
      request.destroy();
      if (this.#lease !== request) return;
      this.#lease = null;
      this.#options.log.warn('The local backend has gone.');
      this.#exited.fire();
    };
    const timer = setTimeout(lost, this.#times.silence);
    lines.on('line', (text) => {
      timer.refresh();
      const replacedBy = readLeaseLine(text)?.replacedBy;
      if (replacedBy === undefined) return;
      this.#options.log.info(`Version ${replacedBy} takes the local backend over.`);
      this.#awaitsUntil = Date.now() + handover;
    });
    response.on('error', lost);
    response.on('close', lost);
    timer.unref();
  }

  #dropLease(): void {
    const lease = this.#lease;
    this.#lease = null;
    lease?.destroy();
  }

  /** Runs the process until it is ready (null) or ends (why). It outlives this window. */
  async #spawn(timeout: number): Promise<Problem | null> {
    const { folder, mainPath, log } = this.#options;
    const { NODE_OPTIONS: _options, VSCODE_INSPECTOR_OPTIONS: _inspector, ...env } = process.env;
    const child = spawn(
      process.execPath,
      [
        ...nodeOptions,
        mainPath,
        ...['--dir', folder, '--json', '--take-over', '--idle-exit', String(this.#times.idleExit)],
      ],
      {
        cwd: path.dirname(mainPath),
        env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        windowsHide: true,
      },
    );
    log.info(`Starting the local backend on ${folder}.`);
    try {
      return await outcome(child, timeout);
    } finally {
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
    }
  }
}

interface Lease {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  readonly lines: Interface;
}

/** With `isAnybodys` also a file that is another user's, as every file is on some mounts. */
async function readBackendFile(folder: string, isAnybodys: boolean): Promise<Server> {
  let file: FileHandle | undefined;
  try {
    file = await open(path.join(folder, 'backend.json'));
    const { uid } = await file.stat();
    if (!isAnybodys && uid !== (process.getuid?.() ?? uid)) return { kind: 'unknown' };
    return readServer(await file.readFile('utf8'), version);
  } catch {
    // The process that starts writes a new one.
    return { kind: 'unknown' };
  } finally {
    await file?.close();
  }
}

/** Null when nobody answers there, or somebody else does: a file may outlive its process. */
function openLease(file: BackendFile, timeout: number): Promise<Lease | null> {
  return new Promise((resolve) => {
    const request = get({
      host: '127.0.0.1',
      port: file.port,
      path: '/runglass/v1/lease',
      headers: { apikey: file.secretKey },
      agent: false,
    });
    const giveUp = () => {
      clearTimeout(timer);
      request.destroy();
      resolve(null);
    };
    const timer = setTimeout(giveUp, timeout);
    request.on('error', giveUp);
    request.on('response', (response) => {
      if (response.statusCode !== 200) return giveUp();
      const lines = createInterface({ input: response });
      // It tells of errors of the response as well; `#watch` hears of them from that.
      lines.on('error', () => {});
      lines.once('line', (line) => {
        if (readLeaseLine(line)?.pid !== file.pid) return giveUp();
        clearTimeout(timer);
        resolve({ request, response, lines });
      });
    });
  });
}

/** The exit codes of src/local/failure.ts that have a place of their own in the UI. */
const reasons: Readonly<Record<number, FailureReason>> = {
  10: 'dataFolderInUse',
  11: 'dataFolderDamaged',
  12: 'portInUse',
  13: 'dataFolderNewer',
  14: 'dataFolderUnusable',
  15: 'diskFull',
  16: 'backendUnresponsive',
};
type FailureReason =
  | 'dataFolderInUse'
  | 'dataFolderDamaged'
  | 'dataFolderNewer'
  | 'dataFolderUnusable'
  | 'diskFull'
  | 'portInUse'
  | 'backendFailed'
  | 'backendUnresponsive';

function outcome(child: ChildProcess, timeout: number): Promise<Problem | null> {
  return new Promise((resolve) => {
    let stderr = '';
    const timer = setTimeout(
      () => {
        // One that is busy or stands still would not come to a request to end.
        child.kill('SIGKILL');
        resolve({
          reason: 'backendFailed',
          detail: `The local backend was not ready after ${startTimeout / 1000} s.`,
        });
      },
      Math.max(timeout, 1000),
    );
    const settle = (problem: Problem | null) => {
      clearTimeout(timer);
      resolve(problem);
    };
    child.stdout?.once('data', () => settle(null));
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.once('error', (error) =>
      settle({ reason: 'backendFailed', detail: `The local backend could not be started: ${error.message}` }),
    );
    child.once('close', (code) => {
      const detail = stderr.trim().split('\n').at(-1) || `The local backend ended with code ${code}.`;
      settle({ reason: reasons[code ?? -1] ?? 'backendFailed', detail });
    });
  });
}
