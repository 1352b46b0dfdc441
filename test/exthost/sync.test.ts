import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunglassApi } from '../../src/extension/services.ts';
import type { RowChange } from '../../src/shared/changes.ts';
import { activated, applyEdit, eventually, save } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';

/** Sockets of this process to the server at `url`. */
function socketsTo(url: string): number {
  const port = Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80));
  const handles = (
    process as unknown as { _getActiveHandles(): { remotePort?: number }[] }
  )._getActiveHandles();
  return handles.filter(({ remotePort }) => remotePort === port).length;
}

describe('the public sync functions', () => {
  let api: RunglassApi;
  let stack: Stack;

  before(async function () {
    this.timeout(90_000);
    api = await activated();
    stack = await openStack();
    await connect(stack);
  });

  it('tell INSERT, UPDATE and DELETE of another client', async () => {
    const changes: RowChange[] = [];
    const unsubscribe = api.subscribeToProjectsUpdates(stack.userId, (change) => changes.push(change));
    const id = randomUUID();
    const seen = (eventType: RowChange['eventType']) =>
      eventually(eventType, () =>
        changes.find((change) => change.eventType === eventType && (change.new ?? change.old)?.id === id),
      );
    try {
      const rows = () => stack.admin.from('projects');
      await rows().insert({ id, user_id: stack.userId, name: 'Ants' }).throwOnError();
      assert.equal((await seen('INSERT')).new?.id, id);
      await rows().update({ name: 'Bees' }).eq('id', id).throwOnError();
      const update = await seen('UPDATE');
      assert.ok(update.table === 'projects' && update.new?.name === 'Bees' && update.old?.name === 'Ants');
      await rows().delete().eq('id', id).throwOnError();
      assert.equal((await seen('DELETE')).new, null);
    } finally {
      unsubscribe();
    }
  });

  it('tell nothing after unsubscribe', async () => {
    const changes: RowChange[] = [];
    api.subscribeToAllUpdates(stack.userId, { projects: (change) => changes.push(change) })();
    const id = randomUUID();
    const heard = new Promise<void>((resolve) => {
      const stop = api.subscribeToProjectsUpdates(stack.userId, (change) => {
        if (change.new?.id !== id) return;
        stop();
        resolve();
      });
    });
    await stack.admin.from('projects').insert({ id, user_id: stack.userId, name: 'Wasps' }).throwOnError();
    await heard;
    assert.deepEqual(changes, []);
  });

  it('put events into the database, once each', async () => {
    const payload = { answer: 42 };
    const id = api.logSyncEvent({ type: 'test.logged', payload });
    assert.ok(id);
    const row = await eventually(
      'the event',
      async () => {
        const { data } = await stack.admin.from('ide_sync_events').select('*').eq('id', id).throwOnError();
        return data?.[0] as Record<string, unknown> | undefined;
      },
      90_000,
    );
    assert.deepEqual(
      [row.event_type, row.payload, row.user_id, row.editor],
      ['test.logged', payload, stack.userId, vscode.env.appName],
    );
  }).timeout(150_000);

  it('report a saved file by its language, and not its name', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder);
    const file = path.join(folder, `secret-name-${Date.now()}.json`);
    writeFileSync(file, '{}');
    const document = await vscode.workspace.openTextDocument(file);
    await applyEdit((edit) => edit.insert(document.uri, new vscode.Position(0, 1), '"a": 1'));
    await save(document);
    const row = await eventually(
      'the save',
      async () => {
        const events = stack.admin.from('ide_sync_events').select('*').eq('event_type', 'file.saved');
        // Not the settings, which VS Code saves, as `jsonc`, when this suite changes them.
        const { data } = await events.contains('payload', { language: 'json' }).throwOnError();
        return data?.[0] as Record<string, unknown> | undefined;
      },
      90_000,
    );
    assert.deepEqual(row.payload, { language: 'json', files: 1, saves: 1 });
    assert.doesNotMatch(JSON.stringify(row), /secret-name/);
  }).timeout(150_000);

  it('leave no socket to the backend after sign-out', async () => {
    await vscode.commands.executeCommand('runglass.signOut');
    await eventually('no socket is left', () => (socketsTo(stack.url) === 0 ? true : null), 20_000);
  });
});
