import type { JSX } from 'preact';
import { numericMetrics } from '../../shared/runs.ts';
import { useDashboard } from '../context.ts';

/** The first few numbers of a row's metrics, by name. */
export function MetricList({
  metrics,
  max,
}: {
  metrics: Readonly<Record<string, unknown>>;
  max: number;
}): JSX.Element | null {
  const formats = useDashboard().formats.value;
  const found = numericMetrics(metrics).slice(0, max);
  if (found.length === 0) return null;
  return (
    <span class="metrics">
      {found.map(({ name, value }) => (
        <span class="metric" key={name}>
          <span class="metric-name">{name}</span> <span class="num">{formats.metric(value)}</span>
        </span>
      ))}
    </span>
  );
}
