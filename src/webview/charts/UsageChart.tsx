import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Formats } from '../../shared/format.ts';
import { metricName } from '../../shared/names.ts';
import { type DailyUsage, dailyUsage, daysOfRange, evenDailyShare } from '../../shared/usage.ts';
import { unavailableWords } from '../components/Placeholder.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { useDashboard } from '../context.ts';
import { ranges } from '../state/uiState.ts';
import type { Availability } from '../state/views.ts';
import { rangeNames } from '../words.ts';
import { Chart } from './Chart.tsx';
import type { ChartSpec } from './spec.ts';

/** Usage of one metric by UTC day, always with axes and grid; the same numbers as a table on demand. */
export function UsageChart(): JSX.Element {
  const { store, views, ui, clock, formats: formatsSignal } = useDashboard();
  const formats = formatsSignal.value;
  const metric = views.metric.value;
  const range = ui.range.value;
  const period = views.period.value;
  const rows = store.tables.usage_tracking.value;
  const today = Math.floor(clock.minute.value / 86_400_000);
  const days = useMemo(() => daysOfRange(range, period, today * 86_400_000), [range, period, today]);
  const usage = useMemo(() => dailyUsage(rows.values(), metric ?? '', days), [rows, metric, days]);
  const limit = views.usage.value.find((other) => other.metric === metric)?.limit ?? null;
  const share = evenDailyShare(limit, period);
  const spec = useMemo(
    () => usageSpec(usage, metric, share, today, formats),
    [usage, metric, share, today, formats],
  );
  const name = metric === null ? 'Usage' : metricName(metric);
  const message = chartMessage(views.availability.value, metric, usage.total, rangeNames[range].phrase);
  return (
    <Chart
      name="usage"
      title={`${name} per day, ${rangeNames[range].title.toLowerCase()}`}
      spec={spec}
      message={message}
      sentence={sentenceOf(name, usage, metric, share, message, formats)}
      tools={tools}
      head={<Head metric={metric} total={usage.total} />}
      note={share === null ? 'Days are UTC.' : undefined}
    />
  );
}

const tools = ['csv', 'png', 'table'] as const;

function Head({ metric, total }: { metric: string | null; total: number }): JSX.Element {
  const { ui, actions, charts, formats } = useDashboard();
  const range = ui.range.value;
  return (
    <>
      <MetricSelect />
      <span class="muted chart-per">per day</span>
      <span class="chart-total num muted" title={rangeNames[range].title}>
        {metric === null ? '' : `Total ${formats.value.amount(metric, total)}`}
      </span>
      <Segmented
        label="Range of the chart"
        name="range"
        value={range}
        options={ranges.map((value) => ({
          value,
          label: rangeNames[value].label,
          title: rangeNames[value].title,
        }))}
        onSelect={(next) => {
          actions.selectRange(next);
          charts.set('usage', { zoom: null });
        }}
      />
    </>
  );
}

function MetricSelect(): JSX.Element {
  const { views, actions } = useDashboard();
  const known = views.usage.value;
  const metric = views.metric.value;
  return (
    <select
      class="select"
      aria-label="Metric of the chart"
      value={metric ?? ''}
      disabled={known.length === 0}
      onChange={(event) => actions.selectMetric(event.currentTarget.value)}
    >
      {known.length === 0 ? <option value="">Usage</option> : null}
      {known.map((other) => (
        <option key={other.metric} value={other.metric} selected={other.metric === metric}>
          {metricName(other.metric)}
        </option>
      ))}
    </select>
  );
}

function usageSpec(
  usage: DailyUsage,
  metric: string | null,
  share: number | null,
  today: number,
  formats: Formats,
): ChartSpec {
  const name = metric ?? '';
  const x = usage.days.map((day) => Date.parse(day) / 1000);
  return {
    scale: 'day',
    x,
    xLabel: 'Day (UTC)',
    series:
      metric === null
        ? []
        : [
            {
              key: metric,
              label: metricName(metric),
              // A period reaches into days that have no number yet.
              values: usage.amounts.map((amount, i) => ((x[i] ?? 0) <= today * 86_400 ? amount : null)),
              mark: 'bar',
              color: null,
            },
          ],
    stacked: true,
    line:
      share === null || metric === null
        ? null
        : {
            value: share,
            label: `Limit spread evenly over the period: ${formats.amount(name, share)} a day`,
          },
    formatX: (seconds) => formats.utcDay(new Date(seconds * 1000).toISOString().slice(0, 10)),
    formatY: (value) => formats.amount(name, value),
    formatExact: (value) => formats.exactAmount(name, value),
  };
}

function chartMessage(
  availability: Availability,
  metric: string | null,
  total: number,
  phrase: string,
): string | null {
  if (availability === 'loading') return null;
  if (availability !== 'ready') return unavailableWords(availability, 'usage per day');
  if (metric === null) {
    return 'A bar for each day appears here with the first usage. Scripts log it with record_usage.';
  }
  return total === 0
    ? `Nothing used ${phrase}: ${metricName(metric)}. What scripts log with record_usage appears here at once.`
    : null;
}

function sentenceOf(
  name: string,
  usage: DailyUsage,
  metric: string | null,
  share: number | null,
  message: string | null,
  formats: Formats,
): string {
  const first = usage.days[0];
  const last = usage.days.at(-1);
  const span = first && last ? ` from ${formats.utcDay(first)} to ${formats.utcDay(last)}` : '';
  if (message || metric === null) return `${name} per day${span}. ${message ?? 'Loading.'}`;
  const highest = Math.max(...usage.amounts);
  const when = usage.days[usage.amounts.indexOf(highest)];
  const even = share === null ? '' : ` An even share of the limit is ${formats.amount(metric, share)} a day.`;
  return `Bar chart of ${name.toLowerCase()} per day${span}: ${formats.amount(metric, usage.total)} in all, at most ${formats.amount(metric, highest)} on ${when ? formats.utcDay(when) : ''}.${even}`;
}
