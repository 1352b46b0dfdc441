import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';
import { commands } from '../ids.ts';
import { withoutLinks } from '../words.ts';

/** Shows an error with a way to the log; does not wait for the user to answer. */
export function showProblem(message: string): void {
  const showLog = t('Show Log');
  void vscode.window.showErrorMessage(`Runglass: ${withoutLinks(message)}`, showLog).then((picked) => {
    if (picked === showLog) void vscode.commands.executeCommand(commands.showLog);
  });
}
