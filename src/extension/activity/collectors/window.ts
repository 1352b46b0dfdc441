import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import type { Collector } from './collector.ts';

/** Reports this window once per start, with the number of its folders and the kind of its host, and its end. */
export function createWindowCollector(): Collector {
  let reported = false;
  return ({ log }) => {
    if (!reported) {
      reported = true;
      const folders = vscode.workspace.workspaceFolders?.length ?? 0;
      const remote = vscode.env.remoteName !== undefined;
      log({ type: eventTypes.windowOpened, payload: { folders, remote } });
    }
    return {
      flush: () => {
        // Every window has an extension host of its own, and `performance` counts from its start.
        const duration_ms = Math.round(performance.now());
        log({ type: eventTypes.windowClosed, payload: { duration_ms } });
      },
      dispose: () => {},
    };
  };
}
