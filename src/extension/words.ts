import { listWords, numberWords, t } from '../shared/l10n.ts';
import type { DashboardCommand, DashboardStatus } from '../shared/protocol.ts';
import { clearsUp, type Problem, type SyncState } from '../shared/status.ts';
import { refusalWords, tooManyWords } from './signInWords.ts';

/** What is wrong, what to do about it, and the command that does it. */
export interface ProblemWords {
  readonly message: string;
  readonly hint: string;
  readonly action: { readonly command: DashboardCommand; readonly title: string } | null;
}

/** Puts `problem` in words for people; the detail goes to the log. */
export function problemWords(problem: Problem): ProblemWords {
  const retry = { command: 'refresh', title: t('Try Again') } as const;
  const select = { command: 'selectBackend', title: t('Select Backend') } as const;
  const signIn = { command: 'signIn', title: t('Sign In') } as const;
  const setUp = { command: 'setUpDatabase', title: t('Set Up Database…') } as const;
  const log = { command: 'showLog', title: t('Show Log') } as const;
  const answered = { hint: t('The log has the answer of the server.'), action: log };
  const doctor = { command: 'runDoctor', title: t('Run Doctor') } as const;
  switch (problem.reason) {
    case 'unreachable':
      return {
        message: t('The backend cannot be reached.'),
        hint: t('Check the network, the proxy and the URL.'),
        action: retry,
      };
    case 'timeout':
      return {
        message: t('The backend does not answer in time.'),
        hint: t('It may be overloaded or paused: see the dashboard of the project.'),
        action: retry,
      };
    case 'proxy':
      return { ...proxyWords(problem.status), action: retry };
    case 'badUrl':
      return {
        message: t('There is no Supabase API at this URL.'),
        hint: t(
          'Use the project URL from Project Settings > Data API, for example https://abcd.supabase.co.',
        ),
        action: select,
      };
    case 'badKey':
      return {
        message: t('The backend does not accept this key.'),
        hint: t('Copy the publishable (or anon) key from Project Settings > API Keys.'),
        action: select,
      };
    case 'secretKey':
      return {
        message: t('This is a secret key, which may read and change everything.'),
        hint: t(
          'Copy the publishable (or anon) key from Project Settings > API Keys; a secret one belongs on servers only.',
        ),
        action: select,
      };
    case 'badCredentials':
      return {
        message: t('The e-mail or the password is wrong.'),
        hint: t('Check both; the account must exist in this project and its e-mail be confirmed.'),
        action: signIn,
      };
    case 'signInRefused':
      return { ...refusalWords(problem.why), action: signIn };
    case 'tooMany':
      return { ...tooManyWords(problem.seconds), action: null };
    case 'sessionExpired':
      return {
        message: t('Your session has ended.'),
        hint: t('Sign in again to go on.'),
        action: signIn,
      };
    case 'notMigrated':
      return {
        message:
          problem.missing.length > 0
            ? t('This project lacks the tables of Runglass: {0} is missing.', listWords(problem.missing))
            : t('This project lacks the tables of Runglass.'),
        hint: t(
          'Set up its database: Runglass prepares the migrations, as SQL or for “supabase db push”, and you run them.',
        ),
        action: setUp,
      };
    case 'notGranted':
      return {
        message: t('This account may not use {0}.', problem.what),
        hint: t('Set up its database again: that grants the right and keeps what is there.'),
        action: setUp,
      };
    case 'notPublished':
      return {
        message:
          problem.tables.length > 0
            ? t('Realtime does not publish {0}.', listWords(problem.tables))
            : t('Realtime does not publish the tables of Runglass.'),
        hint: t(
          'Run in the SQL editor: alter publication supabase_realtime add table {0};',
          problem.tables.length > 0
            ? problem.tables.map((table) => `public.${table}`).join(', ')
            : '<table>, …',
        ),
        action: doctor,
      };
    case 'noRealtime':
      return {
        message: t('The live connection cannot be opened.'),
        hint: t(
          'Updates come every 30 seconds meanwhile. Check that WebSockets pass the proxy and that Realtime is on.',
        ),
        action: doctor,
      };
    case 'droppingEvents':
      return {
        message: t('The server is dropping live events.'),
        hint: t('Runglass fetches what is missing; nothing needs to be done.'),
        action: doctor,
      };
    case 'accountBusy':
      return {
        message: t('Another transaction of this account is open.'),
        hint: t('Scripts should commit after each write. Changes show as soon as it ends.'),
        action: null,
      };
    case 'unreadableRows':
      return {
        message: t(
          'Rows of {0} cannot be read and are left out: {1}.',
          problem.table,
          numberWords(problem.count),
        ),
        hint: t('Their columns do not fit the migrations of Runglass. The log says which.'),
        action: log,
      };
    case 'notFound':
      return {
        message: t('This is not there any more, or it belongs to another account.'),
        hint: t('Refresh to see what there is.'),
        action: retry,
      };
    case 'notAllowed':
      return {
        message: t('The database does not allow this: it breaks the rule {0}.', problem.rule),
        ...answered,
      };
    case 'server':
      return {
        message: t('The backend answered with an error ({0}).', problem.status),
        ...answered,
      };
    case 'dataFolderInUse':
      return {
        message: t('Another program is using the data folder of the local backend.'),
        hint: t('Stop the other process, or choose another folder in the setting {0}.', folderSetting),
        action: retry,
      };
    case 'dataFolderDamaged':
      return {
        message: t('The data folder of the local backend is damaged.'),
        hint: t(
          'Nothing in it was changed. Restore it from a backup, or choose another folder in the setting {0}.',
          folderSetting,
        ),
        action: log,
      };
    case 'dataFolderNewer':
      return {
        message: t('The data folder of the local backend was made by a newer version of Runglass.'),
        hint: t(
          'Nothing in it was changed. Update Runglass, reload the window if you have just done so, or choose another folder in the setting {0}.',
          folderSetting,
        ),
        action: retry,
      };
    case 'diskFull':
      return {
        message: t('The disk of the backend is full.'),
        hint: t('Nothing that was saved is lost. Make room on it; the log says how much is needed.'),
        action: retry,
      };
    case 'dataFolderUnusable':
      return {
        message: t('The local backend cannot use its data folder.'),
        hint: t(
          'The folder must be writable and belong to you. Choose another one in the setting {0}, or mend it; the log says why.',
          folderSetting,
        ),
        action: retry,
      };
    case 'portInUse':
      return {
        message: t('The port of the local backend is in use.'),
        hint: t('Stop the program that listens on it, then try again.'),
        action: retry,
      };
    case 'backendFailed':
      return {
        message: t('The local backend has stopped.'),
        hint: t('Try again; if it stops again, the log says why.'),
        action: retry,
      };
    case 'backendNewer':
      return {
        message: t('The local backend is run by a window with a newer version of Runglass.'),
        hint: t('Reload this window (command "Developer: Reload Window") to use that version here, too.'),
        action: retry,
      };
    case 'backendUnresponsive':
      return {
        message: t('The local backend does not answer.'),
        hint: t('Its process stands still or is very busy. Let it go on or end it; the log names it.'),
        action: retry,
      };
    case 'unexpected':
      return {
        message: t('Something went wrong that Runglass does not know.'),
        hint: t('Try again; if it happens again, please report it with what the log says.'),
        action: log,
      };
    default:
      return problem satisfies never;
  }
}

