import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';

const tabs = () =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('runglass.dashboard'),
    );
const open = () => vscode.commands.executeCommand('runglass.openDashboard');

describe('the dashboard panel', () => {
  before(activated);

  it('opens once, however often it is asked for', async () => {
    await open();
    await open();
    const [tab, ...others] = await eventually('the panel', () => (tabs().length > 0 ? tabs() : null));
    assert.equal(tab?.label, 'Runglass');
    assert.deepEqual(others, []);
  });

  it('comes to the front when asked for behind another editor', async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'x' }));
    await eventually('the other editor is in front', () => (tabs()[0]?.isActive === false ? true : null));
    await open();
    await eventually('the dashboard is in front', () => (tabs()[0]?.isActive ? true : null));
  });

  it('opens again after it was closed', async () => {
    const tab = tabs()[0];
    assert.ok(tab);
    await vscode.window.tabGroups.close(tab);
    await eventually('it is closed', () => (tabs().length === 0 ? true : null));
    await open();
    await eventually('it is open again', () => (tabs().length === 1 ? true : null));
    await vscode.window.tabGroups.close(tabs());
  });
});
