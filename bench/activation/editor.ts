import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as esbuild from 'esbuild';
import type { Browser, BrowserContext, FrameLocator } from 'playwright-core';
import { createProfile, type Profile } from '../../scripts/vscodeHost/profile.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { installExtension, startServer, type VscodeServer } from '../../scripts/vscodeHost/server.ts';
import { newContext, Workbench } from '../../scripts/vscodeHost/workbench.ts';
import type { Loaded, Question, Usage } from './probe.ts';
import type { Times } from './times.ts';

export const ourId = 'runglass.runglass';
/** An extension that does nothing, activated when ours is. */
export const controlId = 'runglass-bench.control';

export interface EditorOptions {
  /** The package that is installed. */
  readonly vsix: string;
  /** Modules and timers are counted, which costs a little. */
  readonly trace?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A VS Code on a throw-away profile, with Runglass installed from its package. */
export class Editor {
  readonly #profile: Profile;
  readonly #server: VscodeServer;
  readonly #browser: Browser;
  readonly #ports: string;

  private constructor(profile: Profile, server: VscodeServer, browser: Browser, ports: string) {
    this.#profile = profile;
    this.#server = server;
    this.#browser = browser;
    this.#ports = ports;
  }

  static async start(browser: Browser, options: EditorOptions): Promise<Editor> {
    const { vsix, trace = false, settings = {} } = options;
    const profile = createProfile(settings);
    await writeExtensions(profile.extensions);
    const ports = path.join(profile.root, 'ports');
    mkdirSync(ports);
    installExtension(profile, vsix);
    timeActivate(profile.extensions);
    const env = { RUNGLASS_BENCH_FOLDER: ports, RUNGLASS_BENCH_TRACE: trace ? '1' : '' };
    const server = await startServer(profile, { env, installed: true });
    return new Editor(profile, server, browser, ports);
  }

  /** A window of a user who has not been here before, on a folder of its own. */
  async open(): Promise<EditorWindow> {
    const context = await newContext(this.#browser, this.#server.origin);
    const folder = mkdtempSync(path.join(this.#profile.workspace, 'w-'));
    const window = new EditorWindow(context, path.join(this.#ports, path.basename(folder)));
    await window.load(this.#server.url({ folder }));
    return window;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.#profile.remove();
  }
}

/** One window, and what its extension host tells. */
export class EditorWindow {
  readonly context: BrowserContext;
  readonly #portFile: string;
  #workbench: Workbench | null = null;

  constructor(context: BrowserContext, portFile: string) {
    this.context = context;
    this.#portFile = portFile;
  }

  get workbench(): Workbench {
    if (!this.#workbench) throw new Error('The window is not loaded.');
    return this.#workbench;
  }

  get dashboard(): FrameLocator {
    return this.workbench.webview;
  }

  async load(url: string): Promise<void> {
    this.#workbench = await Workbench.open(this.context, url);
    await this.#port();
  }

  /** Reloads the window as a user does. */
  async reload(): Promise<void> {
    rmSync(this.#portFile, { force: true });
    await this.workbench.reload();
  }

  /** Time since the present document of the window began, ms. */
  async age(): Promise<number> {
    return await this.workbench.page.evaluate(() => performance.now());
  }

  async statusShown(): Promise<void> {
    await this.workbench.page.locator('.statusbar-item[id$="runglass.status"]').waitFor({ timeout });
  }

  async dashboardLive(): Promise<void> {
    await this.dashboard.locator('[data-connection="live"]').waitFor({ timeout });
  }

  activationTimes(): Promise<Readonly<Record<string, Times>>> {
    return this.#ask({ type: 'activationTimes' });
  }

  /** CPU time of our `activate()`, ms. */
  activateCpu(): Promise<number> {
    return this.#ask({ type: 'activateCpu' });
  }

  usage(ms: number): Promise<Usage> {
    return this.#ask({ type: 'usage', ms });
  }

  /** Runs a command in the extension host. */
  async run(id: string, ...args: readonly unknown[]): Promise<void> {
    await this.#ask({ type: 'command', id, args });
  }

  /** What of our extension was loaded so far, once nothing more is for 2 s. */
  async loaded(): Promise<readonly Loaded[]> {
    let before: readonly Loaded[] = [];
    for (let quiet = 0; quiet < 8; ) {
      await pause(250);
      const now = await this.#ask<readonly Loaded[]>({ type: 'loaded' });
      quiet = now.length === before.length ? quiet + 1 : 0;
      before = now;
    }
    return before;
  }

  async #ask<T>(question: Question): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${await this.#port()}`, {
      method: 'POST',
      body: JSON.stringify(question),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The extension host does not answer ${question.type}: ${text}`);
    return JSON.parse(text);
  }

  async #port(): Promise<string> {
    for (const end = Date.now() + timeout; Date.now() < end; await pause(20)) {
      try {
        return readFileSync(this.#portFile, 'utf8');
      } catch {
        // The extension host has not begun.
      }
    }
    throw new Error('The extension host did not begin within a minute.');
  }
}

const timeout = 60_000;

/**
 * Has the installed manifest name a module that measures the CPU time of `activate()` and leaves all else to the entry
 * that ships. A hook of the probe would come too late: an open dashboard has ours activated before it.
 */
function timeActivate(extensions: string): void {
  const [folder] = globSync('runglass.runglass-*', { cwd: extensions });
  if (!folder) throw new Error('VS Code did not install the package.');
  const file = path.join(extensions, folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const source = `
    import * as real from '${manifest.main}';
    export const deactivate = real.deactivate;
    export function activate(context) {
      const before = process.threadCpuUsage();
      const api = real.activate(context);
      globalThis.runglassBenchActivate = process.threadCpuUsage(before);
      return api;
    }
  `;
  writeFileSync(path.join(extensions, folder, 'bench.js'), source);
  writeFileSync(file, JSON.stringify({ ...manifest, main: './bench.js' }));
}

/** The probe, and the control beside it. */
async function writeExtensions(folder: string): Promise<void> {
  const built = path.join(projectRoot, 'out/bench/probe.js');
  await esbuild.build({
    entryPoints: [path.join(projectRoot, 'bench/activation/probe.ts')],
    ...{ outfile: built, bundle: true, format: 'esm', platform: 'node', target: 'node22' },
    ...{ external: ['vscode'], logLevel: 'silent' },
  });
  for (const [name, activationEvent] of [
    ['probe', '*'],
    ['control', 'onStartupFinished'],
  ] as const) {
    const own = path.join(folder, `runglass-bench.${name}-0.0.1`);
    mkdirSync(own);
    const manifest = {
      ...{ name, version: '0.0.1', publisher: 'runglass-bench', type: 'module', main: './extension.js' },
      ...{ engines: { vscode: '^1.101.0' }, activationEvents: [activationEvent] },
    };
    writeFileSync(path.join(own, 'package.json'), JSON.stringify(manifest));
    if (name === 'probe') cpSync(built, path.join(own, 'extension.js'));
    else writeFileSync(path.join(own, 'extension.js'), 'export function activate() {}\n');
  }
}
