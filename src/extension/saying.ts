import { type Formats, isBytes } from '../shared/format.ts';
import { unitName } from '../shared/names.ts';
import type { MetricUsage } from '../shared/usage.ts';
import { oneLine } from './markdown.ts';

/** What words about rows depend on. */
export interface Saying {
  readonly formats: Formats;
  /** Server clock, ms since 1970. */
  readonly now: number;
}

/** An amount with the unit that the plan gives it, unless its metric is called so. */
export function amountWords(
  { metric, unit }: Pick<MetricUsage, 'metric' | 'unit'>,
  value: number,
  formats: Formats,
): string {
  const text = formats.amount(metric, value);
  return unit && unit !== metric && !isBytes(metric) ? `${text} ${oneLine(unitName(unit), 20)}` : text;
}
