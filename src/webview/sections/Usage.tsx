import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { rich, t } from '../../shared/l10n.ts';
import { Gauge } from '../components/Gauge.tsx';
import { Guard } from '../components/Guard.tsx';
import { lazy } from '../components/lazy.ts';
import { Empty, LogRunButton, Unavailable } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { useDashboard } from '../context.ts';
import { LimitStrip } from '../usage/LimitStrip.tsx';
import { useLimits } from '../usage/limits.ts';
import { MetricFacts } from '../usage/MetricFacts.tsx';

/** Loaded behind the first content, which is there sooner; its place is kept. */
const UsageChart = lazy(
  async () => (await import('../later.ts')).UsageChart,
  () => <div class="chart usage-chart-place" aria-hidden="true" />,
);

export function Usage(): JSX.Element {
  return (
    <Section name="usage" title={t('Usage')} tools={<Reset />}>
      <Gauges />
      <Guard where="Usage chart">
        <UsageChart />
      </Guard>
    </Section>
  );
}

/** When the counts begin again, counting down. */
function Reset(): JSX.Element | null {
  const { views, clock, formats } = useDashboard();
  const text = useMemo(
    () =>
      computed(() => {
        const { start, end } = views.period.value;
        const f = formats;
        const now = clock.minute.value;
        const left = f.duration(Math.max(0, end - now));
        return t('{0} – {1} · resets in {2}', f.utcDate(start, now), f.utcDate(end, now), left);
      }),
    [],
  );
  return views.availability.value === 'ready' ? (
    <span class="muted num" data-reset>
      {text}
    </span>
  ) : null;
}

function Gauges(): JSX.Element {
  const { views } = useDashboard();
  const { facts, gauges } = useLimits();
  const availability = views.availability.value;
  const usage = views.usage.value;
  const metric = views.metric.value;
  if (availability === 'loading') {
    return (
      <>
        <p class="limit-calm" aria-hidden="true" />
        <div class="gauges" data-skeleton aria-hidden="true">
          {Array.from({ length: 5 }, (_, i) => (
            <div class="gauge skeleton-gauge" key={i}>
              <span class="skeleton-bar" />
              <span class="skeleton-bar wide" />
            </div>
          ))}
        </div>
        <p class="metric-facts" aria-hidden="true" />
      </>
    );
  }
  if (availability !== 'ready') {
    return (
      <div class="gauges">
        <Unavailable availability={availability} />
      </div>
    );
  }
  if (usage.length === 0) {
    return (
      <div class="gauges">
        <Empty kind="empty">
          <span>
            {rich(
              'What you use appears here next to what your plan allows, as soon as a script calls {0}.',
              <code>record_usage</code>,
            )}{' '}
            <LogRunButton />
          </span>
        </Empty>
      </div>
    );
  }
  const shown = usage.find((one) => one.metric === metric);
  return (
    <>
      <LimitStrip facts={facts.value} usage={usage} />
      <div class="gauges">
        {usage.map((one) => (
          <Gauge
            key={one.metric}
            {...one}
            selected={one.metric === metric}
            refusing={facts.value.some((fact) => fact.metric === one.metric && fact.state === 'refusing')}
            pace={gauges.value.get(one.metric)?.pace ?? ''}
            description={gauges.value.get(one.metric)?.description ?? ''}
          />
        ))}
      </div>
      {shown ? (
        <MetricFacts metric={shown.metric} description={gauges.value.get(shown.metric)?.description ?? ''} />
      ) : null}
    </>
  );
}
