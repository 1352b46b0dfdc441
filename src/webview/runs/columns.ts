/** What a column of the list is called, and how wide it is. Widths are in em; runs.css has the same. */
export interface ColumnInfo {
  readonly title: string;
  /** What it tells, as its heading explains. */
  readonly hint: string;
  readonly width: number;
  /** Sorted by it for the first time: the greatest or latest on top. */
  readonly descends: boolean;
}

/** In the order in which they stand. The name comes before all of them. */
export const columns = {
  status: { title: 'Status', hint: 'What the run is doing', width: 7.6, descends: false },
  progress: { title: 'Progress', hint: 'Share that is done', width: 8.5, descends: true },
  step: { title: 'Step', hint: 'Step of all steps', width: 9, descends: true },
  rate: { title: 'Rate', hint: 'Steps in a time', width: 5.5, descends: true },
  eta: { title: 'Time left', hint: 'Time left, of ended runs their duration', width: 6.3, descends: false },
  metric: { title: 'Metric', hint: 'Latest value of a metric', width: 8, descends: false },
  cost: { title: 'Cost', hint: 'What it used of the limit that it weighs on most', width: 8, descends: true },
  beat: { title: 'Heartbeat', hint: 'Last sign of life', width: 6.6, descends: true },
  started: { title: 'Started', hint: 'When it started', width: 6.6, descends: true },
  duration: { title: 'Duration', hint: 'From the start to the end, or until now', width: 6, descends: true },
  project: { title: 'Project', hint: 'Project of the run', width: 9, descends: false },
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
const rest = 17;
const gap = 0.8;
/** Below this width a row stands on two lines, em; runs.css has the same. */
export const narrowBelow = 43;

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
