import type { JSX } from 'preact';
import { metricName } from '../../shared/names.ts';
import type { MetricUsage, UsageLevel } from '../../shared/usage.ts';
import { useDashboard } from '../context.ts';
import { usageWords } from '../words.ts';
import { Icon } from './Icon.tsx';
import { memo } from './memo.ts';
import { ProgressBar } from './ProgressBar.tsx';
import { useHighlight } from './useHighlight.ts';

const tones: Readonly<Record<UsageLevel, string>> = {
  fine: 'accent',
  warning: 'warn',
  reached: 'bad',
  over: 'bad',
  unlimited: 'quiet',
  unknown: 'quiet',
};

type Props = MetricUsage & { readonly selected: boolean };

function GaugeView(usage: Props): JSX.Element {
  const { formats: signal, actions } = useDashboard();
  const formats = signal.value;
  const { metric, used, limit, ratio, level, unit, hard, selected } = usage;
  const name = metricName(metric);
  const element = useHighlight<HTMLSpanElement>(null, used);
  const of = limit === null ? '' : ` of ${formats.exactAmount(metric, limit)}`;
  const exact = `${formats.exactAmount(metric, used)}${of}${unit ? ` ${unit}` : ''}`;
  return (
    <button
      type="button"
      class={`gauge tone-${tones[level]}`}
      data-metric={metric}
      data-used={String(used)}
      data-level={level}
      aria-pressed={selected}
      title={`${name}: ${exact}.${hard ? ' A hard limit: more is refused until it resets.' : ''} Click to chart it.`}
      onClick={() => actions.selectMetric(metric)}
    >
      <span class="gauge-name">
        <span class="ellipsis">{name}</span>
        {level === 'warning' || level === 'reached' || level === 'over' ? <Icon name="warning" /> : null}
      </span>
      <span class="gauge-numbers">
        <span class="gauge-used num" ref={element}>
          {formats.amount(metric, used)}
        </span>
        {limit === null ? null : <span class="muted num"> / {formats.amount(metric, limit)}</span>}
      </span>
      <ProgressBar value={ratio} tone={tones[level]} />
      <span class="gauge-words">
        <span class="ellipsis">{usageWords(usage, formats)}</span>
        {ratio === null ? null : <span class="num">{formats.percent(ratio)}</span>}
      </span>
    </button>
  );
}

/** One metric against its limit; choosing it charts it. Renders only when its own numbers change. */
export const Gauge = memo(GaugeView);
