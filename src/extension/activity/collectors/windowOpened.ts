import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { toDisposable } from '../../../shared/disposable.ts';
import type { Collector } from '../collector.ts';

/** Reports this window once per start, with the number of its folders and the kind of its host. */
export function createWindowCollector(): Collector {
  let reported = false;
  return ({ log }) => {
    if (!reported) {
      reported = true;
      log({
        type: eventTypes.windowOpened,
        payload: {
          folders: vscode.workspace.workspaceFolders?.length ?? 0,
          remote: vscode.env.remoteName !== undefined,
        },
      });
    }
    return toDisposable(() => {});
  };
}
