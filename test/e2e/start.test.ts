import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, FrameLocator } from 'playwright-core';
import { type ProcessGroup, startGroup } from '../../scripts/vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../../scripts/vscodeHost/project.ts';
import { Workbench } from '../../scripts/vscodeHost/workbench.ts';
import { assertNothingLeft, sharedBrowser } from '../support/workbench.ts';

describe('npm start', () => {
  let group: ProcessGroup;
  let context: BrowserContext;
  let workbench: Workbench;
  let output = '';

  before(() => {
    const script = path.join(projectRoot, 'scripts/start.mjs');
    group = startGroup(nodeBinary, [script, '--web', '--quick'], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [group.child.stdout, group.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
  });

  after(async function () {
    this.timeout(30_000);
    await context?.close();
    await group?.stop(15_000);
  });

  const dashboard = (): FrameLocator => workbench.webview;

  it('prints a URL at which VS Code opens with the dashboard live', async function () {
    this.timeout(180_000); // It builds first when a source is newer.
    context = await (await sharedBrowser()).newContext({ viewport: { width: 1280, height: 800 } });
    workbench = await Workbench.open(context, await printed(/VS Code: +open (\S+)/));
    await dashboard().locator('[data-connection="live"]').waitFor({ timeout: 60_000 });
  });

  it('shows the rows of the seed and a run that really trains', async () => {
    assert.ok((await dashboard().locator('[data-section="models"] [data-id]').count()) > 0);
    const runs = dashboard().locator('[data-section="runs"]');
    await runs.filter({ hasText: 'alice-mlp-1' }).waitFor({ timeout: 30_000 });
    await printed(/\[train\] (Run completed)/);
    await dashboard()
      .locator('[data-section="runs"] [data-id]')
      .filter({ hasText: 'alice-mlp-1' })
      .filter({ hasText: /completed|finished/i })
      .waitFor();
  });

  it('leaves no error and no notification behind', async () => {
    await assertNothingLeft([workbench], path.dirname(await openFolder()));
  });

  it('stops everything it started on SIGTERM and leaves no folder behind', async () => {
    const backendUrl = await printed(/Backend: +(\S+)/);
    const editorUrl = await printed(/VS Code: +open (\S+)/);
    const folder = await openFolder();
    assert.ok(existsSync(folder));
    process.kill(group.child.pid ?? 0, 'SIGTERM');
    assert.equal(await group.exited, 0);
    for (const url of [backendUrl, editorUrl]) await assert.rejects(fetch(url), `${url} still answers`);
    assert.ok(!existsSync(folder), `${folder} is still there`);
  });

  async function openFolder(): Promise<string> {
    return new URL(await printed(/VS Code: +open (\S+)/)).searchParams.get('folder') ?? '';
  }

  /** What the first group of `pattern` matches, once it was printed. */
  async function printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(output)?.[1];
      if (match) return match;
      const ended = await Promise.race([group.exited.then(() => true), nextOutput().then(() => false)]);
      if (ended) throw new Error(`npm start has ended:\n${output}`);
    }
  }

  function nextOutput(): Promise<void> {
    return new Promise((resolve) => {
      group.child.stdout?.once('data', () => setImmediate(resolve));
      group.child.stderr?.once('data', () => setImmediate(resolve));
    });
  }
});
