import { isolated } from '../../shared/bidi.ts';
import { clip, type Formats, shownName } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { lookup } from '../../shared/lookup.ts';
import type { ModelRow } from '../../shared/model.ts';
import { betterOf } from '../state/better.ts';
import type { Beyond } from '../state/olderRows.ts';

/** What the list of models is ordered by; a metric by its name. */
export type ModelSort = 'newest' | 'name' | 'size' | `metric:${string}`;

export const plainSorts = ['newest', 'name', 'size'] as const satisfies readonly ModelSort[];

export function sortName(sort: (typeof plainSorts)[number]): string {
  switch (sort) {
    case 'newest':
      return t('Newest first');
    case 'name':
      return t('By name');
    case 'size':
      return t('Largest first');
    default:
      return sort satisfies never;
  }
}

const metricPrefix = 'metric:';

/** The metric that a list is sorted by; null when it is sorted by something else. */
export function sortMetric(sort: ModelSort): string | null {
  return sort.startsWith(metricPrefix) ? sort.slice(metricPrefix.length) : null;
}

export function metricSort(metric: string): ModelSort {
  return `${metricPrefix}${metric}`;
}

export function metricSortWords(metric: string): string {
  const name = clip(metric, 40);
  return betterOf(metric) === 'lower' ? t('{0}, lowest first', name) : t('{0}, highest first', name);
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
  return `${isolated(shownName(name, 200))} ${isolated(clip(version, 60))}`.trim();
}

/** What is known of the models behind the last one. */
export function beyondWords(beyond: Beyond, formats: Formats): string {
  switch (beyond.kind) {
    case 'more':
      return t('Models made before {0} are not listed here.', formats.dateTime(Date.parse(beyond.before)));
    case 'waiting':
      return t('Loading older models…');
    case 'end':
      return t('There are no older models.');
    case 'full':
      return t('The list holds no more models.');
    case 'problem':
      return beyond.words;
    default:
      return beyond satisfies never;
  }
}
