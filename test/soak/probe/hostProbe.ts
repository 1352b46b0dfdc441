import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RunglassApi } from '../../../src/extension/services.ts';
import { tables } from '../../../src/shared/tables.ts';
import { applyEdit, save as saveDocument } from '../../exthost/support/extension.ts';
import { Subscriber } from '../../exthost/support/subscriber.ts';
import { takeCensus } from './census.ts';
import { answerQuestions } from './questions.ts';

/** Of languages for which VS Code brings no server that would begin to work. */
const languages = ['py', 'sh', 'go'] as const;

/** Runs in the same extension host as Runglass, uses it as another extension would, and answers the soak. */
export async function activate(): Promise<void> {
  const runglass = vscode.extensions.getExtension<RunglassApi>('runglass.runglass');
  if (!runglass) throw new Error('Runglass is not installed.');
  const api = await runglass.activate();
  let subscriber: Subscriber | null = null;
  answerQuestions('host', {
    subscribe: (userId: string) => {
      subscriber = new Subscriber(api, userId);
    },
    rows: () => tables.map((table) => [table, [...(subscriber?.rows[table].values() ?? [])]]),
    run: async ([command, ...args]: [string, ...unknown[]]) =>
      void (await vscode.commands.executeCommand(command, ...args)),
    save: (round: number) => save(round),
    census: takeCensus,
  });
}

/**
 * Writes and saves files as a user does, the same ones in each round: VS Code keeps a document for three minutes after
 * its editor is closed, so that quick rounds with files of their own would grow for so long.
 */
async function save(round: number): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) throw new Error('No folder is open.');
  for (const language of languages) {
    const file = vscode.Uri.joinPath(folder, `soak.${language}`);
    if (!existsSync(file.fsPath)) await vscode.workspace.fs.writeFile(file, new Uint8Array());
    // Of the editor: a document that is only opened may be that of an earlier round, which is closed at this moment.
    const { document } = await vscode.window.showTextDocument(file);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await applyEdit((edit) => edit.replace(file, all, `round ${round}\n`));
    await saveDocument(document);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  }
}
