import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { numericMetrics } from '../../shared/runs.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly max: number;
  /** Comes before the others, where there is one of that name. */
  readonly first?: string | null;
}

/** The first few numbers of a row's metrics, by name. */
export function MetricList({ metrics, max, first = null }: Props): JSX.Element | null {
  const formats = useDashboard().formats;
  const all = numericMetrics(metrics);
  const found = [...all.filter(({ name }) => name === first), ...all.filter(({ name }) => name !== first)];
  if (found.length === 0) return null;
  return (
    <span class="metrics">
      {found.slice(0, max).map(({ name, value }) => (
        <span class="metric" key={name}>
          <span class="metric-name">{clip(name, 60)}</span> <span class="num">{formats.metric(value)}</span>
        </span>
      ))}
    </span>
  );
}
