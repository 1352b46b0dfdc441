import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunglassApi } from '../../src/extension/services.ts';
import type { RowChange } from '../../src/shared/changes.ts';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';

describe('commands from elsewhere', () => {
  let api: RunglassApi;
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    api = await activated();
    stack = await openStack();
    await connect(stack);
  });
  after(() => vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)));

  it('make a project of the name that they give, and show it', async () => {
    const changes: RowChange[] = [];
    const unsubscribe = api.subscribeToProjectsUpdates(stack.userId, (change) => changes.push(change));
    try {
      await vscode.commands.executeCommand('runglass.createProject', '  Made by a keybinding ');
      const made = await eventually('the project', () =>
        changes.find(({ new: row }) => row && 'name' in row && row.name === 'Made by a keybinding'),
      );
      assert.equal(made.eventType, 'INSERT');
      await eventually('the dashboard', () =>
        vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Runglass' ? true : null,
      );
    } finally {
      unsubscribe();
    }
  }).timeout(60_000);

  it('refuse a name that is none, and make nothing', async () => {
    const count = async () => (await stack.admin.from('projects').select('id').throwOnError()).data?.length;
    const before = await count();
    // Not waited for: the message stays until somebody closes it.
    await vscode.commands.executeCommand('runglass.createProject', '   ');
    assert.equal(await count(), before);
  });

  it('open the settings of Runglass', async () => {
    await vscode.commands.executeCommand('runglass.openSettings');
    await eventually('the settings', () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Settings' ? true : null,
    );
  });

  it('mute nothing any more', async () => {
    await vscode.commands.executeCommand('runglass.unmuteRuns');
  });
});
