import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type LimitFact, limitFacts } from '../../shared/limits.ts';
import { isRefused, type MetricUsage, paceOf } from '../../shared/usage.ts';
import { type Dashboard, useDashboard } from '../context.ts';
import { gaugeDescription, gaugePace } from './limitWords.ts';

/** What a gauge says beside its numbers. */
export interface GaugeWords {
  readonly pace: string;
  readonly description: string;
}

export interface Limits {
  /** Limits that are reached or refuse something; the same list until one of them reads differently. */
  readonly facts: ReadonlySignal<readonly LimitFact[]>;
  /** By metric. */
  readonly gauges: ReadonlySignal<ReadonlyMap<string, GaugeWords>>;
}

/** What the gauges and the line above them read, derived while they are on screen. */
export function useLimits(): Limits {
  const dashboard = useDashboard();
  return useMemo(() => limitsOf(dashboard), [dashboard]);
}

function limitsOf(dashboard: Dashboard): Limits {
  const { store, views, clock } = dashboard;
  let held: readonly LimitFact[] = [];
  const facts = computed(() => {
    const next = limitFacts({
      usages: views.usage.value,
      usageRows: store.tables.usage_tracking.value.values(),
      runs: store.tables.training_runs.value.values(),
      period: views.period.value,
    });
    if (JSON.stringify(next) !== JSON.stringify(held)) held = next;
    return held;
  });
  const gauges = computed(() => {
    const now = clock.minute.value;
    return new Map(views.usage.value.map((usage) => [usage.metric, wordsOf(dashboard, usage, now)]));
  });
  return { facts, gauges };
}

function wordsOf({ store, views, formats }: Dashboard, usage: MetricUsage, now: number): GaugeWords {
  const { metric, limit } = usage;
  const period = views.period.value;
  const pace = isRefused(usage)
    ? null
    : paceOf(store.tables.usage_tracking.value.values(), metric, period, limit, now);
  return {
    pace: gaugePace(usage, pace, period, formats, now),
    description: gaugeDescription(usage, pace, period, formats, now),
  };
}
