import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, extension } from './support/extension.ts';

const functions = [
  'logSyncEvent',
  'subscribeToAllUpdates',
  'subscribeToIDESyncEvents',
  'subscribeToModelsUpdates',
  'subscribeToProjectsUpdates',
  'subscribeToSubscriptionUpdates',
  'subscribeToTrainingRunsUpdates',
  'subscribeToUsageTracking',
];

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

describe('activation', () => {
  const manifest = () => extension().packageJSON as Manifest;

  it('returns the eight sync functions and nothing else', async () => {
    const api = await activated();
    assert.deepEqual(Object.keys(api).sort(), functions);
    for (const value of Object.values(api)) assert.equal(typeof value, 'function');
  });

  it('registers exactly the commands of package.json', async () => {
    await activated();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('runglass.'));
    // VS Code itself adds commands for the views and panels that an extension contributes.
    const ours = registered.filter(
      (id) => !/\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/.test(id),
    );
    assert.deepEqual(
      ours.sort(),
      manifest()
        .contributes.commands.map(({ command }) => command)
        .sort(),
    );
  });

  it('has the settings of package.json with their defaults', () => {
    const configuration = vscode.workspace.getConfiguration();
    for (const [id, { default: value }] of Object.entries(manifest().contributes.configuration.properties))
      assert.deepEqual(configuration.inspect(id)?.defaultValue, value, id);
  });

  it('refuses what is no user and no handler', async () => {
    const api = await activated();
    assert.throws(() => api.subscribeToProjectsUpdates('somebody', () => {}), TypeError);
    assert.throws(() => api.subscribeToAllUpdates(crypto.randomUUID(), {}), TypeError);
  });
});
