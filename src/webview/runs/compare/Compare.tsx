import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../../shared/l10n.ts';
import { Empty, Skeleton } from '../../components/Placeholder.tsx';
import { Sheet } from '../../components/Sheet.tsx';
import { useDashboard } from '../../context.ts';
import { EmptyCurves } from '../detail/EmptyCurves.tsx';
import { Notice } from '../detail/Notice.tsx';
import { useRunReaders } from '../detail/useRunReaders.ts';
import { unavailableRuns } from '../detail/words.ts';
import { DiffTable } from './DiffTable.tsx';
import { Legend } from './Legend.tsx';
import { Overlays } from './Overlays.tsx';
import { comparedRuns } from './runsCompared.ts';
import { deletedWords, tooFewWords } from './words.ts';

/** Points of each curve that are read at first: of ten runs less is enough of each. */
const maxPoints = 1_000;

/** The sheet that lays the marked runs over each other and side by side. */
export function Compare(): JSX.Element {
  const { views, runSheets } = useDashboard();
  const availability = views.availability.value;
  return (
    <Sheet
      title={t('Compare runs')}
      opener="[data-section=runs] [data-compare]"
      wide
      scroll={{ kept: runSheets.scroll, name: 'compare' }}
    >
      {availability === 'loading' ? (
        <Skeleton rows={8} />
      ) : availability !== 'ready' ? (
        <Empty kind={availability}>{unavailableRuns(availability)}</Empty>
      ) : (
        <Comparison />
      )}
    </Sheet>
  );
}

function Comparison(): JSX.Element {
  const { store, runs: list, runSheets, formats } = useDashboard();
  const { histories, configs } = useRunReaders(maxPoints);
  const { runs, deleted } = useMemo(() => comparedRuns(list, store), []).value;
  useEffect(() => histories.keep(runs.map(({ id }) => id)), [runs]);
  const hidden = runSheets.hidden.value;
  const legend = <Legend runs={runs} hidden={hidden} onRemove={(id) => list.toggleMark(id)} />;
  const gone =
    deleted.length === 0 ? null : (
      <Notice
        tone="quiet"
        icon="info"
        kind="deleted"
        head={deletedWords(
          deleted.map(({ name }) => name),
          formats,
        )}
      />
    );
  if (runs.length < 2) {
    return (
      <>
        {gone}
        {runs.length > 0 ? legend : null}
        <section class="sheet-part" aria-label={t('Metrics')}>
          <EmptyCurves name="compare" message={tooFewWords(runs.length, formats)} />
        </section>
      </>
    );
  }
  return (
    <>
      {gone}
      {legend}
      <Overlays {...{ runs, hidden, histories }} />
      <DiffTable {...{ runs, configs }} />
    </>
  );
}
