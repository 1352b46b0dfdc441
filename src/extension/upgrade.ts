import * as vscode from 'vscode';
import { upgradeUrl } from '../shared/limits.ts';
import type { SubscriptionRow } from '../shared/model.ts';

/** Opens the page of the plan in the browser. */
export async function openUpgrade(subscription: SubscriptionRow | null): Promise<void> {
  const url = upgradeUrl(subscription);
  if (url !== null) {
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
    return;
  }
  const message = vscode.l10n.t('Runglass: the plan names no page (https) where it can be changed.');
  void vscode.window.showInformationMessage(message);
}
