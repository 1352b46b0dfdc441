// biome-ignore-all lint/a11y/useSemanticElements: the list is a grid of `div`s that keeps the focus itself
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is a grid of `div`s that keeps the focus itself

import type { JSX, TargetedKeyboardEvent } from 'preact';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { useDashboard } from '../context.ts';
import type { ColumnId } from './columns.ts';
import { columnWords } from './columnWords.ts';
import type { SortColumn } from './sort.ts';

/** The headings: a click sorts. One stop of the Tab key; arrow keys lead from one to the next. */
export function ListHead({ columns }: { readonly columns: readonly ColumnId[] }): JSX.Element {
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) focusBy(event.currentTarget, step);
    else if (event.key === 'ArrowDown') event.currentTarget.closest<HTMLElement>('[data-list]')?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div class="run-row list-head" role="row" tabIndex={-1} aria-rowindex={1} data-head onKeyDown={onKeyDown}>
      <span role="columnheader" class="cell run-mark">
        <span class="visually-hidden">{t('Compare')}</span>
      </span>
      <Heading column="name" />
      {columns.map((column) => (
        <Heading key={column} column={column} />
      ))}
    </div>
  );
}

function focusBy(head: HTMLElement, step: number): void {
  const buttons = [...head.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
}

function Heading({ column }: { readonly column: SortColumn }): JSX.Element {
  const { runs } = useDashboard();
  const { title, hint } = columnWords(column);
  const metric = runs.choices.metric.value;
  const words = column === 'metric' && metric !== null ? metric.slice(0, 60) : title;
  const sort = runs.choices.sort.value;
  const isSorted = sort?.column === column;
  const order = isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <span
      role="columnheader"
      class={`cell cell-${column}`}
      aria-sort={order}
      data-sorted={isSorted ? order : undefined}
    >
      <button
        type="button"
        class="heading"
        data-sort-by={column}
        tabIndex={isSorted || (sort === null && column === 'name') ? 0 : -1}
        title={t('{0}. Sort by it', hint)}
        onClick={() => runs.sortBy(column)}
      >
        <span class="ellipsis">{words}</span>
        {isSorted ? <Icon name="chevron" class={`sort-mark ${order}`} /> : null}
      </button>
    </span>
  );
}
