import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import type { Collecting, CollectorHost } from '../collector.ts';
import { SaveCounter } from '../saveCounter.ts';

/** Reports saves with the language of the file, never its name; nothing in a workspace that is not trusted. */
export function collectSaves({ log }: CollectorHost): Collecting {
  const counter = new SaveCounter();
  return vscode.workspace.onDidSaveTextDocument((document) => {
    if (!vscode.workspace.isTrusted) return;
    const saves = counter.count(document.uri.toString(), Date.now());
    if (saves > 0) log({ type: eventTypes.fileSaved, payload: { language: document.languageId, saves } });
  });
}
