import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { metricName } from '../../shared/names.ts';
import { memo } from '../components/memo.ts';
import { useDashboard } from '../context.ts';
import { dailyByMetric, type Scope } from './dailyUsage.ts';

interface Props {
  readonly scope: Scope;
  /** Names the range that is shown. */
  readonly range: string;
}

/** Every metric as a small chart, which a click makes the large one. One metric alone is large already. */
export function Multiples({ scope, range }: Props): JSX.Element | null {
  const { store, views, formats } = useDashboard();
  const rows = store.tables.usage_tracking.value;
  const usage = views.usage.value;
  const charted = views.metric.value;
  const byMetric = useMemo(() => dailyByMetric(rows.values(), scope), [rows, scope]);
  if (usage.length < 2) return null;
  return (
    <ul class="multiples" aria-label={t('All metrics')}>
      {usage.map(({ metric }) => {
        const daily = byMetric.get(metric);
        return (
          <Multiple
            key={metric}
            metric={metric}
            total={formats.amount(metric, daily?.total ?? 0)}
            bars={barsPath(daily?.amounts ?? [])}
            days={scope.days.length}
            range={range}
            selected={metric === charted}
          />
        );
      })}
    </ul>
  );
}

interface MultipleProps {
  readonly metric: string;
  readonly total: string;
  /** The outline of its bars, a unit a day wide and 16 high. */
  readonly bars: string;
  readonly days: number;
  readonly range: string;
  readonly selected: boolean;
}

function MultipleView(props: MultipleProps): JSX.Element {
  const { metric, total, bars, days, range, selected } = props;
  const { actions } = useDashboard();
  const name = metricName(metric);
  return (
    <li>
      <button
        type="button"
        class="multiple"
        data-multiple={metric}
        aria-pressed={selected}
        aria-label={t('{0}: {1} ({2})', name, total, range)}
        title={t('Show “{0}” in the chart', name)}
        onClick={() => actions.selectMetric(metric)}
      >
        <span class="multiple-name ellipsis">{name}</span> <span class="multiple-total num">{total}</span>
        <svg
          class="multiple-bars"
          viewBox={`0 0 ${days} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path d={bars} />
        </svg>
      </button>
    </li>
  );
}

const Multiple = memo(MultipleView);

const height = 16;

/** One path for all bars: an element a day of every metric would be hundreds. */
function barsPath(amounts: readonly number[]): string {
  const highest = Math.max(0, ...amounts);
  if (highest === 0) return '';
  return amounts
    .map((amount, i) => {
      const size = Math.round(Math.max(0, amount / highest) * height * 10) / 10;
      return size > 0 ? `M${i + 0.15} ${height}v${-size}h.7v${size}z` : '';
    })
    .join('');
}
