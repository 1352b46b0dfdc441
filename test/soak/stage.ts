import { cpSync, globSync } from 'node:fs';
import path from 'node:path';
import type { Rows, Table } from '../../src/shared/model.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../src/shared/patch.ts';
import { poll } from '../e2e/poll.ts';
import { difference } from '../support/databaseRows.ts';
import { FaultProxy } from '../support/faultProxy.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { SoakBackend } from './backend.ts';
import { recordMessages, SentRows } from './page.ts';
import { installProbe } from './probe/build.ts';
import { portVariable } from './probe/questions.ts';
import { type Probe, Probes } from './probes.ts';

/** No dead connection is believed for longer than 60 s (SYNC.md); the rest is for a busy machine, ms. */
const settleMs = 180_000;
const openMs = 60_000;

/** A window whose dashboard is signed in through a fault proxy, and somebody in each process who can be asked. */
export class Stage {
  readonly #probes: Probes;
  readonly #vscode: VscodeHost;
  readonly #sent: SentRows;
  readonly backend: SoakBackend;
  readonly proxy: FaultProxy;
  readonly window: RunglassWindow;
  host!: Probe;

  private constructor(
    parts: Pick<Stage, 'backend' | 'proxy' | 'window'>,
    probes: Probes,
    vscode: VscodeHost,
  ) {
    this.#probes = probes;
    this.#vscode = vscode;
    this.backend = parts.backend;
    this.proxy = parts.proxy;
    this.window = parts.window;
    this.#sent = new SentRows(parts.window);
  }

  /** What it opens is put on `endings`, also when it fails in the midst: to be called last one first. */
  static async open(endings: (() => unknown)[]): Promise<Stage> {
    const probes = await Probes.start();
    endings.push(() => probes.stop());
    const backend = await SoakBackend.start(probes);
    endings.push(() => backend.stop());
    const proxy = await FaultProxy.start(backend.ready.url);
    endings.push(() => proxy.stop());
    const vscode = await openVscode({ 'runglass.notifications.enabled': true }, [], {
      env: { [portVariable]: String(probes.port) },
      prepare: ({ extensions }) => installProbe(extensions),
    });
    endings.push(() => vscode.dispose());
    const window = await vscode.open();
    const { page } = window.workbench;
    page.setDefaultTimeout(openMs);
    await recordMessages(page);
    const stage = new Stage({ backend, proxy, window }, probes, vscode);
    await stage.#meetHost(null);
    const { publishableKey, user } = backend.ready;
    await stage.run('runglass.signIn', { url: proxy.url, publishableKey, ...user, consent: true });
    await stage.run('runglass.openDashboard');
    await stage.settle();
    return stage;
  }

  /** Copies the logs of VS Code, the extension's among them. */
  keepLogs(folder: string): void {
    const { root } = this.#vscode.profile;
    for (const file of globSync('**/logs/**/*.log', { cwd: root }))
      cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
  }

  /** Runs a command of VS Code in the window. */
  async run(command: string, ...args: readonly unknown[]): Promise<void> {
    await this.host.ask('run', [command, ...args]);
  }

  /**
   * Reloads the window while the network is cut, so that it begins with what it saved, as far as the disk is quick
   * enough, and nothing is told before the public functions are listened to.
   */
  async reload(): Promise<void> {
    const { page } = this.window.workbench;
    const former = this.host;
    this.proxy.cut();
    const loaded = page.waitForEvent('load', { timeout: openMs });
    // The extension host ends before it can answer.
    void this.run('workbench.action.reloadWindow').catch(() => {});
    await loaded;
    await this.#meetHost(former);
    await this.window.section('projects').waitFor({ timeout: openMs });
    this.proxy.heal();
    await this.backend.signIn();
    await this.settle();
  }

  /** Waits until the dashboard is live, and until its page and the public functions know just what REST answers. */
  async settle(): Promise<void> {
    let wrong: string | null = 'nothing was read';
    const isExact = async () => {
      wrong = await this.#whatIsWrong();
      return wrong === null;
    };
    await poll('live and exact', isExact, settleMs).catch((error: Error) => {
      throw new Error(`${error.message}: ${wrong}`);
    });
    await this.window.connection('live').waitFor({ timeout: openMs });
  }

  async #whatIsWrong(): Promise<string | null> {
    const page = await this.#sent.read();
    const { state } = page.status ?? {};
    if (state !== 'live') return `the page is ${state ?? 'not open'}, not live`;
    const told = toMaps(await this.host.ask<readonly (readonly [Table, readonly Rows[Table][]])[]>('rows'));
    // Read last: what the others know by now must still be so.
    const truth = await this.backend.read();
    const wrongOnPage = difference(truth, page.rows);
    if (wrongOnPage) return `on the page, ${wrongOnPage}`;
    const wrongTold = difference(truth, told);
    return wrongTold && `as the public functions told it, ${wrongTold}`;
  }

  async #meetHost(former: Probe | null): Promise<void> {
    this.host = await this.#probes.only('host', former);
    await this.host.ask('subscribe', this.backend.userId);
  }
}

function toMaps(rows: readonly (readonly [Table, readonly Rows[Table][]])[]): TableMaps {
  const patches = rows.map(([table, up]) => [table, { up, del: [] }]);
  return applyPatches(emptyTables(), Object.fromEntries(patches) as never);
}
