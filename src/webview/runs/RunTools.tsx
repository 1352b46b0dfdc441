import type { JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { maxCompared } from '../../shared/runs.ts';
import { ExportButton } from '../components/ExportButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { SearchBox } from '../components/SearchBox.tsx';
import { useDashboard } from '../context.ts';
import { runColumns } from './csvColumns.ts';
import { runFilters } from './filter.ts';
import { ViewMenu } from './ViewMenu.tsx';
import { filterName, filterTitle } from './words.ts';

/** Search, filter, view, comparison and export, at the right of the heading. */
export function RunTools(): JSX.Element {
  const { runs, store } = useDashboard();
  return (
    <>
      <SearchBox
        label={t('Search runs')}
        name="runs"
        value={runs.choices.search.value}
        onSearch={(text) => {
          runs.choices.search.value = text;
        }}
      />
      <Filter />
      <ViewMenu />
      <Compare />
      <ExportButton
        what="runs"
        label={t('Export runs as CSV')}
        rows={() => runs.shown.peek()}
        columns={() => runColumns(runs.shown.peek(), store.tables)}
      />
    </>
  );
}

/** Which runs, and how many there are of each kind. */
function Filter(): JSX.Element {
  const { runs, actions, formats } = useDashboard();
  const counts = runs.counts.value;
  return (
    <fieldset class="segmented run-filter">
      <legend class="visually-hidden">{t('Which runs')}</legend>
      {runFilters.map((value) => {
        const count = formats.number(counts[value]);
        const title = filterTitle(value, count);
        return (
          <label key={value} title={title}>
            <input
              type="radio"
              name="runs"
              value={value}
              aria-label={title}
              checked={runs.filter.value === value}
              onChange={() => actions.filterRuns(value)}
            />
            <span>
              {filterName(value)} <span class="num filter-count">{count}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

/** Opens the comparison of what is marked; always there, so that the first mark moves nothing. */
function Compare(): JSX.Element {
  const { runs, actions, formats } = useDashboard();
  const count = runs.marked.value.length;
  const words = count > 0 ? t('Compare ({0})', formats.number(count)) : t('Compare');
  const title =
    count > 0
      ? t('Compare the marked runs, {0} at most', formats.number(maxCompared))
      : t('Mark runs to compare them: the box before the name, or Space');
  return (
    <span class="run-compare">
      <button
        type="button"
        class="button secondary"
        data-compare
        title={title}
        aria-disabled={count === 0 ? 'true' : undefined}
        onClick={() => {
          if (count > 0) actions.showSheet({ kind: 'compare' });
        }}
      >
        {words}
      </button>
      <button
        type="button"
        class={`button icon ${count === 0 ? 'unseen' : ''}`}
        data-clear-marks
        aria-label={t('Clear the marks')}
        title={t('Clear the marks')}
        onClick={() => runs.clearMarks()}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
