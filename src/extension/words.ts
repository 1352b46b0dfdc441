import type { l10n } from 'vscode';
import type { DashboardCommand, DashboardStatus } from '../shared/protocol.ts';
import type { Problem, SyncState } from '../shared/status.ts';

/** `vscode.l10n`, passed in so that the words can be made without VS Code. */
export type L10n = Pick<typeof l10n, 't'>;

/** What is wrong, what to do about it, and the command that does it. */
export interface ProblemWords {
  readonly message: string;
  readonly hint: string;
  readonly action: { readonly command: DashboardCommand; readonly title: string } | null;
}

/** Puts `problem` in words for people; the detail goes to the log. */
export function problemWords(problem: Problem, l10n: L10n): ProblemWords {
  const retry = { command: 'refresh', title: l10n.t('Try Again') } as const;
  const select = { command: 'selectBackend', title: l10n.t('Select Backend') } as const;
  const signIn = { command: 'signIn', title: l10n.t('Sign In') } as const;
  const log = { command: 'showLog', title: l10n.t('Show Log') } as const;
  const doctor = { command: 'runDoctor', title: l10n.t('Run Doctor') } as const;
  switch (problem.reason) {
    case 'unreachable':
      return {
        message: l10n.t('The backend cannot be reached.'),
        hint: l10n.t('Check the network, the proxy and the URL.'),
        action: retry,
      };
    case 'timeout':
      return {
        message: l10n.t('The backend does not answer in time.'),
        hint: l10n.t('It may be overloaded or paused: see the dashboard of the project.'),
        action: retry,
      };
    case 'badUrl':
      return {
        message: l10n.t('There is no Supabase API at this URL.'),
        hint: l10n.t(
          'Use the project URL from Project Settings > Data API, for example https://abcd.supabase.co.',
        ),
        action: select,
      };
    case 'badKey':
      return {
        message: l10n.t('The backend does not accept this key.'),
        hint: l10n.t('Copy the publishable (or anon) key from Project Settings > API Keys.'),
        action: select,
      };
    case 'secretKey':
      return {
        message: l10n.t('This is a secret key, which may read and change everything.'),
        hint: l10n.t(
          'Copy the publishable (or anon) key from Project Settings > API Keys; a secret one belongs on servers only.',
        ),
        action: select,
      };
    case 'badCredentials':
      return {
        message: l10n.t('The e-mail or the password is wrong.'),
        hint: l10n.t('Check both; the account must exist in this project and its e-mail be confirmed.'),
        action: signIn,
      };
    case 'sessionExpired':
      return {
        message: l10n.t('Your session has ended.'),
        hint: l10n.t('Sign in again to go on.'),
        action: signIn,
      };
    case 'notMigrated':
      return {
        message:
          problem.missing.length > 0
            ? l10n.t('This project lacks the tables of Runglass: {0} is missing.', problem.missing.join(', '))
            : l10n.t('This project lacks the tables of Runglass.'),
        hint: l10n.t(
          'Apply the files of supabase/migrations to it (supabase db push, or the SQL editor), then try again.',
        ),
        action: doctor,
      };
    case 'notGranted':
      return {
        message: l10n.t('This account may not use {0}.', problem.what),
        hint: l10n.t('The files of supabase/migrations grant the right: apply them again, then try again.'),
        action: doctor,
      };
    case 'notPublished':
      return {
        message:
          problem.tables.length > 0
            ? l10n.t('Realtime does not publish {0}.', problem.tables.join(', '))
            : l10n.t('Realtime does not publish the tables of Runglass.'),
        hint: l10n.t(
          'Run in the SQL editor: alter publication supabase_realtime add table {0};',
          problem.tables.length > 0
            ? problem.tables.map((table) => `public.${table}`).join(', ')
            : '<table>, …',
        ),
        action: doctor,
      };
    case 'noRealtime':
      return {
        message: l10n.t('The live connection cannot be opened.'),
        hint: l10n.t(
          'Updates come every 30 seconds meanwhile. Check that WebSockets pass the proxy and that Realtime is on.',
        ),
        action: doctor,
      };
    case 'droppingEvents':
      return {
        message: l10n.t('The server is dropping live events.'),
        hint: l10n.t('Runglass fetches what is missing; nothing needs to be done.'),
        action: doctor,
      };
    case 'accountBusy':
      return {
        message: l10n.t('Another transaction of this account is open.'),
        hint: l10n.t('Scripts should commit after each write. Changes show as soon as it ends.'),
        action: null,
      };
    case 'unreadableRows':
      return {
        message: l10n.t('Rows of {0} cannot be read and are left out: {1}.', problem.table, problem.count),
        hint: l10n.t('Their columns do not fit the migrations of Runglass. The log says which.'),
        action: log,
      };
    case 'notFound':
      return {
        message: l10n.t('This is not there any more, or it belongs to another account.'),
        hint: l10n.t('Refresh to see what there is.'),
        action: retry,
      };
    case 'notAllowed':
      return {
        message: l10n.t('The database does not allow this: it breaks the rule {0}.', problem.rule),
        hint: l10n.t('The log has the answer of the server.'),
        action: log,
      };
    case 'server':
      return {
        message: l10n.t('The backend answered with an error ({0}).', problem.status),
        hint: l10n.t('The log has the answer of the server.'),
        action: log,
      };
    case 'dataFolderInUse':
      return {
        message: l10n.t('Another program is using the data folder of the local backend.'),
        hint: l10n.t('Stop the other process, or choose another folder in the setting {0}.', folderSetting),
        action: retry,
      };
    case 'dataFolderDamaged':
      return {
        message: l10n.t('The data folder of the local backend is damaged.'),
        hint: l10n.t(
          'Nothing in it was changed. Restore it from a backup, or choose another folder in the setting {0}.',
          folderSetting,
        ),
        action: log,
      };
    case 'dataFolderUnusable':
      return {
        message: l10n.t('The local backend cannot write to its data folder.'),
        hint: l10n.t(
          'Make the folder writable, or choose another one in the setting {0}. The log says why.',
          folderSetting,
        ),
        action: retry,
      };
    case 'portInUse':
      return {
        message: l10n.t('The port of the local backend is in use.'),
        hint: l10n.t('Stop the program that listens on it, then try again.'),
        action: retry,
      };
    case 'backendFailed':
      return {
        message: l10n.t('The local backend has stopped.'),
        hint: l10n.t('Try again; if it stops again, the log says why.'),
        action: retry,
      };
    case 'unexpected':
      return {
        message: l10n.t('Something went wrong that Runglass does not know.'),
        hint: l10n.t('Try again; if it happens again, please report it with what the log says.'),
        action: log,
      };
    default:
      return problem satisfies never;
  }
}

