import type { Axis } from '../detail/choices.ts';
import type { Curve } from '../detail/curves.ts';

/** A curve by whatever x it is drawn over, parallel and ascending. */
export interface Line {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Several lines over one x: a column each, NaN where a line has no point. */
export interface Aligned {
  readonly x: Float64Array;
  readonly columns: readonly Float64Array[];
}

/** A curve over its steps, or over the ms since `start` (ms since 1970; its own first point without one). */
export function lineOf(curve: Curve, axis: Axis, start: number | null): Line {
  if (axis === 'step') return { x: curve.steps, y: curve.values };
  const first = curve.at[0] ?? 0;
  const zero = start !== null && Number.isFinite(start) ? Math.min(start, first) : first;
  return ascending(
    curve.at.map((at) => at - zero),
    curve.values,
  );
}

/** Points in the order of x; of several at one x the last. Clocks are set back, and steps logged again. */
function ascending(x: Float64Array, y: Float64Array): Line {
  if (x.every((value, i) => i === 0 || value > (x[i - 1] ?? Number.NaN))) return { x, y };
  const order = Array.from(x.keys()).filter((i) => Number.isFinite(x[i]));
  order.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || a - b);
  const kept = order.filter((place, i) => x[place] !== x[order[i + 1] ?? -1]);
  return {
    x: Float64Array.from(kept, (i) => x[i] ?? Number.NaN),
    y: Float64Array.from(kept, (i) => y[i] ?? Number.NaN),
  };
}

/** Puts lines over the union of their x, each point at its own place and nothing between them. */
export function align(lines: readonly (Line | null)[]): Aligned {
  const x = union(lines.flatMap((line) => (line === null ? [] : [line.x])));
  const columns = lines.map((line) => {
    const column = new Float64Array(x.length).fill(Number.NaN);
    if (line === null) return column;
    for (let i = 0, at = 0; i < line.x.length; i++, at++) {
      const own = line.x[i] ?? Number.NaN;
      while (at < x.length && (x[at] ?? Number.NaN) < own) at++;
      column[at] = line.y[i] ?? Number.NaN;
    }
    return column;
  });
  return { x, columns };
}

/** All numbers of ascending lists, ascending, each once. */
function union(lists: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, list) => sum + list.length, 0));
  let length = 0;
  for (const list of lists) {
    all.set(list, length);
    length += list.length;
  }
  all.sort();
  return all.filter((value, i) => value !== all[i - 1]);
}
