import { numericMetrics } from '../../shared/runs.ts';
import type { Column } from './csv.ts';

interface Measured {
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Columns of metrics in a file at most. */
const maxMetrics = 200;

/** A column for each metric of which any of `rows` has a number. */
export function metricColumns<Row extends Measured>(rows: readonly Row[]): Column<Row>[] {
  const names = new Set(rows.flatMap(({ metrics }) => numericMetrics(metrics).map(({ name }) => name)));
  return [...names].slice(0, maxMetrics).map((metric) => ({
    name: `metric.${metric}`,
    cell: ({ metrics }) => {
      const value = Object.hasOwn(metrics, metric) ? metrics[metric] : null;
      return typeof value === 'number' ? value : null;
    },
  }));
}
