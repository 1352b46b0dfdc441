/** What is drawn under one name and colour. */
export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  /**
   * Parallel to the `x` of the spec. NaN or an infinity: no point here, and a line goes on to the next one (series
   * of one chart need not have the same steps). null: a line breaks here.
   */
  readonly values: ArrayLike<number | null>;
  readonly mark: 'bar' | 'line';
  /** `#rrggbb`; null takes the colour of the palette at the series' place. */
  readonly color: string | null;
  /** Its place in the palette; its own among the series unless it is given. */
  readonly place?: number;
  /** Drawn as what is expected, not as what was measured. */
  readonly projected?: boolean;
}

/** What one chart shows; with no series, or only empty ones, it still has axes and grid. */
export interface ChartSpec {
  /** `day`: starts of UTC days, s since 1970. `step`: whatever numbers, of which some may be far apart. */
  readonly scale: 'day' | 'step';
  /** Ascending, the same for all series. */
  readonly x: ArrayLike<number>;
  /** Names `x` in the table and the files. */
  readonly xLabel: string;
  readonly series: readonly ChartSeries[];
  /** Bars stand on each other in the order of the series. */
  readonly stacked: boolean;
  /** A dashed line across. */
  readonly line: { readonly value: number; readonly label: string } | null;
  /** For axis, readout and table: to the last digit that matters. */
  readonly formatX: (x: number) => string;
  /** A mark of the axis, among all that are written in the same way. */
  readonly formatY: (mark: number, marks: readonly number[]) => string;
  /** For readout, table and files: to the last digit that matters. */
  readonly formatExact: (value: number) => string;
}

/** What may be switched and taken at the head of a chart. */
export type ChartTool = 'table' | 'log' | 'smooth' | 'csv' | 'png';

/** The finite number at a place, else NaN. */
export function numberAt(values: ArrayLike<number | null>, i: number): number {
  const value = values[i];
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

/** Whether a logarithmic scale is offered: bars have none, for they stand on zero. */
export function canLog(spec: ChartSpec): boolean {
  return spec.series.some(({ mark }) => mark === 'line') && spec.series.every(({ mark }) => mark !== 'bar');
}
