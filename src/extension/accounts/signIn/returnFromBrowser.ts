import * as vscode from 'vscode';
import { t } from '../../../shared/l10n.ts';
import { callbackPath, commands } from '../../ids.ts';
import type { Log } from '../../sync/types.ts';
import { readAnswer } from './callback.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';

export interface ReturnOptions {
  readonly pending: PendingSignIns;
  /** Signs in here, because nobody has taken the answer. */
  readonly finish: (pending: PendingSignIn) => Promise<void>;
  readonly log: Log;
}

/** The window that asked has so long to take the answer, ms; then it is gone, and the one that was found signs in. */
const passingOn = 3_000;

/**
 * A browser came back to this window, with what this or another one asked for. Whoever made the address may have put
 * anything in: without a state that waits here it has no effect.
 */
export async function returnFromBrowser(uri: vscode.Uri, options: ReturnOptions): Promise<void> {
  const { pending, finish, log } = options;
  if (uri.path !== callbackPath) return log.warn('An address of ours was opened that means nothing.');
  const read = readAnswer(uri.query, uri.fragment);
  if (!read)
    return sayUnknown(
      t('Runglass: the browser came back without a code. Paste the link of the mail instead of opening it.'),
    );
  const { state, answer } = read;
  if (!state || !(await pending.answer(state, answer))) {
    log.warn('A browser came back to a sign-in that does not wait.');
    return sayUnknown(
      t('Runglass: nobody asked here for this sign-in, or it has expired. Nothing was changed.'),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, passingOn));
  const left = await pending.take(state);
  if (left) await finish(left);
}

function sayUnknown(message: string): void {
  const signIn = t('Sign In');
  void vscode.window.showWarningMessage(message, signIn).then((picked) => {
    if (picked === signIn) void vscode.commands.executeCommand(commands.signIn);
  });
}
