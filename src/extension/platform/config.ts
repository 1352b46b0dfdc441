import * as v from 'valibot';
import { type SettingId, settings } from '../ids.ts';

/** The settings of Runglass; a value of the wrong type reads as its default. */
const schemas = {
  [settings.statusBarDisplay]: v.fallback(v.picklist(['off', 'icon', 'percent', 'text']), 'percent'),
  [settings.statusBarMetric]: v.fallback(v.pipe(v.string(), v.trim()), ''),
  [settings.activityEnabled]: v.fallback(v.boolean(), true),
  [settings.embeddedDataFolder]: v.fallback(v.pipe(v.string(), v.trim()), ''),
} as const;

export type StatusBarDisplay = 'off' | 'icon' | 'percent' | 'text';

export interface Config {
  readonly statusBarDisplay: StatusBarDisplay;
  /** Metric to show; empty for the one nearest to its limit. */
  readonly statusBarMetric: string;
  readonly activityEnabled: boolean;
  /** Folder of the embedded backend's data; empty for the extension's own storage. */
  readonly embeddedDataFolder: string;
}

/** Reads every setting through `get`, which answers what the user wrote or undefined. */
export function readConfig(get: (id: SettingId) => unknown): Config {
  return {
    statusBarDisplay: v.parse(schemas[settings.statusBarDisplay], get(settings.statusBarDisplay)),
    statusBarMetric: v.parse(schemas[settings.statusBarMetric], get(settings.statusBarMetric)),
    activityEnabled: v.parse(schemas[settings.activityEnabled], get(settings.activityEnabled)),
    embeddedDataFolder: v.parse(schemas[settings.embeddedDataFolder], get(settings.embeddedDataFolder)),
  };
}
