import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { makeClient, temporaryFolder } from '../../support/backend.ts';
import type { Build } from './build.ts';
import { backendsOf, killBackends, serving, until, WindowProcess } from './windowProcess.ts';
import type { WindowOptions } from './windowScript.ts';

/** A data folder with windows on it, all gone after `dispose`. */
export class Scene {
  readonly folder = temporaryFolder();
  readonly windows: WindowProcess[] = [];

  open(build: Build, options: Partial<WindowOptions> = {}, node?: string): WindowProcess {
    const window = new WindowProcess(build, { folder: this.folder, ...options }, node);
    this.windows.push(window);
    return window;
  }

  /** Resolves when this process alone serves the folder: those that came too late for it end by themselves. */
  async servedBy(pid: number | undefined): Promise<void> {
    await until(
      () => isDeepStrictEqual(backendsOf(this.folder), [pid]),
      () => `process ${pid} alone serves the folder, not ${backendsOf(this.folder)}`,
    );
  }

  /** Resolves when no process serves the folder. */
  async ended(): Promise<void> {
    await until(
      () => backendsOf(this.folder).length === 0,
      () => 'no backend is left',
    );
  }

  async dispose(): Promise<void> {
    for (const window of this.windows) await window.kill();
    killBackends(this.folder);
    await this.ended();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Writes rows to whatever serves the folder, as fast as it takes them, and remembers which it acknowledged. */
export class Writer {
  readonly acknowledged: string[] = [];
  readonly #folder: string;
  readonly #done: Promise<void>;
  #stopped = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#done = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** Resolves when `count` more rows have been acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    await until(
      () => this.acknowledged.length >= goal,
      () => `${count} more rows are acknowledged`,
    );
  }

  /** Acknowledged rows that are not there. */
  async lost(): Promise<string[]> {
    const { url, secretKey } = await until(
      () => serving(this.#folder),
      () => 'somebody serves the folder',
    );
    const { data } = await makeClient(url, secretKey)
      .from('projects')
      .select('name')
      .limit(100_000)
      .throwOnError();
    const there = new Set(data.map(({ name }) => name));
    return this.acknowledged.filter((name) => !there.has(name));
  }

  async #write(): Promise<void> {
    let user: string | null = null;
    for (let n = 0; !this.#stopped; n++) {
      const server = serving(this.#folder);
      if (!server) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const admin = makeClient(server.url, server.secretKey);
      user ??= await signUp(server.url, server.secretKey);
      const name = `row ${n}`;
      const { error } = await admin.from('projects').insert({ name, user_id: user });
      if (!error) this.acknowledged.push(name);
    }
  }
}

async function signUp(url: string, key: string): Promise<string | null> {
  const { data } = await makeClient(url, key).auth.signUp({
    email: `writer-${Date.now()}@runglass.test`,
    password: 'a password of the test',
  });
  return data.user?.id ?? null;
}
