import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';
import { logSince } from './support/extensionLog.ts';

interface BackendFile {
  readonly pid: number;
  readonly url: string;
  readonly secretKey: string;
}

describe('the data folder of the local backend', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'rg-folder-'));
  const processes = new Set<number>();
  const use = (folder: string | undefined) =>
    vscode.workspace
      .getConfiguration('runglass')
      .update('embedded.dataFolder', folder, vscode.ConfigurationTarget.Global);
  const running = (folder: string) =>
    eventually(
      `a backend in ${folder}`,
      () => {
        const file = path.join(root, folder, 'backend.json');
        if (!existsSync(file)) return null;
        const backend = JSON.parse(readFileSync(file, 'utf8')) as BackendFile;
        processes.add(backend.pid);
        return backend;
      },
      60_000,
    );

  after(async function () {
    this.timeout(150_000);
    await vscode.commands.executeCommand('runglass.signOut');
    await use(undefined);
    for (const pid of processes) {
      // One that no window uses any more ends by itself, at any moment.
      signal(pid, 'SIGTERM');
      await eventually('the backend ends', () => (signal(pid, 0) ? null : true), 60_000);
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 10 });
  });

  it('cannot be chosen by a workspace', async () => {
    const settings = vscode.workspace.getConfiguration('runglass');
    for (const target of [vscode.ConfigurationTarget.Workspace, vscode.ConfigurationTarget.WorkspaceFolder])
      await assert.rejects(async () => settings.update('embedded.dataFolder', root, target));
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    mkdirSync(path.join(workspace, '.vscode'), { recursive: true });
    const file = path.join(workspace, '.vscode/settings.json');
    const visible = 'editor.tabSize';
    const read = (id: string) => vscode.workspace.getConfiguration().get(id);
    const chosen = read('runglass.embedded.dataFolder');
    writeFileSync(file, JSON.stringify({ 'runglass.embedded.dataFolder': root, [visible]: 7 }));
    try {
      await eventually('the settings of the workspace are read', () => (read(visible) === 7 ? true : null));
      assert.equal(read('runglass.embedded.dataFolder'), chosen);
    } finally {
      rmSync(file);
    }
  });

  it('is changed at once by its setting, and takes the events from then on', async () => {
    const api = await activated();
    const from = Date.now();
    await use(path.join(root, 'first'));
    await vscode.commands.executeCommand('runglass.useEmbedded');
    const first = await running('first');
    await use(path.join(root, 'second'));
    const second = await running('second');
    assert.notEqual(first.url, second.url);
    const { url, secretKey } = second;
    const admin = createClient(url, secretKey, { auth: { persistSession: false, autoRefreshToken: false } });
    await eventually(
      'an event in the second folder',
      async () => {
        api.logSyncEvent({ type: 'test.second' });
        const { data } = await admin
          .from('ide_sync_events')
          .select('id')
          .eq('event_type', 'test.second')
          .limit(1);
        return data?.[0];
      },
      30_000,
    );
    assert.deepEqual(
      logSince(from).filter(({ text }) => text.includes('The session has ended')),
      [],
      'no backend was shown the session of another',
    );
  }).timeout(120_000);

  it('that is damaged is left as it is, and nothing hangs', async () => {
    const folder = path.join(root, 'damaged');
    mkdirSync(path.join(folder, 'postgres/global'), { recursive: true });
    const control = path.join(folder, 'postgres/global/pg_control');
    writeFileSync(control, 'garbage');
    writeFileSync(path.join(folder, 'postgres/PG_VERSION'), '17\n');
    await use(folder);
    await vscode.commands.executeCommand('runglass.useEmbedded');
    assert.equal(readFileSync(control, 'utf8'), 'garbage');
    assert.equal(existsSync(path.join(folder, 'backend.json')), false);
    await vscode.commands.executeCommand('runglass.refresh');
  }).timeout(60_000);
});

/** Whether the process was there to hear it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
