import type { ActivityStatus, OwnEvent, TimelineFilter, TimelinePlace } from './activity.ts';
import type { EventRow, Rows, RunRow, Table } from './model.ts';
import type { TablePatches } from './patch.ts';
import type { AnswerMessage, RequestMessage, RowPlace } from './requests.ts';
import type { SyncState } from './status.ts';
import type { SyncDetails } from './syncDetails.ts';

/**
 * The messages between the extension host and the dashboard's page.
 *
 *   page  -- ready{epoch, cursor} -->  host      the page is visible and listens
 *   page  <-- snapshot{epoch, cursor} -- host    everything
 *   page  <-- patch{epoch, from, to} --  host    then only differences, while the page is visible
 *   page  -- ready -->                 host      when a patch does not start at the page's cursor
 *   page  <-- ownEvents --             host      after a snapshot and when they change
 *   page  -- older{before} -->         host      the user wants older entries of the timeline
 *   page  <-- older{next} --           host      the answer, one for each request
 *   page  -- request{id} -->           host      the user wants what no row holds (requests.ts)
 *   page  <-- answer{id} --            host      one for each request
 *   page  -- details{open} -->         host      the sheet "Sync details" was opened or closed
 *   page  <-- details --               host      while it is open: at most once a second, when something changed
 *
 * The host owns the truth; the page draws it. No token, key or password ever travels here.
 */

/** The state of sync in words and numbers, sent whole with each snapshot and whenever it changes. */
export interface DashboardStatus {
  readonly state: SyncState;
  /** What is wrong, one sentence, or null. */
  readonly message: string | null;
  /** What to do about it, one sentence, or null. */
  readonly hint: string | null;
  /** The command that does it, or null. */
  readonly action: { readonly command: DashboardCommand; readonly title: string } | null;
  /** Null until a backend has been chosen. */
  readonly backend: { readonly kind: 'embedded' | 'remote'; readonly label: string } | null;
  /** E-mail of the signed-in user. */
  readonly account: string | null;
  /** When the rows shown were known to equal the database, host clock, ms since 1970. */
  readonly asOf: number | null;
  /** When that was last verified against the database, host clock, ms since 1970. */
  readonly verifiedAt: number | null;
  /** True while the rows come from the disk cache of an earlier session. */
  readonly cached: boolean;
  /** Server clock minus host clock, ms. */
  readonly clockOffset: number;
  /** Commit to arrival as measured by the canary, ms. */
  readonly latency: number | null;
  /** A running run without a sign of life for this long counts as stalled, ms. */
  readonly stalledAfter: number;
  /** Every run that was created after it is held, besides the unfinished ones; null when all are. */
  readonly runsFrom: RowPlace | null;
  /** Every unfinished run that was created after it is in the rows, ISO 8601; null when all are. */
  readonly activeFrom: string | null;
  /** Every model that was created after it is held, ISO 8601; null when all are. */
  readonly modelsFrom: string | null;
  /** What this editor reports to the backend. */
  readonly activity: ActivityStatus;
}

/** Commands that the page may ask for; the host runs nothing else. */
export const dashboardCommands = [
  'refresh',
  'selectBackend',
  'setUpDatabase',
  'signIn',
  'signOut',
  'showLog',
  'useEmbedded',
  'openUpgrade',
  'agreeToActivity',
  'pauseActivity',
  'resumeActivity',
  'showPendingActivity',
  'sendActivity',
  'retryRefusedActivity',
  'discardRefusedActivity',
  'dismissDroppedActivity',
  'chooseProject',
  'measureRefetch',
  'runDoctor',
  'copyDoctorReport',
  'logRun',
] as const;
export type DashboardCommand = (typeof dashboardCommands)[number];

/** Everything the page shows; answers `ready`. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  /** Names the life of the replica that the rows are of. */
  readonly epoch: string;
  /** The place from which the next patch goes on. */
  readonly cursor: number;
  readonly tables: { readonly [T in Table]: readonly Rows[T][] };
  readonly status: DashboardStatus;
}

/** What changed since `from`; also carries the status, so no row is ever shown without its freshness. */
export interface PatchMessage {
  readonly type: 'patch';
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly tables: TablePatches;
  readonly status: DashboardStatus;
}

/** A refresh that the user asked for has begun or ended. */
export interface RefreshingMessage {
  readonly type: 'refreshing';
  readonly refreshing: boolean;
}

/** What the sheet "Sync details" shows; only while it is open. */
export interface DetailsMessage {
  readonly type: 'details';
  readonly details: SyncDetails;
}

/** A control of the page that a command uses: the search of runs, or a button that saves a file. */
export type PageTool = 'findRuns' | 'exportRuns' | 'exportUsage';

/** What the user may ask for outside of the page: a part of it, a thing by its id, or runs side by side. */
export type ShowTarget =
  | { readonly kind: 'details' | 'allProjects' | PageTool }
  | { readonly kind: 'run' | 'model' | 'project'; readonly id: string }
  | { readonly kind: 'compare'; readonly ids: readonly string[] };

/** Bring it into sight. */
export interface ShowMessage {
  readonly type: 'show';
  readonly target: ShowTarget;
}

/** Something that the page asked to copy is on the clipboard. */
export interface CopiedMessage {
  readonly type: 'copied';
  /** `what` of the request, or the command that copied. */
  readonly what: string;
}

/** The newest events of this window that are not among the rows yet, oldest first; few, and all of them each time. */
export interface OwnEventsMessage {
  readonly type: 'ownEvents';
  /** `session_id` of whatever this window reports. */
  readonly session: string;
  readonly events: readonly OwnEvent[];
}

/** Older entries of the timeline, or why there are none. */
export interface OlderAnswerMessage {
  readonly type: 'older';
  /** That of the request. */
  readonly request: number;
  readonly events: readonly EventRow[];
  /** Every run that has a moment in this page or is meant by one of its events. */
  readonly runs: readonly RunRow[];
  /** Where the next page begins; null when nothing is older. */
  readonly next: TimelinePlace | null;
  /** Why there is no answer, in words; then `events` and `runs` are empty and `next` is the place asked for. */
  readonly problem: string | null;
}

export type HostMessage =
  | SnapshotMessage
  | PatchMessage
  | OwnEventsMessage
  | OlderAnswerMessage
  | AnswerMessage
  | RefreshingMessage
  | DetailsMessage
  | ShowMessage
  | CopiedMessage;

/** The page listens; the cursor it holds, or nulls for none. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly epoch: string | null;
  readonly cursor: number | null;
}

/** The user asked for a command. */
export interface CommandMessage {
  readonly type: 'command';
  readonly command: DashboardCommand;
}

/** The sheet "Sync details" is open, or no longer. */
export interface WatchDetailsMessage {
  readonly type: 'details';
  readonly open: boolean;
}

/** The user wants a text on the clipboard; `what` names it in the answer. */
export interface CopyMessage {
  readonly type: 'copy';
  readonly what: string;
  readonly text: string;
}

/** The user wants to see what lies before `before`. */
export interface OlderMessage {
  readonly type: 'older';
  /** Comes back in the answer; the page forgets answers to requests it has given up. */
  readonly request: number;
  readonly before: TimelinePlace;
  readonly filter: TimelineFilter;
}

/** A line for the log of the extension. */
export interface LogMessage {
  readonly type: 'log';
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

export type WebviewMessage =
  | ReadyMessage
  | CommandMessage
  | OlderMessage
  | RequestMessage
  | WatchDetailsMessage
  | CopyMessage
  | LogMessage;
