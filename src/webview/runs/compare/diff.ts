import { compareNames } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { compareMetricNames, numericMetrics } from '../../../shared/runs.ts';
import { type Better, betterOf } from '../../state/better.ts';
import { flatten, valueText } from '../detail/flatten.ts';

/** What one run has under a key of the table. */
export interface DiffCell {
  readonly value: unknown;
  /** Another value than the first run of the table has. */
  readonly differs: boolean;
  /** No other run has a better one; only where better is known and not all are alike. */
  readonly best: boolean;
}

/** One key and what each run has under it, in the order of the runs; null where a run has nothing. */
export interface DiffRow {
  readonly key: string;
  readonly cells: readonly (DiffCell | null)[];
  /** Not all runs have the same. */
  readonly differs: boolean;
  /** Which way is better; null for configuration and for metrics of which nobody knows. */
  readonly better: Better | null;
}

/** A configuration as the page knows it: `undefined` until it is read, null when none was logged. */
export type Config = Readonly<Record<string, unknown>> | null | undefined;

/** One row a key that any configuration has, by name. Runs without a known configuration differ from nothing. */
export function diffConfigs(configs: readonly Config[]): DiffRow[] {
  const flat = configs.map((config) =>
    config ? new Map(flatten(config).map(({ key, value }) => [key, value])) : undefined,
  );
  const keys = new Set(flat.flatMap((entries) => [...(entries?.keys() ?? [])]));
  return [...keys].sort(compareNames).map((key) => {
    const cells = flat.map((entries) => (entries?.has(key) ? { value: entries.get(key) } : null));
    return diffRow(
      key,
      cells.filter((_, i) => flat[i] !== undefined),
      cells,
      null,
    );
  });
}

/** One row a metric that any run has, the telling ones first. Runs that have none differ from nothing. */
export function diffMetrics(runs: readonly Pick<RunRow, 'metrics'>[]): DiffRow[] {
  const found = runs.map(
    ({ metrics }) => new Map(numericMetrics(metrics).map(({ name, value }) => [name, value])),
  );
  return orderMetrics(found.flatMap((metrics) => [...metrics.keys()])).map((key) => {
    const cells = found.map((metrics) => (metrics.has(key) ? { value: metrics.get(key) } : null));
    const known = cells.filter((_, i) => (found[i]?.size ?? 0) > 0);
    return diffRow(key, known, cells, betterOf(key));
  });
}

/** Names of metrics, each once: the telling ones first, then by name. */
export function orderMetrics(names: Iterable<string>): string[] {
  return [...new Set(names)].sort(compareMetricNames);
}

type Held = { readonly value: unknown } | null;

/** `known` are the cells that may differ, `cells` all of them. */
function diffRow(
  key: string,
  known: readonly Held[],
  cells: readonly Held[],
  better: Better | null,
): DiffRow {
  const texts = known.map(textOf);
  const differs = texts.some((text) => text !== texts[0]);
  const best = differs && better ? bestOf(cells, better) : null;
  return {
    key,
    differs,
    better,
    cells: cells.map(
      (cell) =>
        cell && {
          value: cell.value,
          differs: differs && textOf(cell) !== texts[0],
          best: best !== null && cell.value === best,
        },
    ),
  };
}

/** Text and numbers of the same letters are told apart. */
function textOf(cell: Held | undefined): string | null {
  return cell ? valueText(cell.value) : null;
}

/** Nothing is best of what only one run has. */
function bestOf(cells: readonly Held[], better: Better): number | null {
  const values = cells.flatMap((cell) => (typeof cell?.value === 'number' ? [cell.value] : []));
  if (values.length < 2 || values.every((value) => value === values[0])) return null;
  return better === 'lower' ? Math.min(...values) : Math.max(...values);
}
