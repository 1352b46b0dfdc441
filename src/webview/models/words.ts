import { clip } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import type { ModelRow } from '../../shared/model.ts';

/** What the list of models is ordered by; a metric by its name. */
export type ModelSort = 'newest' | 'name' | 'size' | `metric:${string}`;

export const plainSorts = [
  ['newest', 'Newest first'],
  ['name', 'By name'],
  ['size', 'Largest first'],
] as const satisfies readonly (readonly [ModelSort, string])[];

const metricPrefix = 'metric:';

/** The metric that a list is sorted by; null when it is sorted by something else. */
export function sortMetric(sort: ModelSort): string | null {
  return sort.startsWith(metricPrefix) ? sort.slice(metricPrefix.length) : null;
}

export function metricSort(metric: string): ModelSort {
  return `${metricPrefix}${metric}`;
}

export function metricSortWords(metric: string): string {
  return `${clip(metric, 40)}, ${isLowerBetter(metric) ? 'lowest' : 'highest'} first`;
}

/** Losses, errors and costs are better the lower they are; anything else the higher. */
export function isLowerBetter(metric: string): boolean {
  return /loss|err|perplexity|ppl|(^|_)[wc]er$|mse|mae|fid|latency|_ms$/i.test(metric);
}

const tones: Readonly<Record<string, string>> = {
  draft: 'quiet',
  training: 'accent',
  ready: 'good',
  deployed: 'good',
  archived: 'quiet',
  failed: 'bad',
};

export function modelTone(status: string): string {
  return lookup(tones, status) ?? 'quiet';
}

/** A model with its version, in one line. */
export function modelTitle({ name, version }: ModelRow): string {
  return `${clip(name, 200).trim() || '–'} ${clip(version, 60)}`.trim();
}
