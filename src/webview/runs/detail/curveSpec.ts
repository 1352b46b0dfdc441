import type { Formats } from '../../../shared/format.ts';
import { plural, t } from '../../../shared/l10n.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import type { Curve } from './curves.ts';

/** What an axis without points spans. */
const emptySteps = [0, 1_000];

/** One metric of one run over its steps; without a curve the axes alone. */
export function curveSpec(name: string, curve: Curve | null, formats: Formats): ChartSpec {
  const values = curve?.values ?? [];
  return {
    scale: 'step',
    x: curve?.steps ?? emptySteps,
    xLabel: t('Step'),
    series: curve === null ? [] : [{ key: name, label: name, values, mark: 'line', color: null }],
    stacked: false,
    line: null,
    formatX: (step) => formats.number(step),
    formatY: (mark, marks) => markWords(mark, marks, formats),
    formatExact: exact,
  };
}

/** A mark of a metric's axis: in the notation of the others, and with the digits that tell it from them. */
export function markWords(mark: number, marks: readonly number[], formats: Formats): string {
  const [first = 0, second = 0] = marks;
  const size = Math.max(...marks.map(Math.abs));
  const power = (value: number): number => Math.floor(Math.log10(value));
  // One more than their powers of ten are apart, and another for steps of 2.5.
  const digits = power(size) - power(Math.abs(second - first)) + 2;
  return formats.metric(mark, size, Math.max(4, digits));
}

/** A metric to the last digit that a double holds. */
export function exact(value: number): string {
  return String(value);
}

/** What a curve tells somebody who does not see it. */
export function curveSentence(name: string, curve: Curve | null, formats: Formats): string {
  const count = curve?.values.length ?? 0;
  if (curve === null || count === 0) return t('{0}: no points yet.', name);
  const [first, last] = [curve.values[0] ?? 0, curve.values[count - 1] ?? 0];
  const [from, to] = [curve.steps[0] ?? 0, curve.steps[count - 1] ?? 0];
  let [low, high] = [first, first];
  for (const value of curve.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const metric = (value: number): string => formats.metric(value);
  return plural(
    count,
    '{0}, {1} point: from {2} at step {3} to {4} at step {5}; lowest {6}, highest {7}.',
    '{0}, {1} points: from {2} at step {3} to {4} at step {5}; lowest {6}, highest {7}.',
    name,
    formats.number(count),
    metric(first),
    formats.number(from),
    metric(last),
    formats.number(to),
    metric(low),
    metric(high),
  );
}
