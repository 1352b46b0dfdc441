import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Answer, Parameters } from '../../shared/requests.ts';
import { describeError } from '../platform/log.ts';
import type { Log } from '../sync/types.ts';
import { Refusal } from './refusal.ts';

/** Writes a file where the user says; rejects with a `Refusal` when it could not be written. */
export async function saveFile(
  { name, content }: Parameters<'saveFile'>,
  log: Log,
): Promise<Answer<'saveFile'>> {
  const extension = path.extname(name).slice(1);
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(usualFolder(), name),
    filters: { [extension.toUpperCase()]: [extension] },
    title: vscode.l10n.t('Save {0}', name),
  });
  if (!target) return { saved: false };
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  try {
    await vscode.workspace.fs.writeFile(target, bytes);
  } catch (error) {
    log.warn(`A ${extension} file could not be saved: ${describeError(error)}`);
    throw new Refusal(vscode.l10n.t('The file could not be saved: {0}', describeError(error)));
  }
  log.info(`Saved a ${extension} file of ${bytes.byteLength} bytes.`);
  return { saved: true };
}

/** The first folder of the workspace that can be written to, or the user's own; on a remote that of the remote. */
function usualFolder(): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isWritable = ({ scheme }: vscode.Uri) => vscode.workspace.fs.isWritableFileSystem(scheme) !== false;
  return folders.map(({ uri }) => uri).find(isWritable) ?? vscode.Uri.file(os.homedir());
}
