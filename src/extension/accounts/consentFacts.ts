import type { L10n } from '../words.ts';

/**
 * What a user agrees to, in words: the list that is shown before anything is sent to a backend that is not on this
 * machine. When it grows, `consentVersion` of profiles.ts does too, so that everybody is asked again.
 */
export function consentFacts(l10n: L10n) {
  return {
    sent: [
      l10n.t(
        'Windows and workspaces opened, closed, focused: number of folders, local or remote, how long, how often',
      ),
      l10n.t('Files saved, created, renamed, deleted: language and how many'),
      l10n.t('Tasks and tests started and ended: type, group, exit code, duration'),
      l10n.t('Debugging started and ended: type, duration'),
      l10n.t('Git commits and branch switches: how many'),
      l10n.t('Notebook cells run: language, how many, how many failed, duration'),
      l10n.t('Dashboard opened and refreshed'),
      l10n.t('Only if you switch it on: terminal commands, with program, exit code and duration'),
      l10n.t('Only if you choose so: paths of files, hashed or relative to their workspace folder'),
      l10n.t('With each: time, name of the editor, a random id of the window, the project of the workspace'),
      l10n.t('Events that other extensions log through Runglass, with whatever they put in'),
    ],
    never: [
      l10n.t('Contents of files, command lines and arguments, environment, secrets'),
      l10n.t('Names of branches and tasks, commit messages'),
      l10n.t('Anything about the files of a workspace that you do not trust'),
    ],
  };
}
