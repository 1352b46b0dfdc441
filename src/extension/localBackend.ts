import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdir, readFile } from 'node:fs/promises';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import * as v from 'valibot';
import type { Disposable } from '../shared/disposable.ts';
import { Emitter, type Event } from '../shared/emitter.ts';
import { type Problem, RunglassError } from '../shared/status.ts';
import type { Log } from './sync/types.ts';

export interface LocalBackendOptions {
  /** The data folder; made when it is missing. */
  readonly folder: string;
  /** The built entry of the backend, dist/backend/main.js. */
  readonly mainPath: string;
  readonly log: Log;
}

/** Where the backend is and how its only user signs in. */
export interface LocalEndpoint {
  readonly url: string;
  readonly publishableKey: string;
  readonly user: { readonly email: string; readonly password: string };
}

/** What the process writes into the data folder; see src/local/backendFile.ts. */
const backendFileSchema = v.object({
  pid: v.number(),
  port: v.number(),
  url: v.string(),
  publishableKey: v.string(),
  secretKey: v.string(),
  user: v.object({ email: v.string(), password: v.string() }),
});
type BackendFile = v.InferOutput<typeof backendFileSchema>;

/** The process ends so long after the last window has let it go, s: longer than the reload of a window takes. */
const idleExit = 20;
/**
 * A first start unpacks a database, and a machine may be busy, ms. So long another process may hold the folder
 * without serving it, too: it may be one that another window has just started.
 */
const startTimeout = 60_000;
/** Between two looks at such a process, ms. Each starts one of ours, which must not hold up the other for long. */
const retryPause = { first: 250, longest: 1_000 };
const attachTimeout = 10_000;
/** V8 lets what is short-lived take four times as much before it looks for what can go: 70 MB more, and no faster. */
const nodeOptions = ['--max-semi-space-size=4'];
/** The backend beats every 15 s; after so long a silence the lease counts as lost, ms. */
const silence = 50_000;

/**
 * The embedded backend as one window sees it. All windows of this machine share one process: `start` attaches to
 * the one that serves the folder or spawns it, and holds a lease, a request that stays open, until disposed.
 */
export class LocalBackend implements Disposable {
  readonly #options: LocalBackendOptions;
  readonly #exited: Emitter<void>;
  #starting: Promise<LocalEndpoint> | null = null;
  #lease: ClientRequest | null = null;
  #disposed = false;

  constructor(options: LocalBackendOptions) {
    this.#options = options;
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
  start(onStep?: (step: 'unpacking' | 'opening') => void): Promise<LocalEndpoint> {
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

  async #start(onStep?: (step: 'unpacking' | 'opening') => void): Promise<LocalEndpoint> {
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
    for (let pause = retryPause.first; ; pause = Math.min(2 * pause, retryPause.longest)) {
      const file = await this.#attach();
      if (file) return { url: file.url, publishableKey: file.publishableKey, user: file.user };
      if (this.#disposed) throw failure('backendFailed', 'The window let the local backend go.');
      onStep?.((await this.#hasDatabase()) ? 'opening' : 'unpacking');
      const exit = await this.#spawn(began + startTimeout - Date.now());
      if (exit === null) continue;
      if (exit.reason !== 'dataFolderInUse' || Date.now() - began > startTimeout)
        throw new RunglassError(exit);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #hasDatabase(): Promise<boolean> {
    return access(path.join(this.#options.folder, 'postgres')).then(
      () => true,
      () => false,
    );
  }

  /** Takes a lease on the process that `backend.json` names; null when there is none to be had. */
  async #attach(): Promise<BackendFile | null> {
    const file = await readBackendFile(this.#options.folder);
    if (!file) return null;
    const lease = await openLease(file);
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

  #watch({ request, response }: Lease): void {
    const lost = () => {
      clearTimeout(timer);
      request.destroy();
      if (this.#lease !== request) return;
      this.#lease = null;
      this.#options.log.warn('The local backend has gone.');
      this.#exited.fire();
    };
    const timer = setTimeout(lost, silence);
    response.on('data', () => timer.refresh());
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
      [...nodeOptions, mainPath, '--dir', folder, '--json', '--idle-exit', String(idleExit)],
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
}

async function readBackendFile(folder: string): Promise<BackendFile | null> {
  try {
    return v.parse(backendFileSchema, JSON.parse(await readFile(path.join(folder, 'backend.json'), 'utf8')));
  } catch {
    // Missing, or left by something that is not ours: the process that starts writes a new one.
    return null;
  }
}

/** Null when nobody answers there, or somebody else does: a file may outlive its process. */
function openLease(file: BackendFile): Promise<Lease | null> {
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
    const timer = setTimeout(giveUp, attachTimeout);
    request.on('error', giveUp);
    request.on('response', (response) => {
      if (response.statusCode !== 200) return giveUp();
      response.once('data', (line: Buffer) => {
        if (!line.toString('utf8').includes(`"pid":${file.pid}}`)) return giveUp();
        clearTimeout(timer);
        resolve({ request, response });
      });
    });
  });
}

/** The exit codes of src/local/failure.ts that have a place of their own in the UI. */
const reasons: Readonly<Record<number, FailureReason>> = {
  10: 'dataFolderInUse',
  11: 'dataFolderDamaged',
  12: 'portInUse',
  13: 'dataFolderDamaged',
  14: 'dataFolderUnusable',
};
type FailureReason =
  | 'dataFolderInUse'
  | 'dataFolderDamaged'
  | 'dataFolderUnusable'
  | 'portInUse'
  | 'backendFailed';

function outcome(child: ChildProcess, timeout: number): Promise<Problem | null> {
  return new Promise((resolve) => {
    let stderr = '';
    const timer = setTimeout(
      () => {
        child.kill();
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

function failure(reason: FailureReason, detail: string): RunglassError {
  return new RunglassError({ reason, detail });
}
