import type { Formats } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { utcDay } from '../../shared/usage.ts';
import type { ChartSeries, ChartSpec } from '../charts/spec.ts';
import type { Band } from './stack.ts';

interface UsageSpec {
  readonly days: readonly string[];
  /** Null without any usage: the chart has axes and nothing else. */
  readonly metric: string | null;
  readonly bands: readonly Band[];
  /** What a day may use without the period running out; null without a limit. */
  readonly share: number | null;
  /** The UTC day, `YYYY-MM-DD`. */
  readonly today: string;
  /** What each day to come is expected to use; null draws nothing there. */
  readonly expected: number | null;
  readonly formats: Formats;
}

/** Bars per day, on each other by project; days to come have no number but what is expected of them. */
export function usageSpec(given: UsageSpec): ChartSpec {
  const { days, metric, share, formats } = given;
  const name = metric ?? '';
  return {
    scale: 'day',
    x: days.map((day) => Date.parse(day) / 1000),
    xLabel: t('Day (UTC)'),
    series: metric === null ? [] : seriesOf(given),
    stacked: true,
    line:
      share === null || metric === null
        ? null
        : {
            value: share,
            label: t('Limit spread evenly over the period: {0} a day', formats.amount(name, share)),
          },
    formatX: (seconds) => formats.utcDay(utcDay(seconds * 1000)),
    formatY: (value) => formats.amount(name, value),
    formatExact: (value) => formats.exactAmount(name, value),
  };
}

function seriesOf({ days, bands, today, expected }: UsageSpec): ChartSeries[] {
  const measured = bands.map(({ key, label, color, amounts }): ChartSeries => {
    const values = amounts.map((amount, i) => ((days[i] ?? '') <= today ? amount : null));
    return { key, label, color, values, mark: 'bar' };
  });
  if (expected === null || !days.some((day) => day > today)) return measured;
  const values = days.map((day) => (day > today ? expected : null));
  return [
    ...measured,
    { key: 'expected', label: t('Expected'), color: '#8a8a8a', values, mark: 'bar', projected: true },
  ];
}
