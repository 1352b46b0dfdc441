import { t } from '../../../shared/l10n.ts';
import { askYesNo, type StepOptions } from '../form.ts';
import type { Consent } from '../profiles.ts';
import { consentFacts } from './consentFacts.ts';

/** Asks whether events of this editor may go to `host`, with the list of what is sent; `present` is the last answer. */
export async function askActivityConsent(
  step: StepOptions,
  host: string,
  present: Consent = 'none',
): Promise<boolean | 'back' | 'cancel'> {
  const { sent, never } = consentFacts();
  return await askYesNo({
    ...step,
    placeholder:
      present === 'outdated'
        ? t('More is sent than when you agreed. May Runglass still send events of this editor to {0}?', host)
        : t('May Runglass send events of this editor to {0}?', host),
    yes: t('Yes, send them'),
    no: t('No, only show the dashboard'),
    current: present === 'given' ? 'yes' : null,
    facts: [
      { heading: t('Sent'), lines: sent },
      { heading: t('Never sent by Runglass itself'), lines: never },
    ],
  });
}
