import path from 'node:path';
import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import type { MigrationFile } from './bundle.ts';

/** The folders of the workspace that are projects of the Supabase CLI and lie on a disk; none that is not trusted. */
export async function projectFolders(): Promise<readonly vscode.WorkspaceFolder[]> {
  if (!vscode.workspace.isTrusted) return [];
  const onDisk = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const found = await Promise.all(
    onDisk.map(async (folder) =>
      (await exists(vscode.Uri.joinPath(folder.uri, 'supabase/config.toml'))) ? folder : null,
    ),
  );
  return found.filter((folder) => folder !== null);
}

export interface Copied {
  /** Names of files that are new in the folder. */
  readonly written: readonly string[];
  /** The folder has migrations of its own that are newer than ours, which the CLI wants to be told of. */
  readonly hasNewer: boolean;
}

/**
 * Copies migrations into `supabase/migrations` of a folder. A file that is there and the same stays; when one differs,
 * nothing is copied and the error names it.
 */
export async function copyMigrations(
  folder: vscode.WorkspaceFolder,
  files: readonly MigrationFile[],
): Promise<Copied> {
  const target = vscode.Uri.joinPath(folder.uri, 'supabase/migrations');
  const there = (await exists(target)) ? await vscode.workspace.fs.readDirectory(target) : [];
  const names = there.map(([name]) => name);
  const differing: string[] = [];
  const lacking: MigrationFile[] = [];
  for (const file of files) {
    const same = names.filter((name) => versionOf(name) === versionOf(file.name));
    const [name] = same;
    if (name === undefined) lacking.push(file);
    else if (same.length > 1 || name !== file.name || !(await holds(target, file))) differing.push(...same);
  }
  if (differing.length > 0)
    throw new Error(
      t(
        'Nothing was copied: these files of {0} are there already and differ from those of Runglass: {1}. Compare them, and rename or remove them.',
        path.join(folder.name, 'supabase/migrations'),
        differing.join(', '),
      ),
    );
  await vscode.workspace.fs.createDirectory(target);
  for (const { name, sql } of lacking)
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), Buffer.from(sql));
  const last = files.at(-1)?.name ?? '';
  return {
    written: lacking.map(({ name }) => name),
    hasNewer: names.some((name) => versionOf(name) !== '' && versionOf(name) > versionOf(last)),
  };
}

async function holds(target: vscode.Uri, { name, sql }: MigrationFile): Promise<boolean> {
  const text = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(target, name))).toString();
  // Git may have changed the ends of lines.
  return text.replaceAll('\r\n', '\n') === sql.replaceAll('\r\n', '\n');
}

function versionOf(name: string): string {
  return /^(\d+)_.*\.sql$/.exec(name)?.[1] ?? '';
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
