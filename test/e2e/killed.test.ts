import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '../support/backend.ts';
import { readIfThere } from '../support/readIfThere.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';

describe('an extension host that is killed while events wait to be sent', () => {
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    // What VS Code itself says of it.
    host = await openVscode({}, [/Unknown reconnection token \(seen before\)/]);
    window = await host.open();
    await window.openEmbedded();
  });

  after(async function () {
    this.timeout(120_000);
    await host?.dispose();
  });

  /** The texts of our files in the global storage. */
  const stored = (pattern: string) => {
    const cwd = path.join(host.profile.userData, 'User/globalStorage/runglass.runglass');
    return globSync(pattern, { cwd }).flatMap((name) => readIfThere(path.join(cwd, name))?.toString() ?? []);
  };

  it('loses none: the next one of the window sends each once', async function () {
    this.timeout(180_000);
    const { workbench } = window;
    const { pid, url, secretKey } = JSON.parse(stored('backend/backend.json')[0] ?? '');
    const [folder = ''] = globSync('w-*', { cwd: host.profile.workspace });
    writeFileSync(path.join(host.profile.workspace, folder, 'saved.css'), '');
    process.kill(pid, 'SIGSTOP');
    try {
      await workbench.page.keyboard.press('ControlOrMeta+P');
      await workbench.quickInput.fill('saved.css');
      await workbench.quickPick('saved.css').click();
      await workbench.page.locator('.monaco-editor .view-lines').first().click();
      await workbench.page.keyboard.type('a');
      await workbench.page.keyboard.press('ControlOrMeta+S');
      await eventually('the save in the journal', () =>
        stored('activity/*.jsonl').join('').includes('file.saved'),
      );
      process.kill(JSON.parse(stored('activity/*.window')[0] ?? '').pid, 'SIGKILL');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await workbench.reload();
    const saves = async () => {
      const events = makeClient(url, secretKey).from('ide_sync_events');
      const { data } = await events.select('payload').eq('event_type', 'file.saved').throwOnError();
      return data?.map(({ payload }) => payload) ?? [];
    };
    await eventually('the save in the database', async () => (await saves().catch(() => [])).length > 0);
    assert.deepEqual(await saves(), [{ language: 'css', files: 1, saves: 1 }]);
  });
});

async function eventually(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await look())) {
    assert.ok(Date.now() < end, `not within 90 s: ${what}`);
    await sleep(200);
  }
}