function proxyWords(status: number | null): Pick<ProblemWords, 'message' | 'hint'> {
  if (status === null)
    return {
      message: t('The proxy cannot be reached.'),
      hint: t('Check the setting {0}, and the variable HTTPS_PROXY where the extension runs.', proxySetting),
    };
  if (status === 407)
    return {
      message: t('The proxy asks for a user name and a password.'),
      hint: t('Enter them when VS Code asks, or put them into the URL of the setting {0}.', proxySetting),
    };
  return {
    message: t('The proxy refuses the connection ({0}).', status),
    hint: t('Check the setting {0}; who runs the proxy may have to allow this backend.', proxySetting),
  };
}

/** Whether Runglass tries again by itself, so that waiting is something that the user can do. */
export function passesByItself({ reason }: Problem): boolean {
  return (
    reason === 'unreachable' ||
    reason === 'timeout' ||
    reason === 'proxy' ||
    reason === 'server' ||
    clearsUp(reason)
  );
}

const folderSetting = 'runglass.embedded.dataFolder';
const proxySetting = 'http.proxy';

/** A problem in one line, for a form or a notification. */
export function problemLine(problem: Problem): string {
  const { message, hint } = problemWords(problem);
  return `${message} ${hint}`;
}

/** How sync stands, in a few words; `asOf` already formatted, or null. The page says the same. */
export function stateWords(
  { state, cached }: Pick<DashboardStatus, 'state' | 'cached'>,
  asOf: string | null,
): string {
  const words = stateName(state);
  if (asOf === null || state === 'signedOut') return words;
  if (cached) return t('{0} – showing saved data from {1}', words, asOf);
  const late = state === 'offline' || state === 'setup';
  return late ? t('{0} – showing data from {1}', words, asOf) : words;
}

function stateName(state: SyncState): string {
  switch (state) {
    case 'signedOut':
      return t('Signed out');
    case 'connecting':
      return t('Connecting');
    case 'catchingUp':
      return t('Catching up');
    case 'live':
      return t('Live');
    case 'polling':
      return t('Updating every 30 s');
    case 'offline':
      return t('Offline');
    case 'setup':
      return t('Needs attention');
    default:
      return state satisfies never;
  }
}

/** A text by somebody else for a notification, which makes links, even of commands, of what is written as one. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
