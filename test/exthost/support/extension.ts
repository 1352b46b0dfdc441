import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunglassApi } from '../../../src/extension/services.ts';

/** The extension under test, as VS Code installed it. */
export function extension(): vscode.Extension<RunglassApi> {
  const found = vscode.extensions.getExtension<RunglassApi>('runglass.runglass');
  assert.ok(found, 'the extension is installed');
  return found;
}

export async function activated(): Promise<RunglassApi> {
  return await extension().activate();
}

/** Edits the workspace as `fill` says. */
export async function applyEdit(fill: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  fill(edit);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Saves what has been edited; a busy window now and then does not know yet that there is something to save. */
export async function save(document: vscode.TextDocument): Promise<void> {
  await eventually(`${document.uri.path} saved`, async () => (await document.save()) || null);
}

/** Repeats `look` until it returns something other than null or undefined; fails after `timeout` ms. */
export async function eventually<T>(
  what: string,
  look: () => T | null | undefined | Promise<T | null | undefined>,
  timeout = 30_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Not within ${timeout / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
