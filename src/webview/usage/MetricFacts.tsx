import type { JSX } from 'preact';
import { metricName } from '../../shared/names.ts';

interface Props {
  readonly metric: string;
  /** All that its gauge stands for, in sentences. */
  readonly description: string;
}

/** What the tooltip of the chosen gauge says, for those who point at nothing. */
export function MetricFacts({ metric, description }: Props): JSX.Element {
  return (
    <p class="metric-facts num" data-metric-facts>
      <strong>{metricName(metric)}</strong> {description}
    </p>
  );
}
