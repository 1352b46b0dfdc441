import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EventType } from '../../../src/shared/activity.ts';
import { activated, applyEdit, eventually, save } from './extension.ts';
import { git, Repository, switchGitOff } from './repository.ts';
import { patience } from './storedEvents.ts';

/** What `doAll` makes a window report when everything is on; VS Code's tests cannot add a folder to their window. */
export const deedTypes: readonly EventType[] = [
  ...(['file.created', 'file.saved', 'file.renamed', 'file.deleted'] as const),
  ...(['task.started', 'task.ended', 'test.started', 'test.ended'] as const),
  ...(['debug.started', 'debug.ended', 'terminal.command'] as const),
  ...(['git.committed', 'git.switched', 'notebook.executed'] as const),
  ...(['dashboard.opened', 'dashboard.refreshed'] as const),
];
/** Of another extension. */
export const ownType = 'deeds.done';

const notebookType = 'jupyter-notebook';

/** Does with the editor, as a user does, everything that is ever reported. */
export class Deeds {
  readonly #folder: string;
  readonly #controller: vscode.NotebookController;
  #terminal: vscode.Terminal | null = null;
  #repository: Repository | null = null;
  #round = 0;

  constructor() {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(root);
    this.#folder = path.join(realpathSync(root), 'deeds');
    mkdirSync(this.#folder);
    this.#controller = vscode.notebooks.createNotebookController('runglass-deeds', notebookType, 'Deeds');
    this.#controller.executeHandler = async (cells) => {
      for (const cell of cells) {
        const execution = this.#controller.createNotebookCellExecution(cell);
        execution.start(Date.now());
        execution.end(true, Date.now());
      }
    };
  }

  async doAll(): Promise<void> {
    this.#round += 1;
    const api = await activated();
    await this.#git();
    await this.#files();
    for (const group of [vscode.TaskGroup.Build, vscode.TaskGroup.Test]) await this.#task(group);
    await this.#debug();
    await this.#type('true');
    await this.#notebook();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('runglass.openDashboard');
    await vscode.commands.executeCommand('runglass.refresh');
    api.logSyncEvent({ type: ownType });
    // Longer than what was done here is held back: a change of many files, 3 s; a repository that moved, 1 s.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
  }

  async dispose(): Promise<void> {
    this.#terminal?.dispose();
    this.#controller.dispose();
    await switchGitOff();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #files(): Promise<void> {
    const file = (name: string) => vscode.Uri.file(path.join(this.#folder, `${name}-${this.#round}.py`));
    await applyEdit((edit) => edit.createFile(file('a')));
    const document = await vscode.workspace.openTextDocument(file('a'));
    await applyEdit((edit) => edit.insert(document.uri, new vscode.Position(0, 0), 'pass\n'));
    await save(document);
    await applyEdit((edit) => edit.renameFile(file('a'), file('b')));
    await applyEdit((edit) => edit.deleteFile(file('b')));
  }

  async #task(group: vscode.TaskGroup): Promise<void> {
    const script = path.join(this.#folder, 'task.cjs');
    writeFileSync(script, '');
    const env = { ELECTRON_RUN_AS_NODE: '1' };
    const execution = new vscode.ProcessExecution(process.execPath, [script], { env });
    const scope = vscode.TaskScope.Workspace;
    const task = new vscode.Task({ type: 'process' }, scope, 'deed', 'deeds', execution, []);
    task.group = group;
    const ended = once('the task ends', vscode.tasks.onDidEndTaskProcess);
    await vscode.tasks.executeTask(task);
    await ended();
  }

  async #debug(): Promise<void> {
    const program = path.join(this.#folder, 'program.cjs');
    writeFileSync(program, '');
    const ended = once('the debug session ends', vscode.debug.onDidTerminateDebugSession);
    assert.ok(
      await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
        ...{ type: 'node', request: 'launch', name: 'deed', program, console: 'internalConsole' },
        ...{ runtimeExecutable: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } },
      }),
    );
    await ended();
  }

  async #type(line: string): Promise<void> {
    this.#terminal ??= vscode.window.createTerminal({
      shellPath: '/bin/bash',
      env: { HOME: '/nonexistent' },
    });
    const terminal = this.#terminal;
    terminal.show();
    const integration = await eventually('shell integration', () => terminal.shellIntegration, patience);
    const ended = once('the command ends', vscode.window.onDidEndTerminalShellExecution);
    integration.executeCommand(line);
    await ended();
  }

  async #git(): Promise<void> {
    const commit = () => {
      appendFileSync(path.join(this.#folder, 'committed.txt'), 'x\n');
      git(this.#folder, 'add', 'committed.txt');
      git(this.#folder, 'commit', '-q', '-m', 'deed');
    };
    if (!this.#repository) {
      git(this.#folder, 'init', '-q', '-b', 'main');
      git(this.#folder, 'config', 'user.name', 'N');
      git(this.#folder, 'config', 'user.email', 'n@example.com');
      commit();
      this.#repository = await Repository.open(this.#folder);
    }
    await this.#repository.seen();
    commit();
    await this.#repository.seen();
    git(this.#folder, 'switch', '-q', '-c', `branch-${this.#round}`);
    await this.#repository.seen();
  }

  async #notebook(): Promise<void> {
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '1', 'python');
    const notebook = await vscode.workspace.openNotebookDocument(
      notebookType,
      new vscode.NotebookData([cell]),
    );
    const notebookEditor = await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.selectKernel', {
      ...{ id: 'runglass-deeds', extension: 'runglass.runglass', notebookEditor },
    });
    const range = { ranges: [{ start: 0, end: 1 }], document: notebook.uri };
    await vscode.commands.executeCommand('notebook.cell.execute', range);
    await eventually('the cell has run', () => notebook.cellAt(0).executionSummary?.timing, patience);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

/** Listens from now on; answers how to wait for the first, which fails by the name of what did not come. */
function once(what: string, event: vscode.Event<unknown>): () => Promise<true> {
  let hasCome: true | null = null;
  const listening = event(() => {
    hasCome = true;
    listening.dispose();
  });
  return () => eventually(what, () => hasCome, patience);
}
