import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { kindOf, kindsAboutFiles } from '../../src/shared/activity.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { answer, enterAccount } from './signIn.ts';
import { type EmbeddedStack, startEmbedded } from './stack.ts';

/** As in a VS Code that asks nothing by itself: a new folder is not trusted. */
const settings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.untrustedFiles': 'open',
};

describe('a workspace that is not trusted', () => {
  let stack: EmbeddedStack;
  let host: VscodeHost;
  let window: RunglassWindow;
  /** The project that the settings of the workspace claim its events for. */
  let loot: string;

  const newProject = async (name: string): Promise<string> => {
    const { data } = await stack.script
      .from('projects')
      .insert({ name })
      .select('id')
      .single()
      .throwOnError();
    return data.id;
  };
  const projectsOf = async (type: string) => {
    const query = stack.admin.from('ide_sync_events').select('project_id').eq('event_type', type);
    const { data } = await query.throwOnError();
    return (data ?? []).map(({ project_id }) => project_id);
  };
  const types = async (): Promise<string[]> => {
    const query = stack.admin.from('ide_sync_events').select('event_type').order('sync_seq');
    const { data } = await query.throwOnError();
    return (data ?? []).map(({ event_type }) => String(event_type));
  };
  /** Sends again and again what there is until an event of the type has arrived. */
  const arrives = async (type: string) => {
    const end = Date.now() + 60_000;
    for (;;) {
      await window.workbench.command('Runglass: Send Editor Activity Now');
      const found = await types();
      if (found.includes(type)) return found;
      assert.ok(Date.now() < end, `${type} among ${found}`);
      await window.workbench.page.waitForTimeout(200);
    }
  };
  /** Changes the file and saves it, as a user does. */
  const save = async () => {
    const { page, quickInput } = window.workbench;
    await page.keyboard.press('Control+P');
    await quickInput.fill('secret.py');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'secret.py' }).first().click();
    const editor = page.locator('.editor-instance .monaco-editor').first();
    await editor.click();
    await page.keyboard.type('1');
    await page.locator('.tab.dirty').waitFor();
    await page.keyboard.press('Control+S');
    await page.locator('.tab.dirty').waitFor({ state: 'detached' });
    // A save is told once no other has followed it for half a second; one that is told later is counted in the end.
    await page.waitForTimeout(1_500);
  };

  before(async function () {
    this.timeout(180_000);
    stack = await startEmbedded();
    host = await openVscode(settings, [], { workspaceTrust: true });
    window = await host.open();
    writeFileSync(path.join(window.folder, 'secret.py'), '');
    loot = await newProject('loot');
    mkdirSync(path.join(window.folder, '.vscode'));
    writeFileSync(
      path.join(window.folder, '.vscode/settings.json'),
      JSON.stringify({ 'runglass.project': 'loot' }),
    );
    writeFileSync(path.join(window.folder, '.env'), `SUPABASE_URL=${stack.url}\n`);
    await enterAccount(window, stack);
    await answer(window, /Password/, stack.user.password);
    await window.workbench.quickPick(/^Yes\b/).click();
    await window.openDashboard();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });
  after(async function () {
    this.timeout(120_000);
    try {
      // Trust starts extensions that the npm packages of VS Code do not bring whole.
      await window?.workbench.command('Notifications: Clear All Notifications');
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  it('has no file of it offered as a backend', async () => {
    await window.status.waitFor({ timeout: 60_000 });
    await window.workbench.command('Runglass: Select Backend');
    await window.workbench.quickPick(/Add Backend/).waitFor();
    assert.equal(await window.workbench.quickPick(/\.env/).count(), 0);
    // The first Escape would close what the resting mouse has explained.
    await window.workbench.page.mouse.move(0, 0);
    await poll('the list to close', async () => {
      await window.workbench.page.keyboard.press('Escape');
      return !(await window.workbench.quickInput.isVisible());
    });
  });

  it('tells of the window and the dashboard, and nothing of its files', async function () {
    this.timeout(180_000);
    await save();
    await window.workbench.command('Runglass: Refresh');
    const told = await arrives('dashboard.refreshed');
    assert.ok(told.includes('window.opened'));
    assert.deepEqual(await projectsOf('dashboard.refreshed'), [null], 'its settings choose no project');
    assert.deepEqual(
      told.filter((type) => kindsAboutFiles.has(kindOf(type))),
      [],
    );
  });

  it('tells of its files from the moment on in which the user trusts it, and of nothing before', async function () {
    this.timeout(180_000);
    await window.workbench.command('Workspaces: Manage Workspace Trust');
    await window.workbench.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await window.workbench.page.locator('.workspace-trust-editor.trusted').waitFor();
    await save();
    const told = await arrives('file.saved');
    assert.equal(told.filter((type) => type === 'file.saved').length, 1);
    assert.deepEqual(await projectsOf('file.saved'), [loot]);
  });
});
