import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { Starts } from './starts.ts';

/** Reports debug sessions, not those that a debugger opens below its own: type of debugger and duration. */
export function collectDebugSessions({ log }: CollectorHost): Collecting {
  const store = new DisposableStore();
  const starts = new Starts<vscode.DebugSession>();
  store.add(
    vscode.debug.onDidStartDebugSession((session) => {
      if (session.parentSession) return;
      starts.begin(session, log({ type: eventTypes.debugStarted, payload: { debug_type: session.type } }));
    }),
  );
  store.add(
    vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.parentSession) return;
      const payload = { debug_type: session.type, ...starts.end(session) };
      log({ type: eventTypes.debugEnded, payload });
    }),
  );
  return store;
}
