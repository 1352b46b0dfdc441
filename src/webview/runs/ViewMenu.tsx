import type { JSX } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { numericMetrics } from '../../shared/runs.ts';
import { MenuButton } from '../components/MenuButton.tsx';
import { useDashboard } from '../context.ts';
import { columnIds, defaultColumns, fixedColumns } from './columns.ts';
import { columnWords } from './columnWords.ts';
import type { RunList } from './runList.ts';

/** Of so many runs the metrics are offered, and so many of them. */
const maxLooked = 500;
const maxNames = 60;

/** What the list shows: groups, columns, and which metric. */
export function ViewMenu(): JSX.Element {
  const { runs } = useDashboard();
  const { grouped, columns: chosen, metric } = runs.choices;
  const isDefault =
    !grouped.value &&
    metric.value === null &&
    chosen.value.size === defaultColumns.length &&
    defaultColumns.every((id) => chosen.value.has(id));
  return (
    <MenuButton label={t('Columns and groups')} icon="table" name="runs" on={!isDefault}>
      {() => <Panel />}
    </MenuButton>
  );
}

function Panel(): JSX.Element {
  const { runs } = useDashboard();
  const { grouped, columns: chosen } = runs.choices;
  return (
    <>
      <label class="menu-item">
        <input
          type="checkbox"
          class="checkbox"
          name="run-groups"
          checked={grouped.value}
          onChange={({ currentTarget }) => {
            grouped.value = currentTarget.checked;
          }}
        />
        {t('Group by project')}
      </label>
      <p class="menu-title">{t('Columns, as far as there is room')}</p>
      {columnIds
        .filter((id) => !fixedColumns.includes(id))
        .map((id) => ({ id, ...columnWords(id) }))
        .map(({ id, title, hint }) => (
          <label class="menu-item" key={id} title={hint}>
            <input
              type="checkbox"
              class="checkbox"
              name={`run-column-${id}`}
              checked={chosen.value.has(id)}
              onChange={() => runs.toggleColumn(id)}
            />
            {title}
          </label>
        ))}
      <label class="menu-title" for="run-metric">
        {t('Metric')}
      </label>
      <MetricChoice />
    </>
  );
}

function MetricChoice(): JSX.Element {
  const { runs } = useDashboard();
  const { metric } = runs.choices;
  const names = metricNames(runs);
  const chosen = metric.value;
  if (chosen !== null && !names.includes(chosen)) names.push(chosen);
  return (
    <select
      id="run-metric"
      class="select"
      value={chosen ?? ''}
      onChange={({ currentTarget }) => {
        metric.value = currentTarget.value || null;
      }}
    >
      <option value="">{t('The telling one of each run')}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {clip(name, 40)}
        </option>
      ))}
    </select>
  );
}

/** Names of metrics of the uppermost runs, those that the most runs have first. */
function metricNames(runs: RunList): string[] {
  const found = new Map<string, number>();
  for (const run of runs.shown.value.slice(0, maxLooked))
    for (const { name } of numericMetrics(run.metrics))
      if (name !== '') found.set(name, (found.get(name) ?? 0) + 1);
  return [...found]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, maxNames)
    .map(([name]) => name);
}
