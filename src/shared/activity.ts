import type { OutgoingEvent } from './model.ts';

/** Every type of event that the editor itself reports; other extensions may log types of their own. */
export const eventTypes = {
  windowOpened: 'window.opened',
  windowClosed: 'window.closed',
  windowFocused: 'window.focused',
  workspaceOpened: 'workspace.opened',
  workspaceClosed: 'workspace.closed',
  fileSaved: 'file.saved',
  fileCreated: 'file.created',
  fileRenamed: 'file.renamed',
  fileDeleted: 'file.deleted',
  taskStarted: 'task.started',
  taskEnded: 'task.ended',
  testStarted: 'test.started',
  testEnded: 'test.ended',
  debugStarted: 'debug.started',
  debugEnded: 'debug.ended',
  terminalCommand: 'terminal.command',
  gitCommitted: 'git.committed',
  gitSwitched: 'git.switched',
  notebookExecuted: 'notebook.executed',
  dashboardOpened: 'dashboard.opened',
  dashboardRefreshed: 'dashboard.refreshed',
} as const;
export type EventType = (typeof eventTypes)[keyof typeof eventTypes];

/** What is switched on and off, and filtered by: the part of an event's type before the dot; `other` is everybody else's. */
export const eventKinds = [
  'window',
  'workspace',
  'file',
  'task',
  'test',
  'debug',
  'terminal',
  'git',
  'notebook',
  'dashboard',
  'other',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Kinds that tell something about the files of a workspace: none of them is reported while it is not trusted. */
export const kindsAboutFiles: ReadonlySet<EventKind> = new Set(['file', 'git', 'notebook']);

export function kindOf(eventType: string): EventKind {
  const prefix = eventType.split('.', 1)[0];
  return eventKinds.find((kind) => kind === prefix && eventType.length > kind.length) ?? 'other';
}

/** Why this editor reports, or does not. */
export type Reporting =
  | 'on'
  /** By the setting. */
  | 'off'
  /** Nobody has agreed to it for this backend. */
  | 'notAgreed'
  /** By the user, until resumed; what waits is kept. */
  | 'paused'
  /** A folder that is open is on the list of those that are never reported. */
  | 'excluded';

/** What this editor reports, in the dashboard's status. */
export interface ActivityStatus {
  readonly reporting: Reporting;
  /** True when events stay on this machine. */
  readonly local: boolean;
  /** The workspace is not trusted: nothing about its files is reported. */
  readonly restricted: boolean;
  /** Events written down but not yet acknowledged. */
  readonly pending: number;
  /** Events that the backend refuses; kept, not sent again unless asked to. */
  readonly refused: number;
  /** Events given up unsent: too many waited, or for too long. */
  readonly dropped: number;
  /** Why events wait or may be lost, and what to do, in words; null when they go out as they come. */
  readonly trouble: string | null;
  /** The timeline is held completely from here on, ISO 8601; null when all of it is. */
  readonly heldFrom: string | null;
}

/** An event of this window that the replica has not brought back yet. */
export interface OwnEvent {
  readonly event: OutgoingEvent;
  /** `sent`: acknowledged, the replica will have it in a moment. */
  readonly state: 'waiting' | 'sent' | 'refused';
}

/** What the timeline is narrowed to; nulls for no filter. `run` shows runs only. */
export interface TimelineFilter {
  readonly kind: EventKind | 'run' | null;
  /** Id of a project. */
  readonly project: string | null;
}

/** A place in the timeline, whose order is newest first by time, then by the moment's id, descending. */
export interface TimelinePlace {
  /** ISO 8601 as the database wrote it, to the microsecond. */
  readonly at: string;
  /** An event's id, or that of a run followed by `/start` or `/end`; null stands before all of `at`. */
  readonly id: string | null;
}
