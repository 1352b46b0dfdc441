import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, FrameLocator } from 'playwright-core';
import { type ProcessGroup, startGroup } from '../../scripts/vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../../scripts/vscodeHost/project.ts';
import { Workbench } from '../../scripts/vscodeHost/workbench.ts';
import { assertNothingLeft, sharedBrowser } from '../support/workbench.ts';

describe('npm start', () => {
  let started: Started;
  let context: BrowserContext;
  let workbench: Workbench;

  before(() => {
    started = new Started();
  });

  after(async function () {
    this.timeout(120_000);
    await context?.close();
    await started?.group.stop(15_000);
  });

  const dashboard = (): FrameLocator => workbench.webview;

  it('prints a URL at which VS Code opens with the dashboard live', async function () {
    this.timeout(180_000); // It builds first when a source is newer.
    context = await (await sharedBrowser()).newContext({ viewport: { width: 1280, height: 800 } });
    workbench = await Workbench.open(context, await started.printed(/VS Code: +open (\S+)/));
    await dashboard().locator('[data-connection="live"]').waitFor({ timeout: 60_000 });
  });

  it('shows the rows of the seed and a run that really trains', async () => {
    await dashboard().locator('[data-section="models"] [data-id]').first().waitFor({ timeout: 60_000 });
    const runs = dashboard().locator('[data-section="runs"]');
    await runs.filter({ hasText: 'alice-mlp-1' }).waitFor({ timeout: 60_000 });
    await started.printed(/\[train\] (Run completed)/);
    await dashboard()
      .locator('[data-section="runs"] [data-id]')
      .filter({ hasText: 'alice-mlp-1' })
      .filter({ hasText: /completed|finished/i })
      .waitFor();
  });

  it('leaves no error and no notification behind', async () => {
    await assertNothingLeft([workbench], (await started.traces()).folder);
  });

  it('stops everything it started on SIGTERM and leaves no folder behind', async () => {
    const traces = await started.traces();
    assert.ok(existsSync(traces.folder));
    process.kill(started.group.child.pid ?? 0, 'SIGTERM');
    assert.equal(await started.group.exited, 0);
    assert.deepEqual(await remains(traces), []);
  });

  it('leaves nothing behind when it is killed, either', async () => {
    const killed = new Started();
    const traces = await killed.traces();
    process.kill(killed.group.child.pid ?? 0, 'SIGKILL');
    await killed.group.exited;
    const deadline = Date.now() + 60_000;
    while ((await remains(traces)).length > 0 && Date.now() < deadline) await sleep(100);
    assert.deepEqual(await remains(traces), []);
  });
});

interface Traces {
  readonly urls: readonly string[];
  readonly folder: string;
}

/** Which of them are still there. */
async function remains({ urls, folder }: Traces): Promise<string[]> {
  const answers = await Promise.all(
    urls.map((url) =>
      fetch(url).then(
        () => [url],
        () => [],
      ),
    ),
  );
  return [...answers.flat(), ...(existsSync(folder) ? [folder] : [])];
}

/** A process of `npm start` with what it has printed so far. */
class Started {
  readonly group: ProcessGroup;
  #output = '';

  constructor() {
    const script = path.join(projectRoot, 'scripts/start.mjs');
    this.group = startGroup(nodeBinary, [script, '--web', '--quick'], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.group.child.stdout, this.group.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /** Once backend and VS Code run. */
  async traces(): Promise<Traces> {
    const editor = await this.printed(/VS Code: +open (\S+)/);
    const folder = path.dirname(new URL(editor).searchParams.get('folder') ?? '');
    return { urls: [await this.printed(/Backend: +(\S+)/), editor], folder };
  }

  /** What the first group of `pattern` matches, once it was printed. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#output)?.[1];
      if (match) return match;
      const ended = await Promise.race([
        this.group.exited.then(() => true),
        this.#nextOutput().then(() => false),
      ]);
      if (ended) throw new Error(`npm start has ended:\n${this.#output}`);
    }
  }

  #nextOutput(): Promise<void> {
    return new Promise((resolve) => {
      this.group.child.stdout?.once('data', () => setImmediate(resolve));
      this.group.child.stderr?.once('data', () => setImmediate(resolve));
    });
  }
}
