import { capitalise, clip } from './format.ts';
import { lookup } from './lookup.ts';

/** What metrics and states are called, the same on every surface. */

const metricNames: Readonly<Record<string, string>> = {
  tokens: 'Tokens',
  requests: 'Requests',
  gpu_minutes: 'GPU minutes',
  gpu_hours: 'GPU hours',
  storage_bytes: 'Storage',
  training_runs: 'Training runs',
};

/** `gpu_minutes` → `GPU minutes`; an unknown name loses its underscores. */
export function metricName(metric: string): string {
  return lookup(metricNames, metric) ?? plain(metric);
}

/** `past_due` → `Past due`. */
export function plain(name: string): string {
  return capitalise(clip(name).replace(/[_.]+/g, ' ').trim()) || '–';
}

/** The order in which metrics that we know are shown; a fixed one, so that nothing moves as usage grows. */
const metricOrder = Object.keys(metricNames);

export function compareMetrics(a: string, b: string): number {
  const place = (metric: string): number => metricOrder.indexOf(metric) >>> 0;
  return place(a) - place(b) || (a < b ? -1 : 1);
}
