import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';
import { patience, StoredEvents } from './support/storedEvents.ts';

describe('editor activity', () => {
  let stack: Stack;
  let events: StoredEvents;
  const settings = () => vscode.workspace.getConfiguration('runglass');

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
    events = new StoredEvents(stack);
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

  it('names the project of the workspace in each event', async () => {
    await events.mark();
    const api = await activated();
    const name = `Project ${randomUUID()}`;
    const inserted = await stack.admin
      .from('projects')
      .insert({ user_id: stack.userId, name })
      .select('id')
      .single()
      .throwOnError();
    const { id } = inserted.data as { id: string };
    await settings().update('project', name.toUpperCase(), vscode.ConfigurationTarget.Workspace);
    try {
      const event = await eventually(
        'an event of the project',
        async () => {
          await vscode.commands.executeCommand('runglass.refresh');
          const [last] = (await events.of('dashboard.refreshed')).filter(({ project_id }) => project_id);
          return last;
        },
        patience,
      );
      assert.equal(event.project_id, id);
      const none = api.logSyncEvent({ type: 'exthost.none', projectId: null });
      await eventually(
        'the event of no project',
        async () => {
          const { data } = await stack.admin
            .from('ide_sync_events')
            .select('project_id')
            .eq('id', none)
            .maybeSingle();
          return data && data.project_id === null ? true : null;
        },
        patience,
      );
    } finally {
      await settings().update('project', undefined, vscode.ConfigurationTarget.Workspace);
    }
  }).timeout(2 * patience);

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
