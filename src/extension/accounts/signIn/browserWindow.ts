import * as vscode from 'vscode';
import { callbackPath } from '../../ids.ts';

/** The id of this extension, which is the host in addresses that lead to it. */
const extensionId = 'runglass.runglass';

/**
 * The address by which a browser comes back to this window, on the desktop, on a remote and in a browser. The first of
 * these adds the window's number; the state is what says whose answer it is.
 */
export async function callbackAddress(state: string): Promise<string> {
  const own = vscode.Uri.from({
    scheme: vscode.env.uriScheme,
    authority: extensionId,
    path: callbackPath,
    query: `state=${state}`,
  });
  // Escaped already, where it has to be: once more would make its parameters one.
  return (await vscode.env.asExternalUri(own)).toString(true);
}

/**
 * Opens `address` as it stands. A `Uri` takes escapes out and puts others in, which not every provider reads the same;
 * VS Code takes a string as well, though its types do not say so.
 */
export async function openInBrowser(address: string): Promise<void> {
  await vscode.env.openExternal(address as unknown as vscode.Uri);
}

/** For a browser that VS Code does not open, as that of another profile. */
export async function copyAddress(address: string): Promise<void> {
  await vscode.env.clipboard.writeText(address);
}
