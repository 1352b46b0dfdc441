import * as vscode from 'vscode';
import { firstWords } from '../signInWords.ts';

/** Says what the user has to do before anything else: choose a backend, or sign in. Does not wait for an answer. */
export function sayFirst(lacking: 'none' | 'signedOut'): void {
  void vscode.window.showInformationMessage(firstWords(lacking));
}
