import { t } from '../../shared/l10n.ts';
import type { ReadPoint, ReadRow } from './reading.ts';
import type { ChartSpec } from './spec.ts';

/** The words of charts. */

/** What is read at a point, in one line. */
export function pointWords(spec: ChartSpec, { x, rows, total }: ReadPoint): string {
  const place = spec.formatX(x);
  if (rows.length === 0)
    return total === null ? t('{0}: nothing', place) : `${place}: ${spec.formatExact(total)}`;
  const [only] = rows;
  if (spec.series.length === 1 && only) return `${place}: ${valueWords(spec, only)}`;
  const sum = total === null ? [] : [t('Total {0}', spec.formatExact(total))];
  return `${place}: ${[...sum, ...rows.map((row) => `${row.series.label} ${valueWords(spec, row)}`)].join(', ')}`;
}

/** A value, what it is smoothed to, and where it is of when that is elsewhere. */
function valueWords(spec: ChartSpec, { value, smoothed, from }: ReadRow): string {
  const words = [spec.formatExact(value)];
  if (smoothed !== null) words.push(smoothedWords(spec.formatExact(smoothed)));
  if (from !== null) words.push(fromWords(spec.formatX(from)));
  return words.join(' ');
}

export function smoothedWords(value: string): string {
  return t('(smoothed {0})', value);
}

/** Where a value is of that stands beside values of another place. */
export function fromWords(place: string): string {
  return t('at {0}', place);
}
