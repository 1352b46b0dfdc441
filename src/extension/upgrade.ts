import * as vscode from 'vscode';
import type { SubscriptionRow } from '../shared/model.ts';

/** Opens the page of the plan in the browser; a row may name any text, so only https is followed. */
export async function openUpgrade(subscription: SubscriptionRow | null): Promise<void> {
  const url = subscription?.upgrade_url ?? '';
  if (URL.canParse(url) && new URL(url).protocol === 'https:') {
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
    return;
  }
  const message = vscode.l10n.t('Runglass: the plan names no page (https) where it can be changed.');
  void vscode.window.showInformationMessage(message);
}
