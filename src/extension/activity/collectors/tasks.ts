import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import type { Collector } from './collector.ts';
import { Starts } from './starts.ts';

/** Reports tasks that run a process: type, exit code and duration, neither their names nor their command lines. */
export const collectTasks = tasksOf(
  { started: eventTypes.taskStarted, ended: eventTypes.taskEnded },
  ({ group }) => group?.id !== vscode.TaskGroup.Test.id,
);

/** The same of the tasks that run tests, as their group says. */
export const collectTests = tasksOf(
  { started: eventTypes.testStarted, ended: eventTypes.testEnded },
  ({ group }) => group?.id === vscode.TaskGroup.Test.id,
);

function tasksOf(
  types: { readonly started: string; readonly ended: string },
  isMeant: (task: vscode.Task) => boolean,
): Collector {
  return ({ log }) => {
    const store = new DisposableStore();
    const starts = new Starts<vscode.TaskExecution>();
    store.add(
      vscode.tasks.onDidStartTaskProcess(({ execution }) => {
        if (!isMeant(execution.task)) return;
        starts.begin(execution, log({ type: types.started, payload: describe(execution.task) }));
      }),
    );
    store.add(
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (!isMeant(execution.task)) return;
        const payload = {
          ...describe(execution.task),
          exit_code: exitCode ?? null,
          ...starts.end(execution),
        };
        log({ type: types.ended, payload });
      }),
    );
    return store;
  };
}

function describe(task: vscode.Task): Record<string, unknown> {
  return { task_type: task.definition.type, group: task.group?.id ?? null };
}
