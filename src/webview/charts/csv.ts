import { toCsv } from '../state/csv.ts';
import { type ChartSpec, numberAt } from './spec.ts';

/** All that a chart holds, also what is hidden or outside of the zoom: a line for each `x`, a column for each series. */
export function chartCsv(spec: ChartSpec): string {
  const columns = [
    { name: spec.xLabel, cell: (i: number) => xCell(spec, i) },
    ...spec.series.map(({ label, values }) => ({ name: label, cell: (i: number) => numberAt(values, i) })),
  ];
  return toCsv(
    columns,
    Array.from(spec.x, (_, i) => i),
  );
}

/** Days as `YYYY-MM-DD`, which every program reads. */
function xCell({ scale, x }: ChartSpec, i: number): string | number {
  const at = x[i] ?? Number.NaN;
  return scale === 'day' && Number.isFinite(at) ? new Date(at * 1000).toISOString().slice(0, 10) : at;
}
