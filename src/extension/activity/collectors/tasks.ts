import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import type { Collecting, CollectorHost } from '../collector.ts';

/** Reports tasks that run a process: type, exit code and duration, not the command line. */
export function collectTasks({ log }: CollectorHost): Collecting {
  const store = new DisposableStore();
  const startedAt = new Map<vscode.TaskExecution, number>();
  store.add(
    vscode.tasks.onDidStartTaskProcess(({ execution }) => {
      startedAt.set(execution, Date.now());
      log({ type: eventTypes.taskStarted, payload: describe(execution.task) });
    }),
  );
  store.add(
    vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      const start = startedAt.get(execution);
      startedAt.delete(execution);
      log({
        type: eventTypes.taskEnded,
        payload: {
          ...describe(execution.task),
          exit_code: exitCode ?? null,
          duration_ms: start === undefined ? null : Date.now() - start,
        },
      });
    }),
  );
  return store;
}

function describe(task: vscode.Task): Record<string, unknown> {
  return { task_type: task.definition.type, group: task.group?.id ?? null };
}
