import type { Reading } from './chart.ts';
import { smoothedOnce } from './smooth.ts';
import { type ChartSeries, type ChartSpec, numberAt } from './spec.ts';
import { lowerBound, type ViewChoice } from './view.ts';

/** What one series has at the place that is read. */
export interface ReadRow {
  readonly series: ChartSeries;
  /** The series' place, for the palette. */
  readonly place: number;
  readonly value: number;
  /** Null where the line is drawn as it is. */
  readonly smoothed: number | null;
  /** The earlier `x` that the value is of; null when it is of the one that is read. */
  readonly from: number | null;
}

export interface ReadPoint {
  readonly x: number;
  readonly rows: readonly ReadRow[];
  /** Sum of what was measured, where bars of several series stand on each other. */
  readonly total: number | null;
}

type Shown = Pick<ViewChoice, 'hidden' | 'smoothing'>;

/** How far back a line may have its last point, in places, to be read beside others. */
const farthestBack = 5_000;

/** All values at a place. A line without a point there is read at its last one before. */
export function readPoint(spec: ChartSpec, choice: Shown, at: number): ReadPoint {
  const rows = spec.series.flatMap((series, n): ReadRow[] => {
    if (choice.hidden.includes(series.key)) return [];
    const i = placeOfValue(series, at);
    if (i === null) return [];
    const value = numberAt(series.values, i);
    const isLine = series.mark === 'line';
    return [
      {
        series,
        place: series.place ?? n,
        value,
        smoothed:
          isLine && choice.smoothing > 0 ? (smoothedOnce(series.values, choice.smoothing)[i] ?? null) : null,
        from: i === at ? null : (spec.x[i] ?? null),
      },
    ];
  });
  const measured = rows.filter(({ series }) => series.mark === 'bar' && !series.projected);
  const several = spec.stacked && measured.length > 1;
  const total = several ? measured.reduce((sum, { value }) => sum + value, 0) : null;
  // Of many projects few were used on one day.
  const worth = several ? rows.filter(({ series, value }) => series.mark === 'line' || value !== 0) : rows;
  return { x: spec.x[at] ?? Number.NaN, rows: worth, total };
}

/** Where the dots of a crosshair are. */
export function readingOf({ x, rows }: ReadPoint): Reading {
  const points = rows
    .filter(({ series, from }) => series.mark === 'line' && from === null)
    .map(({ series, place, value, smoothed }) => ({ value: smoothed ?? value, color: series.color, place }));
  return { x, points };
}

function placeOfValue({ values, mark }: ChartSeries, at: number): number | null {
  if (!Number.isNaN(numberAt(values, at))) return at;
  if (mark === 'bar') return null;
  for (let i = at; i >= Math.max(0, at - farthestBack); i--) {
    if (values[i] === null) return null;
    if (!Number.isNaN(numberAt(values, i))) return i;
  }
  return null;
}

/** Whether any series that is drawn has a point there. */
function isReadable(spec: ChartSpec, { hidden }: Shown, at: number): boolean {
  return spec.series.some(({ key, values }) => !hidden.includes(key) && !Number.isNaN(numberAt(values, at)));
}

/** The place with a point that is nearest to `x`; null when there is none. */
export function nearestPlace(spec: ChartSpec, choice: Shown, x: number): number | null {
  let after = lowerBound(spec.x, x);
  let before = after - 1;
  while (after < spec.x.length && !isReadable(spec, choice, after)) after++;
  while (before >= 0 && !isReadable(spec, choice, before)) before--;
  if (after >= spec.x.length) return before < 0 ? null : before;
  if (before < 0) return after;
  return x - (spec.x[before] ?? x) <= (spec.x[after] ?? x) - x ? before : after;
}

/**
 * The place that a key moves the crosshair to from `at` (null: nowhere yet), among the points within `[from, to]`;
 * null takes it away, undefined is a key that is not ours.
 */
export function placeAfterKey(
  spec: ChartSpec,
  choice: Shown,
  key: string,
  at: number | null,
  [from, to]: readonly [number, number],
): number | null | undefined {
  if (key === 'Escape') return at === null ? undefined : null;
  const steps = keySteps[key];
  if (steps === undefined) return undefined;
  const first = lowerBound(spec.x, from);
  const last = lowerBound(spec.x, to + Number.EPSILON * Math.abs(to)) - 1;
  const beyond = steps > 0 ? first - 1 : last + 1;
  let place = Number.isFinite(steps) ? (at ?? beyond) : steps > 0 ? last + 1 : first - 1;
  let left = Number.isFinite(steps) ? Math.abs(steps) : 1;
  // The ends are where the keys that jump to them look back from.
  const way = Number.isFinite(steps) ? Math.sign(steps) : -Math.sign(steps);
  let found: number | null = at;
  while (left > 0) {
    place += way;
    if (place < first || place > last) break;
    if (!isReadable(spec, choice, place)) continue;
    found = place;
    left -= 1;
  }
  return found;
}

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** A range half or twice as wide around `x`, within `whole`; null for all of it. */
export function zoomBy(
  factor: number,
  [from, to]: readonly [number, number],
  x: number | null,
  whole: readonly [number, number],
): [number, number] | null {
  const width = (to - from) * factor;
  if (width >= whole[1] - whole[0]) return null;
  const middle = x ?? (from + to) / 2;
  const start = Math.min(Math.max(whole[0], middle - width / 2), whole[1] - width);
  return [start, start + width];
}
