import * as vscode from 'vscode';
import type { CommandId } from './ids.ts';

/**
 * The only place that makes Markdown for VS Code. `text` has every value in it escaped (`escapeMarkdown`); no HTML and no
 * icon is drawn in it, and no link runs anything but `enabledCommands`.
 */
export function tooltipOf(text: string, enabledCommands: readonly CommandId[] = []): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text, false);
  markdown.supportHtml = false;
  markdown.isTrusted = enabledCommands.length > 0 ? { enabledCommands } : false;
  return markdown;
}
