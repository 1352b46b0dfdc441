import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../../src/shared/errorCode.ts';
import { describeEmbedded } from '../../support/backend.ts';
import type { Build } from './build.ts';
import type { Said, WindowOptions } from './windowScript.ts';

export type Using = Extract<Said, { readonly kind: 'using' }>;

/** So long anything may take on a busy machine, ms. */
const patience = 60_000;

/** A window as a process of its own, the leader of a group, as an extension host is. */
export class WindowProcess {
  readonly child: ChildProcess;
  readonly said: Said[] = [];
  readonly ended: Promise<void>;

  constructor(build: Build, options: Omit<WindowOptions, 'mainPath'>, node = process.execPath) {
    const json = JSON.stringify({ ...options, mainPath: build.mainPath });
    this.child = spawn(node, [build.script, json], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
    assert.ok(this.child.stdout);
    createInterface({ input: this.child.stdout }).on('line', (line) => this.said.push(JSON.parse(line)));
  }

  /** What it uses, once it does and has not lost it since. */
  async uses(fits: (using: Using) => boolean = () => true): Promise<Using> {
    return await until(
      () => {
        const last = this.said.at(-1);
        return last?.kind === 'using' && fits(last) ? last : null;
      },
      () => `the window uses the backend: ${JSON.stringify(this.said)}`,
    );
  }

  /** Tells why it cannot use the backend. */
  async complains(): Promise<Extract<Said, { readonly kind: 'problem' }>> {
    return await until(
      () => {
        const last = this.said.at(-1);
        return last?.kind === 'problem' ? last : null;
      },
      () => `the window complains: ${JSON.stringify(this.said)}`,
    );
  }

  tryAgain(): void {
    this.child.stdin?.write('again\n');
  }

  async close(): Promise<void> {
    this.child.stdin?.on('error', () => {});
    this.child.stdin?.write('close\n');
    await this.ended;
  }

  /** Ends it, with all that belongs to its group, at once. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    assert.ok(this.child.pid);
    process.kill(-this.child.pid, 'SIGKILL');
    await this.ended;
  }
}

/** Waits until `look` finds something. */
export async function until<T>(look: () => T | null | false | undefined, what: () => string): Promise<T> {
  for (const end = Date.now() + patience; ; await sleep(20)) {
    const found = look();
    if (found !== null && found !== false && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`It did not come to this: ${what()}`);
  }
}

export interface Serving {
  readonly pid: number;
  readonly version: string;
  readonly url: string;
  readonly secretKey: string;
}

/** What `backend.json` says at this moment. */
export function serving(folder: string): Serving | null {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'backend.json'), 'utf8')) as Serving;
  } catch {
    return null;
  }
}

/** How often the right to the folder was taken in its life. */
export function timesTaken(folder: string): number {
  return Math.max(0, ...readdirSync(folder).flatMap((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0)));
}

/** Specs that look at processes from outside, as only Linux lets them. */
export function describeWindows(title: string, suite: (this: Mocha.Suite) => void): void {
  if (existsSync('/proc/self/cmdline')) describeEmbedded(title, suite);
  else describe.skip(`${title} (looks into /proc, which is Linux's)`, suite);
}

/** Ids of the processes that serve the folder or are about to (Linux). */
export function backendsOf(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const serves = words.some((word) => word.endsWith('main.js')) && words.includes(folder);
      return serves ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Kills what serves the folder or is about to; gives the ids of those that had not ended by themselves (Linux). */
export function killBackends(folder: string, which: (pid: number) => boolean = () => true): number[] {
  return backendsOf(folder).filter((pid) => {
    if (!which(pid)) return false;
    try {
      return process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (errorCode(error) === 'ESRCH') return false;
      throw error;
    }
  });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
