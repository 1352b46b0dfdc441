import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { patience, StoredEvents } from '../support/storedEvents.ts';

const type = 'jupyter-notebook';

describe('activity of notebooks', () => {
  let events: StoredEvents;
  let notebook: vscode.NotebookDocument;
  let controller: vscode.NotebookController;
  let order = 0;

  /** A kernel that fails in cells that say so. */
  const execute = async (cells: readonly vscode.NotebookCell[]) => {
    for (const cell of cells) {
      const execution = controller.createNotebookCellExecution(cell);
      execution.executionOrder = ++order;
      execution.start(Date.now());
      await new Promise((resolve) => setTimeout(resolve, 20));
      const text = new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text('secret output')]);
      await execution.replaceOutput(text);
      execution.end(!cell.document.getText().includes('fail'), Date.now());
    }
  };

  before(async function () {
    this.timeout(90_000);
    events = await StoredEvents.open();
    controller = vscode.notebooks.createNotebookController('runglass-test', type, 'Test');
    controller.supportedLanguages = ['python', 'r'];
    controller.executeHandler = execute;
    const cell = (text: string, language: string) =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, language);
    const cells = ['1', '2', 'fail'].map((text) => cell(`secret ${text}`, 'python'));
    cells.push(cell('secret', 'r'));
    notebook = await vscode.workspace.openNotebookDocument(type, new vscode.NotebookData(cells));
    const notebookEditor = await vscode.window.showNotebookDocument(notebook);
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
    await vscode.commands.executeCommand('notebook.selectKernel', {
      ...{ id: 'runglass-test', extension: 'runglass.runglass', notebookEditor },
    });
  });
  beforeEach(() => events.mark());
  after(async () => {
    controller.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  const run = (start: number, end: number) =>
    vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start, end }],
      document: notebook.uri,
    });

  it('tells a run of one cell', async () => {
    await run(0, 1);
    const { payload } = await events.arrives('notebook.executed');
    const { duration_ms, ...rest } = payload;
    assert.deepEqual(rest, { cells: 1, language: 'python', failed: 0 });
    assert.ok(Number(duration_ms) >= 0);
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);

  it('tells a run of all cells as one event, with those that failed', async () => {
    await run(0, 4);
    const { payload } = await events.arrives('notebook.executed');
    const { duration_ms, ...rest } = payload;
    assert.deepEqual(rest, { cells: 4, language: null, failed: 1 });
    assert.ok(Number(duration_ms) > 0);
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);

  it('takes neither cleared outputs nor their return for a run', async () => {
    await vscode.commands.executeCommand('notebook.clearAllCellsOutputs');
    await vscode.commands.executeCommand('undo');
    await run(1, 2);
    const { payload } = await events.arrives('notebook.executed');
    assert.equal(payload.cells, 1);
  }).timeout(2 * patience);
});
