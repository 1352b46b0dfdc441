import path from 'node:path';
import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { type Found, foundFiles, maxFoundSize, readFound } from './foundFile.ts';

/** A file of the workspace that may name a backend. It has not been read. */
export interface WorkspaceFile {
  /** Relative to its folder. */
  readonly file: string;
  readonly folder: string;
  readonly uri: vscode.Uri;
}

/** Those that exist, of all folders; none in a workspace that is not trusted. Nothing is opened. */
export async function workspaceFiles(): Promise<readonly WorkspaceFile[]> {
  if (!vscode.workspace.isTrusted) return [];
  const candidates = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name }) =>
    foundFiles.map((file) => ({ file, folder: name, uri: vscode.Uri.joinPath(uri, file) })),
  );
  const found = await Promise.all(candidates.map(async (one) => ((await isFile(one.uri)) ? one : null)));
  return found.filter((one) => one !== null);
}

/** Reads one that the user has picked; throws an `Error` with words for the user. */
export async function readWorkspaceFile({ file, folder, uri }: WorkspaceFile): Promise<Found> {
  const name = path.posix.join(folder, file);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > maxFoundSize) throw new Error(t('{0} is too large to be read.', name));
  return await readFound(name, await vscode.workspace.fs.readFile(uri));
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    // A link has its own bit beside that of what it leads to.
    return (type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
