import { capitalise, clip, shownName } from './format.ts';
import { t } from './l10n.ts';
import { lookup } from './lookup.ts';
import type { RunState } from './runs.ts';

/** What metrics and states are called, the same on every surface. */

/** In the order in which they are shown: a fixed one, so that nothing moves as usage grows. */
const metricNames: Readonly<Record<string, () => string>> = {
  tokens: () => t('Tokens'),
  requests: () => t('Requests'),
  gpu_minutes: () => t('GPU minutes'),
  gpu_hours: () => t('GPU hours'),
  storage_bytes: () => t('Storage'),
  training_runs: () => t('Training runs'),
};
const metricOrder = Object.keys(metricNames);

/** `gpu_minutes` → `GPU minutes`; an unknown name loses its underscores. */
export function metricName(metric: string): string {
  return lookup(metricNames, metric)?.() ?? plain(metric);
}

/** The status of a row of any table, `past_due` → `Past due`; one that we do not know as it is written. */
export function statusName(status: string): string {
  return lookup(statusNames, status)?.() ?? plain(status);
}

const statusNames: Readonly<Record<string, () => string>> = {
  active: () => t('Active'),
  paused: () => t('Paused'),
  archived: () => t('Archived'),
  draft: () => t('Draft'),
  training: () => t('Training'),
  ready: () => t('Ready'),
  deployed: () => t('Deployed'),
  failed: () => t('Failed'),
  queued: () => t('Queued'),
  running: () => t('Running'),
  completed: () => t('Completed'),
  cancelled: () => t('Cancelled'),
  stopped: () => t('Stopped'),
  trialing: () => t('Trialing'),
  past_due: () => t('Past due'),
  canceled: () => t('Canceled'),
  incomplete: () => t('Incomplete'),
  unpaid: () => t('Unpaid'),
};

/** `Running`: the status of a run, or that it fell silent. */
export function runStateName(status: string, state: RunState): string {
  return state === 'stalled' ? t('Stalled') : statusName(status);
}

/** The unit that a plan gives a metric, which is data; those that we know in the display language. */
export function unitName(unit: string): string {
  return lookup(unitNames, unit)?.() ?? clip(unit, 40);
}

const unitNames: Readonly<Record<string, () => string>> = {
  tokens: () => t('tokens'),
  requests: () => t('requests'),
  runs: () => t('runs'),
  minutes: () => t('minutes'),
  hours: () => t('hours'),
};

/** `past_due` → `Past due`: a name from a row, in whatever language it is. */
export function plain(name: string): string {
  return capitalise(shownName(clip(name).replace(/[_.]+/g, ' ')));
}

/** Known metrics in their order, then the others by name; the same in every language. */
export function compareMetrics(a: string, b: string): number {
  const place = (metric: string): number => metricOrder.indexOf(metric) >>> 0;
  return place(a) - place(b) || (a < b ? -1 : 1);
}
