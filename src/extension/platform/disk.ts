import os from 'node:os';
import * as vscode from 'vscode';
import { t } from '../../shared/l10n.ts';

/** Where a user keeps files, on whatever file system that is. */
export interface Disk {
  /** Asks where to save a file of this name; undefined when the user has cancelled. */
  readonly ask: (name: string, extension: string) => Thenable<vscode.Uri | undefined>;
  readonly write: (target: vscode.Uri, bytes: Uint8Array) => Thenable<void>;
}

export const disk: Disk = {
  ask: (name, extension) =>
    vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(usualFolder(), name),
      filters: { [extension.toUpperCase()]: [extension] },
      title: t('Save {0}', name),
    }),
  write: (target, bytes) => vscode.workspace.fs.writeFile(target, bytes),
};

/** The first folder of the workspace that can be written to, or the user's own; on a remote that of the remote. */
function usualFolder(): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const isWritable = ({ scheme }: vscode.Uri) => vscode.workspace.fs.isWritableFileSystem(scheme) !== false;
  return folders.map(({ uri }) => uri).find(isWritable) ?? vscode.Uri.file(os.homedir());
}
