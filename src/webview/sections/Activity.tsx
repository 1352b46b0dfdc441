import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { lazy } from '../components/lazy.ts';
import { Skeleton } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { useDashboard } from '../context.ts';
import { Filters } from '../timeline/Filters.tsx';
import { isFiltered } from '../timeline/filter.ts';

/** Loaded behind the first content: it is the lowest of the page. */
const ActivityBody = lazy(
  async () => (await import('../later.ts')).ActivityBody,
  () => <Skeleton rows={6} />,
);

/** What the editor reported and what became of runs, on one timeline. */
export function Activity(): JSX.Element {
  const [isDrawn, setDrawn] = useState(false);
  return (
    <Section name="activity" title={t('Activity')} tools={<Tools />} isLoading={!isDrawn}>
      <ActivityBody onDrawn={() => setDrawn(true)} />
    </Section>
  );
}

function Tools(): JSX.Element | null {
  const { timeline, ui, views } = useDashboard();
  const hasTools =
    views.availability.value === 'ready' &&
    (isFiltered(ui.timelineFilter.value) || timeline.kinds.value.length > 0);
  return hasTools ? <Filters /> : null;
}
