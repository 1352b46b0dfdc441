import type { ReadPoint, ReadRow } from './reading.ts';
import type { ChartSpec } from './spec.ts';

/** The words of charts. */

export const keysSentence = 'Arrow keys read single points, plus and minus zoom, 0 shows all.';
export const loadFailed = 'The part of the page that draws charts could not be loaded.';

/** What is read at a point, in one line. */
export function pointWords(spec: ChartSpec, { x, rows, total }: ReadPoint): string {
  const place = spec.formatX(x);
  if (rows.length === 0) return `${place}: ${total === null ? 'nothing' : spec.formatExact(total)}`;
  const [only] = rows;
  if (spec.series.length === 1 && only) return `${place}: ${valueWords(spec, only)}`;
  const sum = total === null ? [] : [`Total ${spec.formatExact(total)}`];
  return `${place}: ${[...sum, ...rows.map((row) => `${row.series.label} ${valueWords(spec, row)}`)].join(', ')}`;
}

/** A value, what it is smoothed to, and where it is of when that is elsewhere. */
export function valueWords(spec: ChartSpec, { value, smoothed, from }: ReadRow): string {
  const twin = smoothed === null ? '' : ` (smoothed ${spec.formatExact(smoothed)})`;
  const place = from === null ? '' : ` at ${spec.formatX(from)}`;
  return `${spec.formatExact(value)}${twin}${place}`;
}
