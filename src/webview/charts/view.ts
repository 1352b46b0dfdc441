import { decimate } from './decimate.ts';
import { smoothedOnce } from './smooth.ts';
import { type ChartSeries, type ChartSpec, canLog, numberAt } from './spec.ts';
import { dayTicks, logTicks, stepTicks, type Tick, valueTicks } from './ticks.ts';

/** Marks of one series, as they are drawn; later layers lie on top. */
export interface Layer {
  readonly key: string;
  readonly mark: 'bar' | 'line';
  /** Parallel to the view's `x`; undefined has no mark, null breaks a line. */
  readonly values: readonly (number | null | undefined)[];
  /** Where bars begin, parallel to `values`; lines have none. */
  readonly base: readonly number[];
  /** Bars beside each other share the width of one: which of how many. */
  readonly slot: readonly [number, number];
  /** The series' place, for the palette. */
  readonly place: number;
  readonly color: string | null;
  readonly projected: boolean;
  /** The line itself behind its smoothed twin. */
  readonly faint: boolean;
}

/** The value axis; `ticks` ascend from its bottom to its top. */
export interface ValueAxis {
  readonly ticks: readonly number[];
  readonly log: boolean;
}

/** What is drawn of a spec: pure data in the units of the spec, so that a canvas only has to paint it. */
export interface ChartView {
  readonly x: readonly number[];
  /** What of `x` is visible, `[from, to]`; from < to. */
  readonly range: readonly [number, number];
  readonly layers: readonly Layer[];
  readonly y: ValueAxis;
  /** Where the line across is, when it is within reach of the marks. */
  readonly line: number | null;
  /** Marks of the x axis that fit into this width, px. */
  readonly xTicks: (width: number) => readonly Tick[];
  readonly formatY: ChartSpec['formatY'];
}

/** What the user chose of how a chart is drawn. */
export interface ViewChoice {
  readonly log: boolean;
  /** Weight of the moving average, 0 to below 1. */
  readonly smoothing: number;
  /** Keys of series that are not drawn. */
  readonly hidden: readonly string[];
  /** What of `x` is visible, `[from, to]`; null for all. */
  readonly zoom: readonly [number, number] | null;
}

const halfDay = 43_200;
/** About what the letters of a label are wide, and what stays free between two labels, px. */
const letter = 6.4;
const apart = 18;
/** And how close two labels are at most, px. */
const leastApart = 64;
/** A line this many times as high as the highest mark would press the marks flat: it is left out. */
const farAbove = 4;

export function chartView(spec: ChartSpec, choice: ViewChoice): ChartView {
  const range = visibleRange(spec, choice.zoom);
  const [from, to] = placesWithin(spec.x, range);
  const log = choice.log && canLog(spec);
  const shown = spec.series
    .map((series, i) => ({ series, place: series.place ?? i }))
    .filter(({ series }) => !choice.hidden.includes(series.key));
  const bars = shown.filter(({ series }) => series.mark === 'bar');
  const lines = shown.filter(({ series }) => series.mark === 'line');
  const drawn = lines.flatMap(({ series, place }) => twins(series, place, choice.smoothing));
  const thinned = bars.length === 0 && drawn.length > 0;
  const places = thinned ? union(drawn.map(({ values }) => decimate(values, from, to))) : span(from, to);
  const x = places.map((i) => spec.x[i] ?? Number.NaN);
  const layers = [
    ...barLayers(bars, places, spec.stacked),
    ...drawn.map((line) => lineLayer(line, places, log)),
  ];
  const { y, line } = valueAxis(spec, layers, x, range, log);
  return {
    x,
    range,
    layers,
    y,
    line,
    xTicks: (width) => axisTicks(spec, x, range, width),
    formatY: spec.formatY,
  };
}

/** Where `x` is in the visible range: 0 at its left end, 1 at its right one. */
export function xShare({ range: [from, to] }: Pick<ChartView, 'range'>, x: number): number {
  return (x - from) / (to - from);
}

/** How high a value is on the axis: 0 at its bottom, 1 at its top; NaN where a logarithmic axis has no place for it. */
export function yShare({ ticks, log }: ValueAxis, value: number): number {
  const bottom = ticks[0] ?? 0;
  const top = ticks.at(-1) ?? 1;
  if (log) {
    return value > 0
      ? (Math.log10(value) - Math.log10(bottom)) / (Math.log10(top) - Math.log10(bottom))
      : Number.NaN;
  }
  // Divided first: the difference of two vast numbers would be infinite.
  const size = Math.max(Math.abs(bottom), Math.abs(top));
  return (value / size - bottom / size) / (top / size - bottom / size);
}

/** The whole of `x` with room at both ends, `[from, to]`. */
export function wholeRange({ x, scale }: Pick<ChartSpec, 'x' | 'scale'>): [number, number] {
  if (x.length === 0) return [0, 1];
  const first = x[0] ?? 0;
  const last = x[x.length - 1] ?? first;
  if (scale === 'day') return [first - halfDay, last + halfDay];
  const room = Math.max(1, Math.abs(first) * 1e-6);
  return first < last ? [first, last] : [first - room, last + room];
}

function visibleRange(spec: ChartSpec, zoom: ViewChoice['zoom']): readonly [number, number] {
  const whole = wholeRange(spec);
  if (!zoom) return whole;
  const from = Math.max(whole[0], zoom[0]);
  const to = Math.min(whole[1], zoom[1]);
  // What was kept of other data may lie beside these.
  return from < to ? [from, to] : whole;
}

