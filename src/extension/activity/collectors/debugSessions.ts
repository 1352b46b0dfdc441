import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import type { Collecting, CollectorHost } from '../collector.ts';

/** Reports debug sessions, not those that a debugger opens below its own: type of debugger and duration. */
export function collectDebugSessions({ log }: CollectorHost): Collecting {
  const store = new DisposableStore();
  const startedAt = new Map<string, number>();
  store.add(
    vscode.debug.onDidStartDebugSession(({ id, type, parentSession }) => {
      if (parentSession) return;
      startedAt.set(id, Date.now());
      log({ type: eventTypes.debugStarted, payload: { debug_type: type } });
    }),
  );
  store.add(
    vscode.debug.onDidTerminateDebugSession(({ id, type, parentSession }) => {
      if (parentSession) return;
      const start = startedAt.get(id);
      startedAt.delete(id);
      log({
        type: eventTypes.debugEnded,
        payload: { debug_type: type, duration_ms: start === undefined ? null : Date.now() - start },
      });
    }),
  );
  return store;
}
