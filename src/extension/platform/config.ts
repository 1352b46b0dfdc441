import * as v from 'valibot';
import { type EventKind, eventKinds } from '../../shared/activity.ts';
import { type SettingId, settings } from '../ids.ts';

/** What an event about one file tells of its path. */
export type PathDetail = 'none' | 'hashed' | 'relative';

const allOff = Object.fromEntries(eventKinds.map((kind) => [kind, false]));

/**
 * The settings of Runglass; undefined, or a value of the wrong type, reads as the default. What would be reported is
 * the exception: a value there that cannot be understood reads as what tells least.
 */
const schemas = {
  [settings.statusBarDisplay]: v.fallback(v.picklist(['off', 'icon', 'percent', 'text']), 'percent'),
  [settings.statusBarMetric]: v.fallback(v.pipe(v.string(), v.trim()), ''),
  [settings.activityEnabled]: v.fallback(v.optional(v.boolean(), true), false),
  [settings.activityPaused]: v.fallback(v.optional(v.boolean(), false), true),
  [settings.activityKinds]: v.fallback(v.optional(v.record(v.string(), v.unknown()), {}), allOff),
  [settings.activityPaths]: v.fallback(v.picklist(['none', 'hashed', 'relative']), 'none'),
  [settings.excludedWorkspaces]: v.fallback(v.optional(v.array(v.string()), []), ['**']),
  [settings.project]: v.fallback(v.pipe(v.string(), v.trim()), ''),
  [settings.embeddedDataFolder]: v.fallback(v.pipe(v.string(), v.trim()), ''),
} as const;

export type StatusBarDisplay = 'off' | 'icon' | 'percent' | 'text';

export interface Config {
  readonly statusBarDisplay: StatusBarDisplay;
  /** Metric to show; empty for the one nearest to its limit. */
  readonly statusBarMetric: string;
  readonly activityEnabled: boolean;
  readonly activityPaused: boolean;
  /** The kinds of events that are switched on. */
  readonly activityKinds: ReadonlySet<EventKind>;
  readonly activityPaths: PathDetail;
  /** Absolute paths, URIs or glob patterns. */
  readonly excludedWorkspaces: readonly string[];
  /** Name or id of the project of this workspace; empty for none. */
  readonly project: string;
  /** Folder of the embedded backend's data; empty for the extension's own storage. */
  readonly embeddedDataFolder: string;
}

/** Reads every setting through `get`, which answers what the user wrote or undefined. */
export function readConfig(get: (id: SettingId) => unknown): Config {
  const kinds = v.parse(schemas[settings.activityKinds], get(settings.activityKinds));
  return {
    statusBarDisplay: v.parse(schemas[settings.statusBarDisplay], get(settings.statusBarDisplay)),
    statusBarMetric: v.parse(schemas[settings.statusBarMetric], get(settings.statusBarMetric)),
    activityEnabled: v.parse(schemas[settings.activityEnabled], get(settings.activityEnabled)),
    activityPaused: v.parse(schemas[settings.activityPaused], get(settings.activityPaused)),
    activityKinds: new Set(eventKinds.filter((kind) => isOn(kinds, kind))),
    activityPaths: v.parse(schemas[settings.activityPaths], get(settings.activityPaths)),
    excludedWorkspaces: v.parse(schemas[settings.excludedWorkspaces], get(settings.excludedWorkspaces)),
    project: v.parse(schemas[settings.project], get(settings.project)),
    embeddedDataFolder: v.parse(schemas[settings.embeddedDataFolder], get(settings.embeddedDataFolder)),
  };
}

function isOn(kinds: Readonly<Record<string, unknown>>, kind: EventKind): boolean {
  return kind in kinds ? kinds[kind] === true : kind !== 'terminal';
}
