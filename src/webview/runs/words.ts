import { isolated } from '../../shared/bidi.ts';
import { clip, type Formats, isBytes } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import { metricName, plain } from '../../shared/names.ts';
import type { RunCost } from '../../shared/runCost.ts';
import type { Beyond } from '../state/olderRows.ts';
import { stopWords } from '../usage/limitWords.ts';
import type { RunFilter } from './filter.ts';

/** The words of the list of runs. */

export function filterName(filter: RunFilter): string {
  switch (filter) {
    case 'all':
      return t('All');
    case 'active':
      return t('Active');
    case 'finished':
      return t('Finished');
    case 'failed':
      return t('Failed');
    case 'stalled':
      return t('Stalled');
    default:
      return filter satisfies never;
  }
}

/** `Active runs: 3`; `count` as it is shown. */
export function filterTitle(filter: RunFilter, count: string): string {
  switch (filter) {
    case 'all':
      return t('All runs: {0}', count);
    case 'active':
      return t('Active runs: {0}', count);
    case 'finished':
      return t('Finished runs: {0}', count);
    case 'failed':
      return t('Failed runs: {0}', count);
    case 'stalled':
      return t('Stalled runs: {0}', count);
    default:
      return filter satisfies never;
  }
}

/** That no run passes the filter, and the search where there is one. */
export function noMatchWords(filter: RunFilter, searched: boolean): string {
  switch (filter) {
    case 'all':
      return searched ? t('No runs match the search.') : t('No runs.');
    case 'active':
      return searched ? t('No active runs match the search.') : t('No active runs.');
    case 'finished':
      return searched ? t('No finished runs match the search.') : t('No finished runs.');
    case 'failed':
      return searched ? t('No failed runs match the search.') : t('No failed runs.');
    case 'stalled':
      return searched ? t('No stalled runs match the search.') : t('No stalled runs.');
    default:
      return filter satisfies never;
  }
}

/** `4,210 / 10,000`. */
export function stepWords({ step, total_steps: total }: RunRow, formats: Formats): string {
  if (step === null) return '–';
  return total === null ? formats.number(step) : `${formats.number(step)} / ${formats.number(total)}`;
}

/** Steps a second as whole steps of a longer time where they are few: `3.2/s`, `12/min`, `4.5/h`. */
export function paceWords(pace: number | null, formats: Formats): string {
  if (pace === null || !Number.isFinite(pace)) return '–';
  if (pace >= 1) return t('{0}/s', formats.compact(pace));
  return pace * 60 >= 1
    ? t('{0}/min', formats.compact(pace * 60))
    : t('{0}/h', formats.compact(pace * 3_600));
}

/** `320 GPU min`. */
export function amountWords(metric: string, amount: number, formats: Formats): string {
  const value = formats.amount(metric, amount);
  if (isBytes(metric)) return value;
  switch (metric) {
    case 'gpu_minutes':
      return t('{0} GPU min', value);
    case 'gpu_hours':
      return t('{0} GPU h', value);
    case 'tokens':
      return plural(amount, '{0} token', '{0} tokens', value);
    case 'requests':
      return plural(amount, '{0} request', '{0} requests', value);
    case 'training_runs':
      return plural(amount, '{0} training run', '{0} training runs', value);
    default:
      return `${value} ${isolated(clip(plain(metric).toLowerCase(), 40))}`;
  }
}

/** `GPU minutes: 320 so far; about 40 more to finish; 12 left, which is not enough`. */
export function costWords(cost: RunCost, formats: Formats): string {
  const { metric, used, toFinish, left, short } = cost;
  const amount = (value: number | null): string => (value === null ? '' : formats.amount(metric, value));
  const args = [clip(metricName(metric), 60), amount(used), amount(toFinish), amount(left)];
  if (toFinish === null)
    return left === null ? t('{0}: {1} so far', ...args) : t('{0}: {1} so far; {3} left', ...args);
  if (left === null) return t('{0}: {1} so far; about {2} more to finish', ...args);
  return short
    ? t('{0}: {1} so far; about {2} more to finish; {3} left, which is not enough', ...args)
    : t('{0}: {1} so far; about {2} more to finish; {3} left', ...args);
}

/** `12 runs, 3 active`. */
export function countWords(count: number, active: number, formats: Formats): string {
  const args = [formats.number(count), formats.number(active)];
  return active > 0
    ? plural(count, '{0} run, {1} active', '{0} runs, {1} active', ...args)
    : plural(count, '{0} run', '{0} runs', ...args);
}

interface EndFacts {
  readonly beyond: Exclude<Beyond, { readonly kind: 'problem' }>;
  /** Runs that are known. */
  readonly known: number;
  readonly searched: boolean;
  readonly sorted: boolean;
}

/** What stands at the end of the list, where the host does not hold all runs. */
export function endWords(facts: EndFacts, formats: Formats): string {
  const { beyond, known, searched, sorted } = facts;
  const number = formats.number(known);
  switch (beyond.kind) {
    case 'end':
      if (searched) return plural(known, 'Searched all {0} run.', 'Searched all {0} runs.', number);
      if (sorted) return plural(known, 'Sorted all {0} run.', 'Sorted all {0} runs.', number);
      return plural(known, '{0} run, all of them.', '{0} runs, all of them.', number);
    case 'full':
      return fullWords(facts, number);
    case 'more':
    case 'waiting':
      return growingWords(facts, number);
    default:
      return beyond satisfies never;
  }
}

function fullWords({ known, searched, sorted }: EndFacts, number: string): string {
  if (searched)
    return plural(
      known,
      'Searched the newest {0} run, as many as the list holds.',
      'Searched the newest {0} runs, as many as the list holds.',
      number,
    );
  if (sorted)
    return plural(
      known,
      'Sorted the newest {0} run, as many as the list holds.',
      'Sorted the newest {0} runs, as many as the list holds.',
      number,
    );
  return plural(
    known,
    'The newest {0} run, as many as the list holds.',
    'The newest {0} runs, as many as the list holds.',
    number,
  );
}

function growingWords({ known, searched, sorted }: EndFacts, number: string): string {
  if (searched)
    return plural(
      known,
      'Searched the newest {0} run. Loading older runs…',
      'Searched the newest {0} runs. Loading older runs…',
      number,
    );
  if (sorted)
    return plural(
      known,
      'Sorted the newest {0} run. Loading older runs…',
      'Sorted the newest {0} runs. Loading older runs…',
      number,
    );
  return t('Loading older runs…');
}

/** Why a run ended, where something stopped it; empty when nothing did. `now` is the server's, ms since 1970. */
export function noteWords({ stopped_by: stop, error }: RunRow, formats: Formats, now: number): string {
  return stop ? stopWords(stop, formats, now) : clip(error ?? '');
}
