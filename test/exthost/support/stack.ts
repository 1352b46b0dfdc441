import * as vscode from 'vscode';
import { openStack as open, type Stack } from '../../e2e/stack.ts';

export type { Stack };

/** Of a host that no DNS server is asked for, however slow it is: a label has at most 63 characters. */
export const unknownUrl = `https://${'x'.repeat(64)}.invalid`;

let stack: Promise<Stack> | null = null;

after(async function () {
  this.timeout(60_000);
  await vscode.commands.executeCommand('runglass.signOut');
  await (await stack)?.dispose();
});

/** The backend that all specs share: an embedded one of their own, or what `RUNGLASS_TEST_URL` names. */
export function openStack(): Promise<Stack> {
  stack ??= open();
  return stack;
}

/** Signs in to the stack by its URL, reporting events when `consent`. */
export async function signIn({ url, publishableKey, user }: Stack, consent = true): Promise<void> {
  await vscode.commands.executeCommand('runglass.signIn', { url, publishableKey, ...user, consent });
}

/** Connects as a newcomer does: to the embedded backend in one step, to another stack by its URL. */
export async function connect(stack: Stack): Promise<void> {
  if (stack.dataFolder === null) return await signIn(stack);
  const settings = vscode.workspace.getConfiguration('runglass');
  await settings.update('embedded.dataFolder', stack.dataFolder, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('runglass.useEmbedded');
}
