import type { Cell, Column } from '../../state/csv.ts';
import { valueText } from '../detail/flatten.ts';
import type { DiffRow } from './diff.ts';
import type { Compared } from './runsCompared.ts';

/** A row of the whole table, and of which part it is. */
export interface TableRow {
  readonly kind: 'metric' | 'config';
  readonly row: DiffRow;
}

export function tableRows(metrics: readonly DiffRow[], config: readonly DiffRow[]): TableRow[] {
  return [
    ...metrics.map((row) => ({ kind: 'metric', row }) as const),
    ...config.map((row) => ({ kind: 'config', row }) as const),
  ];
}

/** The table as a file: part and name, then a column a run. */
export function diffColumns(runs: readonly Compared[]): Column<TableRow>[] {
  return [
    { name: 'part', cell: ({ kind }) => kind },
    { name: 'name', cell: ({ row }) => row.key },
    ...runs.map(({ id, row: run }, place) => ({
      name: run?.name ?? id,
      cell: ({ row }: TableRow) => cellOf(row.cells[place]?.value),
    })),
  ];
}

function cellOf(value: unknown): Cell {
  if (value === undefined) return null;
  return typeof value === 'number' ? value : typeof value === 'string' ? value : valueText(value);
}
