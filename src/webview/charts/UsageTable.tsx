import type { JSX } from 'preact';
import { metricName } from '../../shared/names.ts';
import { type DailyUsage, utcDay } from '../../shared/usage.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly usage: DailyUsage;
  readonly metric: string | null;
  readonly caption: string;
  /** Draws the head alone, where a sentence stands in for the rows. */
  readonly empty: boolean;
}

/** The table twin of the chart: the same days, newest first, in exact numbers. */
export function UsageTable({ usage, metric, caption, empty }: Props): JSX.Element {
  const { clock, formats: signal } = useDashboard();
  const formats = signal.value;
  // A period reaches into days that have no number yet.
  const today = utcDay(clock.minute.value);
  const days = empty ? [] : usage.days;
  const rows = days
    .map((day, i) => ({ day, amount: usage.amounts[i] ?? 0 }))
    .filter(({ day }) => day <= today)
    .reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section class="chart-table" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col" class="right">
              {metric === null ? 'Usage' : metricName(metric)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ day, amount }) => (
            <tr key={day}>
              <th scope="row">{formats.utcDay(day)}</th>
              <td class="num right">{formats.exactAmount(metric ?? '', amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
