/** How a column of the list is drawn and sorted. Widths are in em; runs.css has the same. */
export interface ColumnInfo {
  readonly width: number;
  /** Sorted by it for the first time: the greatest or latest on top. */
  readonly descends: boolean;
}

/** In the order in which they stand. The name comes before all of them. */
export const columns = {
  status: { width: 7.6, descends: false },
  progress: { width: 8.5, descends: true },
  step: { width: 9, descends: true },
  rate: { width: 5.5, descends: true },
  eta: { width: 8.6, descends: false },
  metric: { width: 8, descends: false },
  cost: { width: 7.2, descends: true },
  beat: { width: 6.6, descends: true },
  started: { width: 6.6, descends: true },
  duration: { width: 6, descends: true },
  project: { width: 9, descends: false },
} as const satisfies Readonly<Record<string, ColumnInfo>>;
export type ColumnId = keyof typeof columns;
export const columnIds = Object.keys(columns) as ColumnId[];

/** Always there. */
export const fixedColumns: readonly ColumnId[] = ['status', 'progress'];
export const defaultColumns: readonly ColumnId[] = [
  ...fixedColumns,
  'step',
  'rate',
  'eta',
  'metric',
  'cost',
  'beat',
];

/** Those that stay the longest as room gets scarce first. */
const priority: readonly ColumnId[] = [
  ...fixedColumns,
  'eta',
  'metric',
  'cost',
  'beat',
  'project',
  'step',
  'rate',
  'duration',
  'started',
];

/** What the mark, the name at its narrowest and the edges of a row take, em. */
const rest = 16.2;
const gap = 0.8;
/** Below this width a row stands on two lines, em; runs.css has the same. */
const narrowBelow = 43;

/** Of the chosen columns those that fit beside a name, in their order. `width` is the list's, em. */
export function fitColumns(chosen: ReadonlySet<ColumnId>, width: number): readonly ColumnId[] {
  const wanted = priority.filter((id) => chosen.has(id) || fixedColumns.includes(id));
  if (width < narrowBelow) return wanted.filter((id) => fixedColumns.includes(id) || id === 'eta');
  let room = width - rest;
  const fitting = wanted.filter((id) => {
    room -= columns[id].width + gap;
    return room >= 0 || fixedColumns.includes(id);
  });
  return columnIds.filter((id) => fitting.includes(id));
}
