import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import type { SectionName } from '../state/uiState.ts';

interface Props<T> {
  readonly items: readonly T[];
  /** How many are drawn at first, and how many more with each click. */
  readonly first: number;
  readonly step: number;
  /** Under which the number of rows shown is kept. */
  readonly name: SectionName;
  /** What stands below the list once all of it is drawn. */
  readonly end?: ComponentChildren;
  readonly children: (shown: readonly T[]) => ComponentChildren;
}

/** Draws the head of a list that may be long; the rest on demand, so thousands cost no more than a screenful. */
export function Windowed<T>({ items, first, step, name, end, children }: Props<T>): JSX.Element {
  const { formats, ui, actions } = useDashboard();
  const limit = Math.max(first, ui.shown.value[name] ?? 0);
  const more = Math.min(step, items.length - limit);
  return (
    <>
      {children(limit < items.length ? items.slice(0, limit) : items)}
      {more > 0 ? (
        <button
          type="button"
          class="button link show-more"
          onClick={() => actions.showRows(name, limit + step)}
        >
          {t('Show more ({0} of {1})', formats.number(more), formats.number(items.length - limit))}
        </button>
      ) : (
        end
      )}
    </>
  );
}
