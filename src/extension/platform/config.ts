import { type EventKind, eventKinds } from '../../shared/activity.ts';
import { isRecord } from '../../shared/record.ts';
import { type SettingId, settings } from '../ids.ts';

/** What may be told of runs; a limit that stops one counts as a failure. */
export const runNewsKinds = ['completed', 'failed', 'stalled'] as const;
export type RunNewsKind = (typeof runNewsKinds)[number];

const displays = ['off', 'icon', 'percent', 'text'] as const;
export type StatusBarDisplay = (typeof displays)[number];

/** What an event about one file tells of its path. */
const pathDetails = ['none', 'hashed', 'relative'] as const;
export type PathDetail = (typeof pathDetails)[number];

export interface Config {
  readonly statusBarDisplay: StatusBarDisplay;
  /** Metric to show; empty for the one nearest to its limit. */
  readonly statusBarMetric: string;
  /** A running run that was silent for so many minutes counts as stalled. */
  readonly runsStalledAfter: number;
  readonly notifications: {
    readonly enabled: boolean;
    readonly runs: ReadonlySet<RunNewsKind>;
    /** Percent of a limit, in no order; each above 0. */
    readonly limits: readonly number[];
  };
  readonly activityEnabled: boolean;
  readonly activityPaused: boolean;
  /** The kinds of events that are switched on. */
  readonly activityKinds: ReadonlySet<EventKind>;
  readonly activityPaths: PathDetail;
  /** Absolute paths, URIs or glob patterns. */
  readonly excludedWorkspaces: readonly string[];
  /** Name or id of the project of this workspace; empty for the one that is called like a folder of it. */
  readonly project: string;
  /** Folder of the embedded backend's data; empty for the extension's own storage. */
  readonly embeddedDataFolder: string;
  /** New terminals get the address and the sign-in of the local backend. */
  readonly terminalEnvironment: boolean;
}

/**
 * Reads every setting through `get`, which answers what the user wrote or undefined. A value of the wrong type reads as
 * the default; one that decides what is reported reads as what tells least. Activation needs this: by hand it costs
 * 1 KB, with the library that decodes everything else 10.
 */
export function readConfig(get: (id: SettingId) => unknown): Config {
  return {
    statusBarDisplay: oneOf(displays, get(settings.statusBarDisplay)) ?? 'percent',
    statusBarMetric: textOf(get(settings.statusBarMetric)),
    runsStalledAfter: within(1, 1_440, get(settings.runsStalledAfter)) ?? 5,
    notifications: {
      enabled: booleanOf(get(settings.notificationsEnabled)) ?? true,
      runs: newsKindsOf(get(settings.notificationsRuns)),
      limits: percentsOf(get(settings.notificationsLimits)) ?? [75, 90, 100],
    },
    activityEnabled: booleanOf(get(settings.activityEnabled) ?? true) ?? false,
    activityPaused: booleanOf(get(settings.activityPaused) ?? false) ?? true,
    activityKinds: kindsOf(get(settings.activityKinds) ?? {}),
    activityPaths: oneOf(pathDetails, get(settings.activityPaths)) ?? 'none',
    excludedWorkspaces: textsOf(get(settings.excludedWorkspaces) ?? []) ?? ['**'],
    project: textOf(get(settings.project)),
    embeddedDataFolder: textOf(get(settings.embeddedDataFolder)),
    terminalEnvironment: booleanOf(get(settings.terminalEnvironment)) ?? false,
  };
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** A number below or above its bounds reads as the bound. */
function within(least: number, most: number, value: unknown): number | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null;
  return Math.min(most, Math.max(least, value));
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}

/** What is not said of a kind is the default: tell of it. */
function newsKindsOf(value: unknown): ReadonlySet<RunNewsKind> {
  const said = isRecord(value) ? value : {};
  return new Set(runNewsKinds.filter((kind) => said[kind] !== false));
}

function percentsOf(value: unknown): number[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && item > 0) ? value : null;
}

/** Terminal commands are reported only when somebody has switched them on. */
function kindsOf(value: unknown): ReadonlySet<EventKind> {
  if (!isRecord(value)) return new Set();
  const isOn = (kind: EventKind) => (kind in value ? value[kind] === true : kind !== 'terminal');
  return new Set(eventKinds.filter(isOn));
}
