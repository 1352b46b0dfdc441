import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { patience, StoredEvents } from '../support/storedEvents.ts';

describe('activity of tasks and debuggers', () => {
  let events: StoredEvents;
  let folder: string;

  before(async function () {
    this.timeout(90_000);
    events = await StoredEvents.open();
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    assert.ok(folder);
  });
  beforeEach(() => events.mark());

  const run = async (group: vscode.TaskGroup, exitCode: number) => {
    const script = path.join(folder, 'secret-task.cjs');
    writeFileSync(script, `process.exit(${exitCode})`);
    const execution = new vscode.ProcessExecution(process.execPath, [script, '--secret-argument'], {
      env: { ELECTRON_RUN_AS_NODE: '1', VARIABLE: 'secret' },
    });
    const scope = vscode.TaskScope.Workspace;
    const task = new vscode.Task({ type: 'process' }, scope, 'secret name', 'test', execution, []);
    task.group = group;
    await vscode.tasks.executeTask(task);
  };

  it('tells a task with its exit code and duration, not its command', async () => {
    await run(vscode.TaskGroup.Build, 3);
    const ended = await events.arrives('task.ended');
    const [started] = await events.of('task.started');
    assert.deepEqual(started?.payload, { task_type: 'process', group: 'build' });
    const { duration_ms, ...rest } = ended.payload;
    assert.deepEqual(rest, { task_type: 'process', group: 'build', exit_code: 3, start_id: started?.id });
    assert.ok(Number(duration_ms) >= 0);
    assert.equal(ended.session_id, started?.session_id);
    assert.deepEqual(await events.of('test.started', 'test.ended'), []);
    await events.sayNothingOf('secret', 'argument');
  }).timeout(2 * patience);

  it('tells a task of the test group as tests', async () => {
    await run(vscode.TaskGroup.Test, 1);
    const ended = await events.arrives('test.ended');
    const [started] = await events.of('test.started');
    assert.equal(ended.payload.exit_code, 1);
    assert.equal(ended.payload.start_id, started?.id);
    assert.deepEqual(await events.of('task.started', 'task.ended'), []);
    await events.sayNothingOf('secret', 'argument');
  }).timeout(2 * patience);

  it('tells a task that an extension runs in a terminal of its own', async () => {
    const closed = new vscode.EventEmitter<number>();
    const written = new vscode.EventEmitter<string>();
    const execution = new vscode.CustomExecution(async () => ({
      onDidWrite: written.event,
      onDidClose: closed.event,
      open: () => setTimeout(() => closed.fire(7), 50),
      close: () => {},
    }));
    const scope = vscode.TaskScope.Workspace;
    await vscode.tasks.executeTask(
      new vscode.Task({ type: 'process' }, scope, 'secret custom', 'test', execution, []),
    );
    const { payload } = await events.arrives('task.ended');
    assert.equal(payload.exit_code, 7);
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);

  it('tells a debug session once, with its type and duration', async () => {
    const program = path.join(folder, 'secret-program.cjs');
    writeFileSync(program, 'console.log(1)');
    const started = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
      ...{ type: 'node', request: 'launch', name: 'secret name', program, console: 'internalConsole' },
      ...{ runtimeExecutable: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
    });
    assert.ok(started);
    const ended = await events.arrives('debug.ended');
    const [begun, ...others] = await events.of('debug.started');
    assert.deepEqual(others, []);
    assert.match(String(ended.payload.debug_type), /node/);
    assert.ok(Number(ended.payload.duration_ms) > 0);
    assert.equal(ended.payload.start_id, begun?.id);
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);
});
