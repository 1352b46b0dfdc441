import { isolated } from '../../../shared/bidi.ts';
import type { Formats } from '../../../shared/format.ts';
import { listWords, plural, t } from '../../../shared/l10n.ts';
import type { ChartSpec } from '../../charts/spec.ts';
import type { Axis } from '../detail/choices.ts';
import { exact, markWords } from '../detail/curveSpec.ts';
import type { Curve } from '../detail/curves.ts';
import { align, lineOf } from './align.ts';

/** One run of a comparison as a chart needs it. */
export interface ComparedCurve {
  readonly id: string;
  /** In the palette. */
  readonly place: number;
  readonly name: string;
  /** ms since 1970; null for a run that never started. */
  readonly start: number | null;
  /** Null where the run has no such metric, or is hidden. */
  readonly curve: Curve | null;
}

/** Units of the time axis, from the longest on: the greatest that the whole axis has at least three of. */
const units = [
  {
    ms: 3_600_000,
    label: () => t('Time since the start (hours)'),
    amount: (hours: string) => t('{0} h', hours),
  },
  {
    ms: 60_000,
    label: () => t('Time since the start (minutes)'),
    amount: (minutes: string) => t('{0} min', minutes),
  },
  {
    ms: 1_000,
    label: () => t('Time since the start (seconds)'),
    amount: (seconds: string) => t('{0} s', seconds),
  },
] as const;
const seconds = units[2];

/** The curves of one metric over each other. Every run keeps its place, and so its colour, whether it has a curve or not. */
export function compareSpec(curves: readonly ComparedCurve[], axis: Axis, formats: Formats): ChartSpec {
  const lines = curves.map(({ curve, start }) => (curve === null ? null : lineOf(curve, axis, start)));
  const { x, columns } = align(lines);
  const unit = units.find(({ ms }) => (x.at(-1) ?? 0) >= 3 * ms) ?? seconds;
  return {
    scale: 'step',
    x: axis === 'step' ? x : x.map((ms) => ms / unit.ms),
    xLabel: axis === 'step' ? t('Step') : unit.label(),
    series: curves.map(({ id, place, name }, i) => ({
      key: id,
      place,
      label: name,
      values: columns[i] ?? [],
      mark: 'line',
      color: null,
    })),
    stacked: false,
    line: null,
    formatX:
      axis === 'step' ? (step) => formats.number(step) : (value) => unit.amount(formats.number(round(value))),
    formatY: (mark, marks) => markWords(mark, marks, formats),
    formatExact: exact,
  };
}

/** Times to a hundredth of their unit. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What curves over each other tell somebody who does not see them. */
export function compareSentence(metric: string, curves: readonly ComparedCurve[], formats: Formats): string {
  const said = curves.flatMap(({ name, curve }) => {
    const last = curve?.values.at(-1);
    return last === undefined ? [] : [`${isolated(name)} ${formats.metric(last)}`];
  });
  return said.length === 0
    ? t('{0}: no points yet.', metric)
    : plural(
        said.length,
        '{0} of {1} run, latest: {2}.',
        '{0} of {1} runs, latest: {2}.',
        metric,
        formats.number(said.length),
        listWords(said),
      );
}
