import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { type Disposable, DisposableStore } from '../../../shared/disposable.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { NotebookRun } from './notebookRun.ts';

/** A run is over when no cell runs and nothing was heard for so long, ms; cells that follow later are a run of their own. */
const quiet = 1_000;
/** It is told at the latest when nothing was heard for so long, although a cell seems to run, ms. */
const longest = 5 * 60_000;

/** What is known of a notebook until it is closed: a cell may wait for its kernel for long. */
interface Watched {
  readonly run: NotebookRun<vscode.NotebookCell>;
  timer: Disposable | null;
}

/** Reports runs of notebook cells: how many, how many failed, language and duration; many in a row are one event. */
export function collectNotebooks({ log, pathFacts, clock }: CollectorHost): Collecting {
  const store = new DisposableStore();
  const notebooks = new Map<vscode.NotebookDocument, Watched>();
  const tell = (notebook: vscode.NotebookDocument) => {
    const watched = notebooks.get(notebook);
    watched?.timer?.dispose();
    const facts = watched?.run.take();
    if (facts) log({ type: eventTypes.notebookExecuted, payload: { ...facts, ...pathFacts(notebook.uri) } });
  };
  const watch = (notebook: vscode.NotebookDocument) => {
    const watched = notebooks.get(notebook) ?? { run: new NotebookRun<vscode.NotebookCell>(), timer: null };
    notebooks.set(notebook, watched);
    return watched;
  };
  store.add(
    // Also heard on every key in a cell, which brings no summary.
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges, contentChanges }) => {
      const changes = cellChanges.filter(({ executionSummary }) => executionSummary);
      const removed = notebooks.has(notebook)
        ? contentChanges.flatMap(({ removedCells }) => removedCells)
        : [];
      if (changes.length === 0 && removed.length === 0) return;
      const watched = watch(notebook);
      for (const { cell, executionSummary } of changes)
        if (executionSummary) watched.run.note(cell, cell.document.languageId, executionSummary);
      for (const cell of removed) watched.run.forget(cell);
      watched.timer?.dispose();
      watched.timer = clock.setTimeout(() => tell(notebook), watched.run.isRunning ? longest : quiet);
    }),
  );
  store.add(
    vscode.workspace.onDidCloseNotebookDocument((notebook) => {
      tell(notebook);
      notebooks.delete(notebook);
    }),
  );
  return {
    flush: () => {
      for (const notebook of notebooks.keys()) tell(notebook);
    },
    dispose: () => {
      for (const { timer } of notebooks.values()) timer?.dispose();
      store.dispose();
    },
  };
}
