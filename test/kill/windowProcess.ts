import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Session } from '../../src/extension/sync.ts';
import { until } from '../integration/sync/harness.ts';
import type { Said } from './faultPoints.ts';
import type { Plan } from './plan.ts';

/** A machine with many windows at once is slow, ms. */
const patience = 90_000;

/** Whom a window is signed in as, and where. */
export interface WindowAccount {
  readonly url: string;
  readonly publishableKey: string;
  readonly session: Session;
}

export interface WindowOptions {
  /** Of the journals. */
  readonly folder: string;
  /** UUID, the session of its events. */
  readonly window: string;
  readonly account: WindowAccount;
  readonly plan: Plan;
  /** How many events it logs; their payload is `{ n }`, from 0 on. */
  readonly logs: number;
  /** Begins when it is released. */
  readonly waits: boolean;
}

/** One window process, and what it said. */
export class WindowProcess {
  readonly id: string;
  readonly child: ChildProcess;
  readonly said: Said[] = [];
  /** Resolves when it is gone and all that it said has been read. */
  readonly ended: Promise<void>;

  constructor(script: string, options: WindowOptions, hear: (said: Said) => void = () => {}) {
    this.id = options.window;
    this.child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
    if (!this.child.stdout) return;
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Said;
      this.said.push(said);
      hear(said);
    });
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Whether it said something that fits. */
  has(fits: (said: Said) => boolean): boolean {
    return this.said.some(fits);
  }

  /** Resolves when it has said something that fits, or is gone. */
  async says(what: string, fits: (said: Said) => boolean, ms = patience): Promise<void> {
    await until(what, () => this.has(fits) || !this.isRunning || null, ms);
    if (!this.isRunning) await this.ended;
    if (!this.has(fits)) throw new Error(`${what}: the window ended before`);
  }

  release(): void {
    this.child.stdin?.write('go\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
