import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Gauge } from '../components/Gauge.tsx';
import { Empty, unavailableWords } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { useDashboard } from '../context.ts';
import { UsageChart } from '../usage/UsageChart.tsx';

export function Usage(): JSX.Element {
  return (
    <Section name="usage" title="Usage" tools={<Reset />}>
      <Gauges />
      <UsageChart />
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
        const f = formats.value;
        const now = clock.minute.value;
        const left = f.duration(Math.max(0, end - now));
        return `${f.utcDate(start, now)} – ${f.utcDate(end, now)} · resets in ${left}`;
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
  const availability = views.availability.value;
  const usage = views.usage.value;
  const metric = views.metric.value;
  if (availability === 'loading') {
    return (
      <div class="gauges" data-skeleton aria-hidden="true">
        {Array.from({ length: 5 }, (_, i) => (
          <div class="gauge skeleton-gauge" key={i}>
            <span class="skeleton-bar" />
            <span class="skeleton-bar wide" />
          </div>
        ))}
      </div>
    );
  }
  if (availability !== 'ready') {
    return (
      <div class="gauges">
        <Empty kind={availability}>{unavailableWords(availability, 'limits')}</Empty>
      </div>
    );
  }
  if (usage.length === 0) {
    return (
      <div class="gauges">
        <Empty kind="empty">
          <span>
            What you use appears here next to what your plan allows, as soon as a script calls{' '}
            <code>record_usage</code>.
          </span>
        </Empty>
      </div>
    );
  }
  return (
    <div class="gauges">
      {usage.map((one) => (
        <Gauge key={one.metric} {...one} selected={one.metric === metric} />
      ))}
    </div>
  );
}
