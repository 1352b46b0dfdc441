import * as vscode from 'vscode';

/** How long it stays, ms. */
const shownFor = 5_000;

/** Says in the status bar what was done, where nothing else shows it. */
export function showDone(message: string): void {
  vscode.window.setStatusBarMessage(message, shownFor);
}
