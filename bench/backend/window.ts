import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { forgetFolder, forgetGroup, keepFolder, keepGroup } from '../../scripts/vscodeHost/estate.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import type { LocalEndpoint } from '../../src/extension/accounts/types.ts';
import { LocalBackend } from '../../src/extension/localBackend.ts';

export const backendFolder = path.join(projectRoot, 'dist/backend');
export const backendMain = path.join(backendFolder, 'main.js');

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** A data folder, served as a window has it served: by the `LocalBackend` that ships. */
export class DataFolder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'runglass-bench-'));
  readonly #windows: LocalBackend[] = [];

  constructor() {
    keepFolder(this.path);
  }

  /** What the process that serves the folder wrote down. */
  get served(): { readonly pid: number; readonly secretKey: string } {
    return JSON.parse(readFileSync(path.join(this.path, 'backend.json'), 'utf8'));
  }

  /** Opens a window; answers how long it took to have its backend, ms. */
  async open(): Promise<{ readonly ms: number; readonly endpoint: LocalEndpoint }> {
    const window = new LocalBackend({ folder: this.path, mainPath: backendMain, log });
    this.#windows.push(window);
    const startedAt = performance.now();
    const endpoint = await window.start();
    const ms = performance.now() - startedAt;
    keepGroup(this.served.pid);
    return { ms, endpoint };
  }

  /** Ends the process and waits until it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    for (const window of this.#windows.splice(0)) window.dispose();
    const { pid } = this.served;
    process.kill(pid, signal);
    while (isAlive(pid)) await pause(10);
    forgetGroup(pid);
  }

  /** Closes all windows; answers after how many s the process has ended by itself, and throws after a minute. */
  async abandon(): Promise<number> {
    const { pid } = this.served;
    const startedAt = performance.now();
    for (const window of this.#windows.splice(0)) window.dispose();
    while (isAlive(pid)) {
      if (performance.now() - startedAt > 60_000) throw new Error('The backend outlives its last window.');
      await pause(10);
    }
    forgetGroup(pid);
    return (performance.now() - startedAt) / 1_000;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    forgetFolder(this.path);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
