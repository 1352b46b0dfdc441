import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { statusName } from '../../shared/names.ts';
import { ExportButton } from '../components/ExportButton.tsx';
import { SearchBox } from '../components/SearchBox.tsx';
import { useDashboard } from '../context.ts';
import { modelColumns } from './columns.ts';
import { type ModelSort, metricSort, metricSortWords, plainSorts, sortMetric, sortName } from './words.ts';

/** Statuses that one can filter by. */
const maxStatuses = 20;

/** Search, status, order and export, at the right of the heading. */
export function ModelTools(): JSX.Element | null {
  const { models, actions, store } = useDashboard();
  if (models.models.value.length === 0 && !models.isFiltered) return null;
  return (
    <>
      <SearchBox
        label={t('Search models')}
        name="models"
        value={models.search.value}
        onSearch={actions.searchModels}
      />
      <Statuses />
      <Sorts />
      <ExportButton
        what="models"
        label={t('Export models as CSV')}
        rows={() => models.groups.peek().flatMap(({ versions }) => versions)}
        columns={() => modelColumns(models.models.peek(), store.tables)}
      />
    </>
  );
}

function Statuses(): JSX.Element {
  const { models, actions, formats } = useDashboard();
  const chosen = models.status.value;
  const statuses = [...models.statuses.value].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxStatuses);
  if (chosen !== null && !statuses.some(([status]) => status === chosen)) statuses.push([chosen, 0]);
  return (
    <select
      class={`select ${chosen === null ? '' : 'on'}`}
      data-filter="model-status"
      aria-label={t('Status of models')}
      title={t('Status of models')}
      value={chosen ?? ''}
      onChange={({ currentTarget }) => actions.filterModels(currentTarget.value || null)}
    >
      <option value="">{t('All statuses')}</option>
      {statuses.map(([status, count]) => (
        <option key={status} value={status}>
          {clip(statusName(status), 40)} ({formats.number(count)})
        </option>
      ))}
    </select>
  );
}

function Sorts(): JSX.Element {
  const { models, actions } = useDashboard();
  const metrics = models.metrics.value;
  const sort = models.sort.value;
  return (
    <select
      class={`select ${sortMetric(sort) === null ? '' : 'on'}`}
      data-sort="models"
      aria-label={t('Order of models')}
      title={t('Order of models')}
      value={sort}
      onChange={({ currentTarget }) => actions.sortModels(currentTarget.value as ModelSort)}
    >
      {plainSorts.map((value) => (
        <option key={value} value={value}>
          {sortName(value)}
        </option>
      ))}
      {metrics.length > 0 ? (
        <optgroup label={t('By a metric')}>
          {metrics.map((metric) => (
            <option key={metric} value={metricSort(metric)}>
              {metricSortWords(metric)}
            </option>
          ))}
        </optgroup>
      ) : null}
    </select>
  );
}
