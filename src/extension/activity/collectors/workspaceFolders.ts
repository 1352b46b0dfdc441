import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import type { Collecting, CollectorHost } from './collector.ts';

/** Reports folders that are added to and removed from an open window, as numbers. */
export function collectWorkspaceFolders({ log }: CollectorHost): Collecting {
  return vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    if (removed.length > 0) log({ type: eventTypes.workspaceClosed, payload: { folders: removed.length } });
    if (added.length > 0) log({ type: eventTypes.workspaceOpened, payload: { folders: added.length } });
  });
}
