import { numberAt } from './spec.ts';

/** Where thinning begins, in points of one series. */
const maxPoints = 2_000;

/**
 * Places of the points that keep the shape of a line between `from` and `to` (inclusive): of each of `most` / 4
 * stretches its first, lowest, highest and last, and a null where the line breaks. All of them, when there are no
 * more than `most`. Ascending.
 */
export function decimate(
  values: ArrayLike<number | null>,
  from: number,
  to: number,
  most: number = maxPoints,
): number[] {
  const count = to - from + 1;
  if (count <= most) return Array.from({ length: Math.max(0, count) }, (_, i) => from + i);
  const stretches = Math.max(1, Math.floor(most / 4));
  const kept: number[] = [];
  for (let n = 0; n < stretches; n++) {
    const start = from + Math.floor((n * count) / stretches);
    const end = from + Math.floor(((n + 1) * count) / stretches);
    keepShape(values, start, end, kept);
  }
  return kept;
}

/** Appends the places to keep of `[start, end)`. */
function keepShape(values: ArrayLike<number | null>, start: number, end: number, kept: number[]): void {
  let first = -1;
  let last = -1;
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = start; i < end; i++) {
    const value = values[i];
    if (value === null && gap < 0) gap = i;
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    if (first < 0) first = i;
    last = i;
    if (low < 0 || value < numberAt(values, low)) low = i;
    if (high < 0 || value > numberAt(values, high)) high = i;
  }
  const places = [first, low, high, last, gap].filter((place) => place >= 0).sort((a, b) => a - b);
  for (const place of places) if (place !== kept.at(-1)) kept.push(place);
}
