import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { activated, eventually } from '../support/extension.ts';
import type { Stack } from '../support/stack.ts';
import { patience, StoredEvents } from '../support/storedEvents.ts';

describe('editor activity', () => {
  let stack: Stack;
  let events: StoredEvents;
  const settings = () => vscode.workspace.getConfiguration('runglass');

  before(async function () {
    this.timeout(90_000);
    events = await StoredEvents.open();
    stack = events.stack;
  });

  it('reports the window once', async () => {
    const { payload } = await events.arrives('window.opened');
    assert.deepEqual(payload, { folders: 1, remote: vscode.env.remoteName !== undefined });
  }).timeout(60_000);

  it('reports that the dashboard is opened and refreshed, each time that the user asks for it', async () => {
    await events.mark();
    await vscode.commands.executeCommand('runglass.openDashboard');
    // Comes to the front, which is no opening.
    await vscode.commands.executeCommand('runglass.openDashboard');
    await vscode.commands.executeCommand('runglass.refresh');
    const { payload } = await events.arrives('dashboard.refreshed');
    assert.deepEqual(payload, {});
    assert.equal((await events.of('dashboard.opened')).length, 1);
  }).timeout(2 * patience);

  describe('with projects', () => {
    const name = `Project ${randomUUID()}`;
    const said: string[] = [];
    let id: string;
    const { showQuickPick, showWarningMessage } = vscode.window;
    const project = () => settings().inspect('project')?.workspaceValue;
    const setProject = (value: string | undefined) =>
      settings().update('project', value, vscode.ConfigurationTarget.Workspace);
    const choose = async (label: string | null) => {
      Object.assign(vscode.window, {
        showQuickPick: async (items: readonly vscode.QuickPickItem[]) =>
          items.find((item) => item.label === label),
      });
      await vscode.commands.executeCommand('runglass.chooseProject');
    };

    before(async () => {
      Object.assign(vscode.window, {
        showWarningMessage: async (message: string) => void said.push(message),
      });
      const row = stack.admin.from('projects').insert({ user_id: stack.userId, name });
      const { data } = await row.select('id').single().throwOnError();
      id = (data as { id: string }).id;
    });
    after(async () => {
      Object.assign(vscode.window, { showQuickPick, showWarningMessage });
      await setProject(undefined);
    });

    it('names the project that the user chose in each event, unless the event says none', async () => {
      await events.mark();
      const api = await activated();
      await eventually('the project is known', async () => {
        await choose(name);
        return project() === name ? true : null;
      });
      const chosen = api.logSyncEvent({ type: 'dashboard.opened' });
      const none = api.logSyncEvent({ type: 'dashboard.opened', projectId: null });
      const stored = await events.arrive(2, 'dashboard.opened');
      assert.deepEqual(
        stored.map((event) => [event.id, event.project_id]),
        [
          [chosen, id],
          [none, null],
        ],
      );
    }).timeout(2 * patience);

    it('leaves the setting as it is when nothing is chosen, and removes it when asked to', async () => {
      await choose(null);
      assert.equal(project(), name);
      await choose('The one that is called like the folder');
      assert.equal(project(), undefined);
    });

    it('says once that the setting names no project', async () => {
      const api = await activated();
      await setProject('nobody knows it');
      assert.ok(api.logSyncEvent({ type: 'exthost.unknown' }));
      await eventually('the warning', () => said.find((message) => message.includes('nobody knows it')));
      assert.ok(api.logSyncEvent({ type: 'exthost.unknown' }));
      assert.equal(said.filter((message) => message.includes('nobody knows it')).length, 1);
    });
  });

  it('is off when the setting is off, and on again with it', async () => {
    const api = await activated();
    const set = (value: boolean | undefined) =>
      settings().update('activity.enabled', value, vscode.ConfigurationTarget.Global);
    await set(false);
    assert.equal(api.logSyncEvent({ type: 'test.off' }), null);
    await set(undefined);
    assert.ok(api.logSyncEvent({ type: 'test.on' }));
  });
});
