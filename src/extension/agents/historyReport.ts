import type { RunHistory } from '../../shared/requests.ts';
import { compareMetricNames } from '../../shared/runs.ts';
import { rounded } from './values.ts';

/** A run with more metrics than this has the telling ones reported, the others named. */
const mostMetrics = 12;
/** Points of a curve that an agent gets: enough to see its shape. */
const mostPoints = 24;

/** `[step, value]`. */
type Point = readonly [number, number];

/** What the curve of each metric did: where it began, ended and turned, and its shape in a few points. */
export function historyReport({ steps, metrics, lastStep }: RunHistory) {
  const at = new Float64Array(steps);
  const curves = new Map(
    metrics.map(({ name, values }) => [name, pointsOf(at, new Float64Array(values))] as const),
  );
  const names = [...curves.keys()].sort(compareMetricNames);
  const reported = names.slice(0, mostMetrics).flatMap((name) => {
    const report = curveReport(curves.get(name) ?? []);
    return report ? [[name, report] as const] : [];
  });
  return {
    last_step: lastStep,
    metrics: Object.fromEntries(reported),
    ...(names.length > mostMetrics ? { other_metrics: names.slice(mostMetrics) } : {}),
  };
}

function curveReport(points: readonly Point[]) {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  let min = first;
  let max = first;
  for (const point of points) {
    if (point[1] < min[1]) min = point;
    if (point[1] > max[1]) max = point;
  }
  return {
    first: told(first),
    last: told(last),
    min: told(min),
    max: told(max),
    /** Means of neighbours, so that noise does not hide the trend. */
    curve: thinned(points).map(told),
  };
}

function pointsOf(steps: Float64Array, values: Float64Array): Point[] {
  return [...steps].flatMap((step, i): Point[] => {
    const value = values[i] ?? Number.NaN;
    return Number.isFinite(value) ? [[step, value]] : [];
  });
}

/** As many groups of neighbours as fit, each at its last step with the mean of its values. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  return Array.from({ length: mostPoints }, (_, n): Point => {
    const from = Math.floor((n * points.length) / mostPoints);
    const group = points.slice(from, Math.floor(((n + 1) * points.length) / mostPoints));
    const mean = group.reduce((sum, [, value]) => sum + value / group.length, 0);
    return [group.at(-1)?.[0] ?? 0, mean];
  });
}

function told([step, value]: Point): Point {
  return [step, rounded(value)];
}
