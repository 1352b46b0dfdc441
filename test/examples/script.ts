import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

/** One of the example scripts and the numbers that belong to it. */
export interface Script {
  readonly file: string;
  /** Steps that learn enough within a few seconds. */
  readonly steps: number;
  /** Characters trained on in each step. */
  readonly batch: number;
  readonly modelName: string;
  command(): readonly [program: string, ...args: string[]];
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningScript {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

const examples = path.resolve('examples');

/** Nothing is there: a script that asks them for this machine fails. */
export const deadProxies = {
  http_proxy: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  all_proxy: 'http://127.0.0.1:9',
  no_proxy: '',
  NO_PROXY: '',
} as const;

export const scripts: readonly Script[] = [
  {
    file: 'train.mjs',
    steps: 400,
    batch: 64,
    modelName: 'alice-mlp',
    command: () => [process.execPath, path.join(examples, 'train.mjs')],
  },
  {
    file: 'train.py',
    steps: 300,
    batch: 16,
    modelName: 'alice-mlp-py',
    command: () => [findPython(), '-B', path.join(examples, 'train.py')],
  },
];

let python: string | undefined;

/** The python3 of this machine; throws a sentence when it is missing or older than 3.9. */
export function findPython(): string {
  if (python) return python;
  const { stdout, error } = spawnSync('python3', ['-c', 'import sys; print(*sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  if (error) throw new Error('examples/train.py needs python3 on the PATH: install Python 3.9 or newer.');
  const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
  if (major < 3 || (major === 3 && minor < 9)) {
    throw new Error(`examples/train.py needs Python 3.9 or newer; python3 is ${major}.${minor}.`);
  }
  python = 'python3';
  return python;
}

/** Runs an example as a user would; `env` replaces the variables that it reads. */
export function startScript(script: Script, args: readonly string[], env: NodeJS.ProcessEnv): RunningScript {
  const [program, ...rest] = script.command();
  const child = spawn(program, [...rest, ...args], {
    env: { ...process.env, ...deadProxies, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, ended };
}
