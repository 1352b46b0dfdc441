import { t } from '../../../shared/l10n.ts';

/**
 * What a user agrees to, in words: the list that is shown before anything is sent to a backend that is not on this
 * machine. When it grows, `consentVersion` of profiles.ts does too, so that everybody is asked again.
 */
export function consentFacts() {
  return {
    sent: [
      t(
        'Windows and workspaces opened, closed, focused: number of folders, local or remote, how long, how often',
      ),
      t('Files saved, created, renamed, deleted: language and how many'),
      t('Tasks and tests started and ended: type, group, exit code, duration'),
      t('Debugging started and ended: type, duration'),
      t('Git commits and branch switches: how many'),
      t('Notebook cells run: language, how many, how many failed, duration'),
      t('Dashboard opened and refreshed'),
      t('Only if you switch it on: terminal commands, with program, exit code and duration'),
      t('Only if you choose so: paths of files, hashed or relative to their workspace folder'),
      t('With each: time, name of the editor, a random id of the window, the project of the workspace'),
      t('Events that other extensions log through Runglass, with whatever they put in'),
    ],
    never: [
      t('Contents of files, command lines and arguments, environment, secrets'),
      t('Names of branches and tasks, commit messages'),
      t('Anything about the files of a workspace that you do not trust'),
    ],
  };
}
