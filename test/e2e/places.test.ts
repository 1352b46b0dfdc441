import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

/** Brings the file system memory:/, which is on no disk. */
const memoryFiles = path.join(projectRoot, 'test/support/memoryFiles');

describe('the kinds of places that a window may be open on', () => {
  let stack: EmbeddedStack;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(120_000);
    stack = await startEmbedded();
    host = await openVscode({ 'runglass.embedded.dataFolder': stack.dataFolder }, [], {
      // One under development runs in a virtual workspace whatever it declares.
      installed: true,
      prepare: ({ extensions }) => {
        symlinkSync(projectRoot, path.join(extensions, 'runglass.runglass-0.0.1'));
        cpSync(memoryFiles, path.join(extensions, 'runglass.memory-files-0.0.1'), { recursive: true });
      },
    });
  });
  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  /** A window on a workspace of these folders, each a path or a URI, live. */
  const openWorkspace = async (name: string, folders: readonly object[]) => {
    const file = path.join(host.profile.workspace, `${name}.code-workspace`);
    writeFileSync(file, JSON.stringify({ folders }));
    window = await host.open(undefined, file);
    await window.openEmbedded();
    // A VS Code in a browser on a busy machine now and then reads none of the folders in the file.
    const { page } = window.workbench;
    if (await page.getByText('You have not yet added a folder').isVisible()) {
      await window.workbench.reload();
      await window.openDashboard();
      await window.connection('live').waitFor({ timeout: 60_000 });
    }
  };
  const events = async (type: string): Promise<Record<string, unknown>[]> => {
    const query = stack.admin.from('ide_sync_events').select('payload').eq('event_type', type);
    const { data } = await query.order('sync_seq').throwOnError();
    return (data ?? []).map(({ payload }) => payload);
  };
  const find = async (name: string) => {
    const { workbench } = window;
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.fill(name);
    await workbench.quickPick(name).click({ timeout: 10_000 });
  };
  /** Changes the file that is shown and saves it, as a user does. */
  const saves = async () => {
    const { page } = window.workbench;
    const before = (await events('file.saved')).length;
    await page.locator('.editor-instance .monaco-editor').first().click();
    await page.keyboard.type('1');
    await page.keyboard.press('Control+S');
    await poll('the save is reported', async () => (await events('file.saved')).length > before);
  };
  const inserted = async (name: string) => {
    await done(stack.script.from('projects').insert({ name }));
    await window.section('projects').filter({ hasText: name }).waitFor();
  };

  it('no folder at all: live, and what needs one is not offered', async () => {
    window = await host.open(undefined, null);
    await window.openEmbedded();
    await inserted('looking glass');
    await poll('the window is reported', async () => (await events('window.opened')).length > 0);
    assert.equal((await events('window.opened'))[0]?.folders, 0);
    assert.ok(!(await window.workbench.offers('Runglass: Choose Project of This Workspace')));
    await window.workbench.page.close();
  }).timeout(120_000);

  it('a virtual workspace, whose files are on no disk: live, saves are told, and it can be excluded', async () => {
    await openWorkspace('virtual', [{ uri: 'memory:/virtual', name: 'virtual' }]);
    await inserted('wonderland');
    await window.workbench.tab('train.py').click();
    await saves();
    await window.workbench.command('Runglass: Never Report This Workspace');
    const file = path.join(host.profile.userData, 'User/settings.json');
    await poll('it is on the list', async () => readFileSync(file, 'utf8').includes('memory:///virtual'));
    await window.workbench.command('Notifications: Clear All Notifications');
    await window.workbench.page.close();
  }).timeout(120_000);

  it('several folders, of which one vanishes from the disk: the window goes on', async () => {
    const folders = ['stays', 'vanishes'].map((name) => path.join(host.profile.workspace, name));
    for (const folder of folders) {
      mkdirSync(folder);
      writeFileSync(path.join(folder, `${path.basename(folder)}.py`), '');
    }
    await openWorkspace(
      'several',
      folders.map((folder) => ({ path: folder })),
    );
    const [, vanishing = ''] = folders;
    rmSync(vanishing, { recursive: true });
    await window.workbench.command('Runglass: Refresh');
    await inserted('chess');
    // The list closes when something else takes the focus while it is filled.
    await find('stays.py').catch(() => find('stays.py'));
    await saves();
    await window.workbench.reload();
    await window.openDashboard();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await window.workbench.page.close();
  }).timeout(180_000);
});