/** Whether the engine tries again by itself, so that waiting is something that the user can do. */
export function passesByItself({ reason }: Problem): boolean {
  return reason === 'unreachable' || reason === 'timeout' || reason === 'server';
}

const folderSetting = 'runglass.embedded.dataFolder';

/** A problem in one line, for a form or a notification. */
export function problemLine(problem: Problem, l10n: L10n): string {
  const { message, hint } = problemWords(problem, l10n);
  return `${message} ${hint}`;
}

/** How sync stands, in a few words; `asOf` already formatted, or null. The page says the same. */
export function stateWords(
  { state, cached }: Pick<DashboardStatus, 'state' | 'cached'>,
  asOf: string | null,
  l10n: L10n,
): string {
  const words = stateName(state, l10n);
  if (asOf === null || state === 'signedOut') return words;
  if (cached) return l10n.t('{0} – showing saved data from {1}', words, asOf);
  const late = state === 'offline' || state === 'setup';
  return late ? l10n.t('{0} – showing data from {1}', words, asOf) : words;
}

function stateName(state: SyncState, l10n: L10n): string {
  switch (state) {
    case 'signedOut':
      return l10n.t('Signed out');
    case 'connecting':
      return l10n.t('Connecting');
    case 'catchingUp':
      return l10n.t('Catching up');
    case 'live':
      return l10n.t('Live');
    case 'polling':
      return l10n.t('Updating every 30 s');
    case 'offline':
      return l10n.t('Offline');
    case 'setup':
      return l10n.t('Set-up problem');
    default:
      return state satisfies never;
  }
}

/** A text by somebody else for a notification, which makes links, even of commands, of what is written as one. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
