/** How the replica stands to the database, as people are told it. `live` is never claimed on faith. */
export type SyncState =
  | 'signedOut'
  /** Reaching the backend for the first time; nothing to show yet. */
  | 'connecting'
  /** Reachable and pulling; changes may arrive late. */
  | 'catchingUp'
  /** A change was seen to come over the socket and nothing has spoken against it since. */
  | 'live'
  /** No socket: pulling every 30 s. */
  | 'polling'
  /** Not reachable; what is shown is of `asOf`. */
  | 'offline'
  /** Reachable, but somebody has to mend something first. */
  | 'setup';

/** Why a sign-in was refused, as far as the server says. */
export type SignInRefusal =
  /** A code or link that is wrong, used or too old. */
  | 'wrongCode'
  | 'noAccount'
  | 'banned'
  /** The user, or the provider, said no. */
  | 'denied'
  /** This way of signing in is switched off. */
  | 'wayDisabled'
  | 'captcha'
  | 'secondFactor'
  /** It was asked for too long ago, somewhere else, or not at all. */
  | 'stale'
  /** Somebody else than was asked for. */
  | 'otherAccount'
  | 'mailNotSent'
  | 'other';

/** Why the state is not `live`, for the log, the Doctor and the words made at the edge of the UI. */
export type Problem =
  | { readonly reason: 'unreachable'; readonly detail: string }
  | { readonly reason: 'timeout'; readonly detail: string }
  /** A proxy on the way refuses with `status`, or cannot be reached itself. */
  | { readonly reason: 'proxy'; readonly status: number | null; readonly detail: string }
  | { readonly reason: 'badUrl'; readonly detail: string }
  | { readonly reason: 'badKey'; readonly detail: string }
  /** A key with every right, which has no place in an editor. */
  | { readonly reason: 'secretKey'; readonly detail: string }
  | { readonly reason: 'badCredentials'; readonly detail: string }
  | { readonly reason: 'signInRefused'; readonly why: SignInRefusal; readonly detail: string }
  /** Asked too often; `seconds` until it may be asked again, null when the server does not say. */
  | { readonly reason: 'tooMany'; readonly seconds: number | null; readonly detail: string }
  | { readonly reason: 'sessionExpired'; readonly detail: string }
  /** The backend lacks our migrations; `missing` names functions or tables. */
  | { readonly reason: 'notMigrated'; readonly missing: readonly string[]; readonly detail: string }
  /** The account may not use a table or function of ours; `what` names it. */
  | { readonly reason: 'notGranted'; readonly what: string; readonly detail: string }
  /** Realtime refuses the bindings; `tables` are those not in the publication, when known. */
  | { readonly reason: 'notPublished'; readonly tables: readonly string[]; readonly detail: string }
  | { readonly reason: 'noRealtime'; readonly detail: string }
  | { readonly reason: 'droppingEvents'; readonly detail: string }
  /** Another transaction of this account holds its counter. */
  | { readonly reason: 'accountBusy'; readonly detail: string }
  /** Rows that do not have the shape of their table; they are left out. */
  | {
      readonly reason: 'unreadableRows';
      readonly table: string;
      readonly count: number;
      readonly detail: string;
    }
  /** What was asked about is not there, or is another user's: nobody is told which. */
  | { readonly reason: 'notFound'; readonly detail: string }
  /** A constraint of the database, which `rule` names, does not allow what was to be written. */
  | { readonly reason: 'notAllowed'; readonly rule: string; readonly detail: string }
  | { readonly reason: 'server'; readonly status: number; readonly detail: string }
  | { readonly reason: 'dataFolderInUse'; readonly detail: string }
  | { readonly reason: 'dataFolderDamaged'; readonly detail: string }
  /** A newer version has made or changed the data folder; nothing in it was touched. */
  | { readonly reason: 'dataFolderNewer'; readonly detail: string }
  /** The disk that the backend keeps its data on takes nothing more. */
  | { readonly reason: 'diskFull'; readonly detail: string }
  /** The data folder cannot be made, read or written to. */
  | { readonly reason: 'dataFolderUnusable'; readonly detail: string }
  | { readonly reason: 'portInUse'; readonly detail: string }
  | { readonly reason: 'backendFailed'; readonly detail: string }
  /** The local backend of a newer version runs, which this window does not understand. */
  | { readonly reason: 'backendNewer'; readonly detail: string }
  /** The local backend's process is there and says nothing. */
  | { readonly reason: 'backendUnresponsive'; readonly detail: string }
  /** A failure that nobody foresaw; the log has it. */
  | { readonly reason: 'unexpected'; readonly detail: string };

/** Whether the local backend could start after all, a little later, without anybody at this window doing something. */
export function clearsUp(reason: Problem['reason']): boolean {
  return (
    reason === 'dataFolderInUse' ||
    reason === 'dataFolderUnusable' ||
    reason === 'diskFull' ||
    reason === 'backendUnresponsive'
  );
}

/** An expected failure. Nobody matches on its message: `problem.reason` says what it is. */
export class RunglassError extends Error {
  override readonly name = 'RunglassError';
  readonly problem: Problem;
  /** How long the server asks not to be asked again, ms; null when it did not say. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, cause?: unknown, retryAfter: number | null = null) {
    super(problem.detail, { cause });
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}
