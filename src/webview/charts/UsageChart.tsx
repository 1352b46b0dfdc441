import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Formats } from '../../shared/format.ts';
import { metricName } from '../../shared/names.ts';
import { type DailyUsage, dailyUsage, daysOfRange, evenDailyShare } from '../../shared/usage.ts';
import { Icon } from '../components/Icon.tsx';
import { unavailableWords } from '../components/Placeholder.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { useDashboard } from '../context.ts';
import { ranges } from '../state/uiState.ts';
import type { Availability } from '../state/views.ts';
import { rangeNames } from '../words.ts';
import { BarChart } from './BarChart.tsx';
import { type BarSpec, valueTicks } from './chart.ts';
import { UsageTable } from './UsageTable.tsx';

/** Usage of one metric by UTC day, always with axes and grid; the same numbers as a table on demand. */
export function UsageChart(): JSX.Element {
  const { store, views, ui, clock, formats: formatsSignal, actions } = useDashboard();
  const [point, setPoint] = useState<number | null>(null);
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
  const spec = useMemo(() => barSpec(usage, metric, share, formats), [usage, metric, share, formats]);
  const name = metric === null ? 'Usage' : metricName(metric);
  const message = chartMessage(views.availability.value, metric, usage.total, rangeNames[range].phrase);

  return (
    <div class="chart" data-chart="usage">
      <div class="chart-head">
        <MetricSelect />
        <span class="muted chart-per">per day</span>
        <Readout usage={usage} metric={metric} point={point} range={rangeNames[range].title} />
        <Segmented
          label="Range of the chart"
          name="range"
          value={range}
          options={ranges.map((value) => ({
            value,
            label: rangeNames[value].label,
            title: rangeNames[value].title,
          }))}
          onSelect={actions.selectRange}
        />
        <button
          type="button"
          class="button icon"
          aria-pressed={ui.table.value}
          aria-label={ui.table.value ? 'Show as chart' : 'Show as table'}
          title={ui.table.value ? 'Show as chart' : 'Show as table'}
          onClick={actions.toggleTable}
        >
          <Icon name={ui.table.value ? 'chart' : 'table'} />
        </button>
      </div>
      <div class="chart-body">
        {ui.table.value ? (
          <UsageTable
            usage={usage}
            metric={metric}
            empty={message !== null || metric === null}
            caption={`${name} per day, ${rangeNames[range].title}`}
          />
        ) : (
          <BarChart
            spec={spec}
            sentence={sentenceOf(name, usage, metric, share, message, formats)}
            onPoint={setPoint}
          />
        )}
        {message ? (
          <p class="chart-message" data-empty="chart">
            <span>{message}</span>
          </p>
        ) : null}
      </div>
      <p class="chart-legend">
        {share !== null && metric !== null ? (
          <>
            {spec.line === null || ui.table.value ? null : (
              <svg class="legend-line" viewBox="0 0 16 4" aria-hidden="true">
                <path d="M0 2h16" />
              </svg>
            )}
            <span class="num">
              Limit spread evenly over the period: {formats.amount(metric, share)} a day
              {spec.line === null && !ui.table.value ? ', far above these bars' : ''}
            </span>
          </>
        ) : (
          'Days are UTC.'
        )}
      </p>
    </div>
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

/** The number under the crosshair, else the sum of the range. */
function Readout(props: {
  usage: DailyUsage;
  metric: string | null;
  point: number | null;
  range: string;
}): JSX.Element {
  const formats = useDashboard().formats.value;
  const { usage, metric, point } = props;
  const day = point === null ? undefined : usage.days[point];
  if (metric === null) return <span class="chart-readout" />;
  const exact = (value: number): string => formats.exactAmount(metric, value);
  const pointed =
    day === undefined || point === null
      ? null
      : `${formats.utcDay(day)}: ${exact(usage.amounts[point] ?? 0)}`;
  return (
    <>
      {/* Only the day that one moves to is announced, never the total, which each change makes another. */}
      <span class="visually-hidden" aria-live="polite">
        {pointed}
      </span>
      <span class="chart-readout num" title={props.range} aria-hidden={pointed !== null}>
        {pointed ?? `Total ${formats.amount(metric, usage.total)}`}
      </span>
    </>
  );
}

function barSpec(usage: DailyUsage, metric: string | null, share: number | null, formats: Formats): BarSpec {
  const max = Math.max(0, ...usage.amounts);
  // A line far above every bar would press them flat; the legend still gives its value.
  const line = share !== null && (max === 0 || share <= max * 4) ? share : null;
  const ticks = valueTicks(Math.max(max, (line ?? 0) * 1.05));
  return {
    x: usage.days.map((day) => Date.parse(day) / 1000),
    bars: usage.amounts,
    ticks,
    top: ticks.at(-1) ?? 100,
    line,
    formatX: (seconds) => formats.utcDay(new Date(seconds * 1000).toISOString().slice(0, 10)),
    formatY: (value) => formats.amount(metric ?? '', value),
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
