import * as vscode from 'vscode';

export async function activate() {
  await vscode.commands.executeCommand('runglass.openDashboard');
  await vscode.commands.executeCommand('runglass.useEmbedded');
}
