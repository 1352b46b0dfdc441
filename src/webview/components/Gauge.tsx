import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
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
  reached: 'warn',
  over: 'warn',
  unlimited: 'quiet',
  unknown: 'quiet',
  excluded: 'quiet',
};

type Props = MetricUsage & {
  readonly selected: boolean;
  /** The limit has refused more than what is left of it. */
  readonly refusing: boolean;
  /** Where it will be at this rate, in words. */
  readonly pace: string;
  /** All of it in sentences. */
  readonly description: string;
};

function GaugeView(usage: Props): JSX.Element {
  const { formats, actions } = useDashboard();
  const { metric, used, limit, ratio, level, hard, selected, refusing, pace, description } = usage;
  const name = metricName(metric);
  // Red is for what is refused; a soft limit only warns, as the line above says.
  const tone = refusing || (hard && (ratio ?? 0) >= 1) ? 'bad' : tones[level];
  const element = useHighlight<HTMLSpanElement>(null, used);
  return (
    <button
      type="button"
      class={`gauge tone-${tone}`}
      data-metric={metric}
      data-used={String(used)}
      data-level={level}
      data-refusing={refusing ? '' : undefined}
      aria-pressed={selected}
      title={description}
      onClick={() => actions.selectMetric(metric)}
    >
      <span class="gauge-name">
        <span class="ellipsis">{name}</span>
        {tone === 'warn' || tone === 'bad' ? <Icon name={tone === 'bad' ? 'stop' : 'warning'} /> : null}
      </span>
      <span class="gauge-numbers">
        <span class="gauge-used num" ref={element}>
          {formats.amount(metric, used)}
        </span>
        {limit === null ? null : <span class="muted num"> / {formats.amount(metric, limit)}</span>}
      </span>
      <ProgressBar value={ratio} tone={tone} />
      <span class="gauge-words">
        <span class="ellipsis">
          {refusing ? t('Refusing; {0}', usageWords(usage, formats)) : usageWords(usage, formats)}
        </span>
        {ratio === null ? null : <span class="num">{formats.percent(ratio)}</span>}
      </span>
      <span class="gauge-pace num" data-pace>
        {pace}
      </span>
    </button>
  );
}

/** One metric against its limit; choosing it charts it. Renders only when its own numbers change. */
export const Gauge = memo(GaugeView);
