import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { activated, eventually } from './support/extension.ts';
import { connect, openStack, type Stack } from './support/stack.ts';

interface Event {
  readonly id: string;
  readonly event_type: string;
  readonly session_id: string;
  readonly payload: Record<string, unknown>;
}

/** Events reach a backend by URL in batches of 30 s. */
const patience = 45_000;

describe('editor activity', () => {
  let stack: Stack;
  let folder: string;

  before(async function () {
    this.timeout(90_000);
    await activated();
    stack = await openStack();
    await connect(stack);
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    assert.ok(folder);
  });

  const events = async (type: string): Promise<Event[]> => {
    const query = stack.admin.from('ide_sync_events').select('*').eq('user_id', stack.userId);
    const { data } = await query.eq('event_type', type).order('sync_seq').throwOnError();
    return data ?? [];
  };
  const first = (type: string) => eventually(type, async () => (await events(type))[0], patience);

  it('reports the window', async () => {
    const { payload } = await first('window.opened');
    assert.deepEqual(payload, { folders: 1, remote: vscode.env.remoteName !== undefined });
  }).timeout(60_000);

  it('reports a task with its exit code and duration, not its command', async () => {
    const script = path.join(folder, 'secret-task.cjs');
    writeFileSync(script, 'process.exit(3)');
    const execution = new vscode.ProcessExecution(process.execPath, [script, '--secret-argument'], {
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    const scope = vscode.TaskScope.Workspace;
    const task = new vscode.Task({ type: 'process' }, scope, 'secret name', 'test', execution, []);
    task.group = vscode.TaskGroup.Build;
    await vscode.tasks.executeTask(task);
    const started = await first('task.started');
    assert.deepEqual(started.payload, { task_type: 'process', group: 'build' });
    const ended = await first('task.ended');
    assert.equal(ended.payload.exit_code, 3);
    assert.ok(Number(ended.payload.duration_ms) >= 0);
    assert.equal(ended.session_id, started.session_id);
    assert.doesNotMatch(JSON.stringify([started, ended]), /secret/);
  }).timeout(2 * patience);

  it('reports a debug session once, with its type and duration', async () => {
    const program = path.join(folder, 'secret-program.cjs');
    writeFileSync(program, 'console.log(1)');
    const started = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
      ...{ type: 'node', request: 'launch', name: 'secret name', program, console: 'internalConsole' },
      ...{ runtimeExecutable: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
    });
    assert.ok(started);
    const ended = await first('debug.ended');
    assert.match(String(ended.payload.debug_type), /node/);
    assert.ok(Number(ended.payload.duration_ms) > 0);
    const all = [...(await events('debug.started')), ...(await events('debug.ended'))];
    assert.equal(all.length, 2);
    assert.doesNotMatch(JSON.stringify(all), /secret/);
  }).timeout(2 * patience);

  it('is off when the setting is off, and on again with it', async () => {
    const api = await activated();
    const settings = vscode.workspace.getConfiguration('runglass');
    const set = (value: boolean | undefined) =>
      settings.update('activity.enabled', value, vscode.ConfigurationTarget.Global);
    await set(false);
    assert.equal(api.logSyncEvent({ type: 'test.off' }), null);
    await set(undefined);
    assert.ok(api.logSyncEvent({ type: 'test.on' }));
  });
});
