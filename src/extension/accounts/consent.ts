import { l10n } from 'vscode';
import { consentFacts } from './consentFacts.ts';
import { askYesNo } from './form.ts';
import type { Consent } from './profiles.ts';

/** Asks whether events of this editor may go to `host`, with the list of what is sent; `present` is the last answer. */
export async function askActivityConsent(
  step: { readonly step: number; readonly totalSteps: number; readonly title: string },
  host: string,
  present: Consent = 'none',
): Promise<boolean | 'back' | 'cancel'> {
  const { sent, never } = consentFacts(l10n);
  return await askYesNo({
    ...step,
    placeholder:
      present === 'outdated'
        ? l10n.t(
            'More is sent than when you agreed. May Runglass still send events of this editor to {0}?',
            host,
          )
        : l10n.t('May Runglass send events of this editor to {0}?', host),
    yes: l10n.t('Yes, send them'),
    no: l10n.t('No, only show the dashboard'),
    current: present === 'given' ? 'yes' : null,
    facts: [
      { heading: l10n.t('Sent'), lines: sent },
      { heading: l10n.t('Never sent by Runglass itself'), lines: never },
    ],
  });
}
