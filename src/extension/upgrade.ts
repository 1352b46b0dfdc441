import * as vscode from 'vscode';
import { t } from '../shared/l10n.ts';
import { upgradeUrl } from '../shared/limits.ts';
import type { SubscriptionRow } from '../shared/model.ts';
import { currentSubscription } from '../shared/usage.ts';

/** Opens the page of the plan that counts now in the browser. */
export async function openUpgrade(subscriptions: Iterable<SubscriptionRow>): Promise<void> {
  const url = upgradeUrl(currentSubscription(subscriptions));
  if (url !== null) {
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
    return;
  }
  const message = t(
    'Runglass: the plan names no page (https) where it can be changed, or you are not signed in.',
  );
  void vscode.window.showInformationMessage(message);
}