/** The places within a range, and one beyond at each side, so that lines go on to the edge; `[from, to]`. */
function placesWithin(x: ArrayLike<number>, [from, to]: readonly [number, number]): [number, number] {
  return [Math.max(0, lowerBound(x, from) - 1), Math.min(x.length - 1, lowerBound(x, to))];
}

/** The first place whose `x` is at least `wanted`; the length when there is none. */
export function lowerBound(x: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? Number.POSITIVE_INFINITY) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Placed {
  readonly series: ChartSeries;
  readonly place: number;
}
interface Line extends Placed {
  readonly values: ArrayLike<number | null>;
  readonly faint: boolean;
}

/** A line, and above it its smoothed twin where that is wanted. */
function twins(series: ChartSeries, place: number, weight: number): Line[] {
  const line = { series, place, values: series.values, faint: weight > 0 };
  if (weight === 0) return [line];
  return [line, { series, place, values: smoothedOnce(series.values, weight), faint: false }];
}

function lineLayer({ series, place, values, faint }: Line, places: readonly number[], log: boolean): Layer {
  const drawable = (i: number): number | null | undefined => {
    const value = values[i];
    if (value === null) return null;
    return typeof value === 'number' && Number.isFinite(value) && (!log || value > 0) ? value : undefined;
  };
  return { ...layerOf({ series, place }), values: places.map(drawable), base: [], slot: [0, 1], faint };
}

function barLayers(bars: readonly Placed[], places: readonly number[], stacked: boolean): Layer[] {
  const above = places.map(() => 0);
  const below = places.map(() => 0);
  return bars.map(({ series, place }, n) => {
    const slot = stacked ? ([0, 1] as const) : ([n, bars.length] as const);
    const base = places.map(() => 0);
    const values = places.map((i, n) => {
      const value = numberAt(series.values, i);
      if (Number.isNaN(value)) return undefined;
      if (!stacked) return value;
      const pile = value < 0 ? below : above;
      base[n] = pile[n] ?? 0;
      pile[n] = (pile[n] ?? 0) + value;
      return pile[n];
    });
    return { ...layerOf({ series, place }), values, base, slot, faint: false };
  });
}

function layerOf({ series, place }: Placed): Pick<Layer, 'key' | 'mark' | 'place' | 'color' | 'projected'> {
  const { key, mark, color, projected = false } = series;
  return { key, mark, place, color, projected };
}

/** The axis around what is visible of the layers, and around the line across where that is near enough. */
function valueAxis(
  spec: ChartSpec,
  layers: readonly Layer[],
  x: readonly number[],
  range: readonly [number, number],
  log: boolean,
): Pick<ChartView, 'y' | 'line'> {
  const hasBars =
    layers.some(({ mark }) => mark === 'bar') || !spec.series.some(({ mark }) => mark === 'line');
  let low = hasBars ? 0 : Number.POSITIVE_INFINITY;
  let high = hasBars ? 0 : Number.NEGATIVE_INFINITY;
  for (const { values } of layers) {
    values.forEach((value, n) => {
      const at = x[n] ?? Number.NaN;
      if (typeof value !== 'number' || at < range[0] || at > range[1]) return;
      if (value < low) low = value;
      if (value > high) high = value;
    });
  }
  const wanted = spec.line?.value ?? Number.NaN;
  const near = !(high > 0) || wanted <= high * farAbove;
  const line = Number.isFinite(wanted) && near && (!log || wanted > 0) ? wanted : null;
  if (line !== null) {
    low = Math.min(low, line);
    // A little more, or the line would lie on the upper edge.
    high = Math.max(high, line * (line > 0 ? 1.05 : 1));
  }
  return { y: { ticks: log ? logTicks(low, high) : valueTicks(low, high), log }, line };
}

function axisTicks(
  spec: ChartSpec,
  x: readonly number[],
  range: readonly [number, number],
  width: number,
): readonly Tick[] {
  const [from, to] = range;
  const label = (at: number): Tick => ({ at, label: spec.formatX(at) });
  const labelRoom = (ticks: readonly Tick[]): number =>
    Math.max(0, ...ticks.map((tick) => tick.label.length)) * letter + apart;
  const room = (ticks: readonly Tick[]): number => Math.max(leastApart, labelRoom(ticks));
  if (spec.scale === 'day') {
    const visible = x.filter((at) => at >= from && at <= to);
    const ends = [visible[0], visible.at(-1)].flatMap((at) => (at === undefined ? [] : [label(at)]));
    return dayTicks(visible, width, room(ends)).map(label);
  }
  const whole = Number.isInteger(x[0]) && Number.isInteger(x.at(-1));
  const ticksApart = (px: number): readonly Tick[] =>
    stepTicks(from, to, width, px, whole ? 1 : 0).map(label);
  let ticks: readonly Tick[] = [];
  // The fewer marks, the shorter their labels: once or twice suffices.
  for (let wanted = leastApart, tries = 0; tries < 3; tries++) {
    ticks = ticksApart(wanted);
    const needed = room(ticks);
    if (needed <= wanted) break;
    wanted = needed;
  }
  if (ticks.length > 1) return ticks;
  // A lone mark tells no scale: more of them may stand as close as their labels let them.
  const closest = labelRoom(ticks);
  const closer = ticksApart(closest);
  return closer.length > 1 && labelRoom(closer) <= closest ? closer : ticks;
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** All places of several ascending lists, ascending. */
function union(lists: readonly (readonly number[])[]): number[] {
  if (lists.length === 1) return [...(lists[0] ?? [])];
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
