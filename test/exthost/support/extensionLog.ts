import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

export interface LogLine {
  /** ms since 1970. */
  readonly at: number;
  readonly text: string;
}

/** The lines of the log "Runglass" of this VS Code since a moment, as they stand in its file. */
export function logSince(from: number): LogLine[] {
  const profile = path.dirname(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
  const lines = globSync('**/*Runglass.log', { cwd: profile, exclude: ['tmp/**'] }).flatMap((file) =>
    readFileSync(path.join(profile, file), 'utf8').split('\n'),
  );
  return lines.flatMap((line) => {
    const [, time = '', text = ''] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (.*)$/.exec(line) ?? [];
    const at = new Date(time).getTime();
    return at >= from ? [{ at, text }] : [];
  });
}
