import { l10n } from 'vscode';
import { askYesNo } from './form.ts';

/** Asks whether events of this editor may go to `host`, with the list of what is sent: all that collectors send. */
export async function askActivityConsent(
  step: { readonly step: number; readonly totalSteps: number; readonly title: string },
  host: string,
): Promise<boolean | 'back' | 'cancel'> {
  return await askYesNo({
    ...step,
    placeholder: l10n.t('May Runglass send events of this editor to {0}?', host),
    yes: l10n.t('Yes, send them'),
    no: l10n.t('No, only show the dashboard'),
    facts: [
      {
        heading: l10n.t('Sent'),
        lines: [
          l10n.t('Window opened: number of folders, local or remote'),
          l10n.t('File saved: language and how often'),
          l10n.t('Task started and ended: type, group, exit code, duration'),
          l10n.t('Debugging started and ended: type, duration'),
          l10n.t('With each: time, name of the editor, a random id of the window'),
          l10n.t('Events that other extensions log through Runglass'),
        ],
      },
      {
        heading: l10n.t('Never sent'),
        lines: [l10n.t('Names or contents of files, command lines, environment, secrets')],
      },
    ],
  });
}
