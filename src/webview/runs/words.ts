import { clip, type Formats, isBytes } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import type { RunRow } from '../../shared/model.ts';
import { metricName, plain } from '../../shared/names.ts';
import type { RunCost } from '../../shared/runCost.ts';
import { stopWords } from '../usage/limitWords.ts';
import type { RunFilter } from './filter.ts';
import type { Beyond } from './olderRuns.ts';

/** The words of the list of runs. */

export const filterNames: Readonly<Record<RunFilter, string>> = {
  all: 'All',
  active: 'Active',
  finished: 'Finished',
  failed: 'Failed',
  stalled: 'Stalled',
};

/** `4,210 / 10,000`. */
export function stepWords({ step, total_steps: total }: RunRow, formats: Formats): string {
  if (step === null) return '–';
  return total === null ? formats.number(step) : `${formats.number(step)} / ${formats.number(total)}`;
}

/** Steps a second as whole steps of a longer time where they are few: `3.2/s`, `12/min`, `4.5/h`. */
export function paceWords(pace: number | null, formats: Formats): string {
  if (pace === null || !Number.isFinite(pace)) return '–';
  if (pace >= 1) return `${formats.compact(pace)}/s`;
  return pace * 60 >= 1 ? `${formats.compact(pace * 60)}/min` : `${formats.compact(pace * 3_600)}/h`;
}

const units: Readonly<Record<string, string>> = {
  gpu_minutes: 'GPU min',
  gpu_hours: 'GPU h',
  tokens: 'tokens',
  requests: 'requests',
};

/** `320 GPU min`. */
export function amountWords(metric: string, amount: number, formats: Formats): string {
  const value = formats.amount(metric, amount);
  if (isBytes(metric)) return value;
  return `${value} ${lookup(units, metric) ?? clip(plain(metric).toLowerCase(), 40)}`;
}

/** `GPU minutes: 320 so far; about 40 more to finish; 12 left, which is not enough`. */
export function costWords(cost: RunCost, formats: Formats): string {
  const { metric, used, toFinish, left, short } = cost;
  const amount = (value: number): string => formats.amount(metric, value);
  const parts = [`${clip(metricName(metric), 60)}: ${amount(used)} so far`];
  if (toFinish !== null) parts.push(`about ${amount(toFinish)} more to finish`);
  if (left !== null) parts.push(short ? `${amount(left)} left, which is not enough` : `${amount(left)} left`);
  return parts.join('; ');
}

export function countWords(count: number, formats: Formats): string {
  return `${formats.number(count)} ${count === 1 ? 'run' : 'runs'}`;
}

interface EndFacts {
  readonly beyond: Exclude<Beyond, { readonly kind: 'problem' }>;
  /** Runs that are known. */
  readonly known: number;
  readonly searched: boolean;
  readonly sorted: boolean;
}

/** What stands at the end of the list, where the host does not hold all runs. */
export function endWords({ beyond, known, searched, sorted }: EndFacts, formats: Formats): string {
  const verb = searched ? 'Searched' : sorted ? 'Sorted' : null;
  const runs = countWords(known, formats);
  switch (beyond.kind) {
    case 'end':
      return verb ? `${verb} all ${runs}.` : `${runs}, all of them.`;
    case 'full':
      return verb
        ? `${verb} the newest ${runs}, as many as the list holds.`
        : `The newest ${runs}, as many as the list holds.`;
    case 'more':
    case 'waiting':
      return verb ? `${verb} the newest ${runs}. Loading older runs…` : 'Loading older runs…';
    default:
      return beyond.kind satisfies never;
  }
}

/** Why a run ended, where something stopped it; empty when nothing did. `now` is the server's, ms since 1970. */
export function noteWords({ stopped_by: stop, error }: RunRow, formats: Formats, now: number): string {
  return stop ? stopWords(stop, formats, now) : clip(error ?? '');
}
