import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import type { ProjectRow } from '../../shared/model.ts';
import { metricName } from '../../shared/names.ts';
import { dayStart, daysOfRange, evenDailyShare, isRefused, paceOf, utcDay } from '../../shared/usage.ts';
import { Chart } from '../charts/Chart.tsx';
import { useHighContrast, useSurface } from '../charts/palette.ts';
import { Segmented } from '../components/Segmented.tsx';
import { useWanted } from '../components/useWanted.ts';
import { useDashboard } from '../context.ts';
import { ranges } from '../state/uiState.ts';
import { rangeName } from '../words.ts';
import { dailyByProject } from './dailyUsage.ts';
import { Multiples } from './Multiples.tsx';
import { stackOf } from './stack.ts';
import { usageSpec } from './usageSpec.ts';
import { messageWords, noteWords, paceWords, sentenceWords, titleWords } from './usageWords.ts';

const tools = ['csv', 'png', 'table'] as const;

/** Usage of one metric by UTC day, always with axes and grid, and all metrics small below it. */
export function UsageChart(): JSX.Element {
  const { store, views, ui, clock, formats } = useDashboard();
  const surface = useSurface();
  const highContrast = useHighContrast();
  const metric = views.metric.value;
  const range = ui.range.value;
  const period = views.period.value;
  const rows = store.tables.usage_tracking.value;
  const projects = useProjectRows();
  const chosen = views.chosen.value;
  const now = clock.minute.value;
  const today = dayStart(now);
  const days = useMemo(() => daysOfRange(range, period, today), [range, period, today]);
  const scope = useMemo(() => ({ days, project: chosen?.id ?? null }), [days, chosen?.id]);
  const bands = useMemo(
    () =>
      stackOf({
        byProject: dailyByProject(rows.values(), metric ?? '', scope),
        projects,
        days: days.length,
        label: metric === null ? t('Usage') : metricName(metric),
        surface: highContrast ? null : surface,
      }),
    [rows, metric, scope, projects, surface, highContrast],
  );
  const used = views.usage.value.find((other) => other.metric === metric);
  const limit = used?.limit ?? null;
  const share = evenDailyShare(limit, period);
  // Limits are of all projects together, and so is the pace towards them.
  const isPaced = range === 'period' && chosen === null && used !== undefined && !isRefused(used);
  const pace = useMemo(
    () => (isPaced && metric !== null ? paceOf(rows.values(), metric, period, limit, now) : null),
    [isPaced, rows, metric, period, limit, isPaced ? now : 0],
  );
  // Three digits are all that an estimate is worth, and with more it would be another one each minute.
  const expected = pace === null ? null : Number(pace.perDay.toPrecision(3));
  const spec = useMemo(
    () => usageSpec({ days, metric, bands, share, today: utcDay(today), expected, formats }),
    [days, metric, bands, share, today, expected, formats],
  );
  const total = bands.reduce((sum, band) => sum + band.total, 0);
  const { title } = rangeName(range);
  const project = chosen === null ? null : clip(chosen.name, 60);
  const shown = { metric, total, range: title, project };
  const message = messageWords(views.availability.value, shown);
  useWanted('exportUsage', '[data-chart=usage] [data-save=csv]');
  return (
    <>
      <Chart
        name="usage"
        title={titleWords(shown)}
        spec={spec}
        message={message}
        sentence={sentenceWords({ ...shown, days, bands, share, message, formats })}
        tools={tools}
        head={<Head metric={metric} total={total} />}
        note={noteWords({
          project,
          pace: pace && metric !== null ? paceWords(metric, pace, period, formats, now) : null,
        })}
      />
      <Multiples scope={scope} range={title} />
    </>
  );
}

function Head({ metric, total }: { metric: string | null; total: number }): JSX.Element {
  const { ui, actions, charts, formats } = useDashboard();
  const range = ui.range.value;
  return (
    <>
      <MetricSelect />
      <span class="muted chart-per">{t('per day')}</span>
      <span class="chart-total num muted" title={rangeName(range).title}>
        {metric === null ? '' : t('Total {0}', formats.amount(metric, total))}
      </span>
      <Segmented
        label={t('Range of the chart')}
        name="range"
        value={range}
        options={ranges.map((value) => ({ value, ...rangeName(value) }))}
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
      aria-label={t('Metric of the chart')}
      value={metric ?? ''}
      disabled={known.length === 0}
      onChange={(event) => actions.selectMetric(event.currentTarget.value)}
    >
      {known.length === 0 ? <option value="">{t('Usage')}</option> : null}
      {known.map((other) => (
        <option key={other.metric} value={other.metric} selected={other.metric === metric}>
          {metricName(other.metric)}
        </option>
      ))}
    </select>
  );
}

/** Projects in their order; the same list until another project or order comes: a step of a run draws nothing here. */
function useProjectRows(): readonly ProjectRow[] {
  const { views } = useDashboard();
  const rows = useMemo(() => {
    let known: readonly ProjectRow[] = [];
    return computed(() => {
      const next = views.projects.value.map(({ project }) => project);
      if (next.length !== known.length || next.some((row, i) => row !== known[i])) known = next;
      return known;
    });
  }, []);
  return rows.value;
}
