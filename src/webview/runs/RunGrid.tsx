import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { maxCompared } from '../../shared/runs.ts';
import { type ListRow, VirtualList } from '../components/VirtualList.tsx';
import type { ListSize } from '../components/window.ts';
import { useDashboard } from '../context.ts';
import { type Item, isGroup } from './arrange.ts';
import { type ColumnId, fitColumns } from './columns.ts';
import { EndRow } from './EndRow.tsx';
import { GroupRow } from './GroupRow.tsx';
import { ListHead } from './ListHead.tsx';
import { RunRow } from './RunRow.tsx';
import { noMatchWords } from './words.ts';

/** Rows that the list is high, at least while there are so many runs; runs.css lets it be as high. */
const shownRows = 14;

/** The list itself. */
export function RunGrid(): JSX.Element {
  const { runs, ui } = useDashboard();
  const { choices } = runs;
  const items = runs.items.value;
  const columnsFor = useColumns();
  const onKey = useKeys();
  const grouped = choices.grouped.value;
  const wanted = ui.revealed.value?.section === 'runs' ? ui.revealed.value.id : null;
  const row = useRow(columnsFor);
  const isOpen = runs.older.beyond.value?.kind;
  return (
    <VirtualList<Item>
      name="runs"
      label={t('Training runs')}
      role={grouped ? 'treegrid' : 'grid'}
      items={items}
      idOf={idOf}
      row={row}
      head={(size) => <ListHead columns={columnsFor(size)} />}
      end={
        <>
          {items.length === 0 ? <NoMatch /> : null}
          <EndRow />
        </>
      }
      rowCount={isOpen === 'more' || isOpen === 'waiting' ? -1 : items.length + 1}
      minRows={Math.min(shownRows, runs.counts.value.all)}
      version={runs.choice.value}
      active={runs.active.value}
      onActive={(id) => {
        runs.active.value = id;
      }}
      onKey={onKey}
      onReading={(reading) => {
        runs.reading.value = reading;
      }}
      top={choices.top.peek()}
      onTop={(top) => {
        choices.top.value = top;
      }}
      wanted={wanted}
    />
  );
}

function idOf(item: Item): string {
  return item.id;
}

/** The columns that fit; the same list as long as they are the same. */
function useColumns(): (size: ListSize) => readonly ColumnId[] {
  const { runs } = useDashboard();
  const held = useRef<readonly ColumnId[]>([]);
  return ({ width, fontSize }) => {
    const next = fitColumns(runs.choices.columns.value, width / fontSize);
    if (next.join() !== held.current.join()) held.current = next;
    return held.current;
  };
}

function useRow(
  columnsFor: (size: ListSize) => readonly ColumnId[],
): (row: ListRow<Item>, size: ListSize) => JSX.Element {
  const { runs, store, ui } = useDashboard();
  const { choices } = runs;
  const projects = store.tables.projects.value;
  const marked = useMemo(() => new Set(runs.marked.value), [runs.marked.value]);
  const grouped = choices.grouped.value;
  return ({ item, index, domId, active }, size) => {
    const columns = columnsFor(size);
    const place = { domId, active, rowIndex: index + 2 };
    if (isGroup(item)) return <GroupRow key={item.id} group={item} span={columns.length + 2} {...place} />;
    return (
      <RunRow
        key={item.id}
        run={item}
        project={projects.get(item.project_id ?? '') ?? null}
        columns={columns}
        labelled={!grouped && ui.project.value === null && !columns.includes('project')}
        marked={marked.has(item.id)}
        full={marked.size >= maxCompared}
        nested={grouped}
        {...place}
      />
    );
  };
}

/** Enter opens, Space marks, left and right close and open groups, `/` leads to the search. */
function useKeys(): (event: KeyboardEvent, item: Item) => boolean {
  const { runs, actions } = useDashboard();
  return ({ key }, item) => {
    if (key === '/') {
      document.querySelector<HTMLElement>('[data-search=runs]')?.focus();
      return true;
    }
    if (isGroup(item)) {
      const turns = key === 'Enter' || key === ' ' || key === (item.open ? 'ArrowLeft' : 'ArrowRight');
      if (turns) runs.toggleGroup(item.id);
      return turns;
    }
    if (key === 'Enter') actions.showSheet({ kind: 'run', id: item.id });
    else if (key === ' ') runs.toggleMark(item.id);
    else if (key === 'ArrowLeft' && runs.choices.grouped.peek()) runs.active.value = runs.groupOf(item);
    else return false;
    return true;
  };
}

/** Nothing passes the filter, as far as is known. */
function NoMatch(): JSX.Element {
  const { runs } = useDashboard();
  const { filter, search } = runs.choices;
  const isChosen = filter.value !== 'all' || search.value !== '';
  return (
    <div class="empty" data-empty="filtered">
      {noMatchWords(filter.value, search.value !== '')}{' '}
      {isChosen ? (
        <button type="button" class="button link" onClick={() => runs.clearFilter()}>
          {t('Show all runs')}
        </button>
      ) : null}
    </div>
  );
}
