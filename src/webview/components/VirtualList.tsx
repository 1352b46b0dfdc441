// biome-ignore-all lint/a11y/noStaticElementInteractions: its role is a property: a grid or a tree grid
// biome-ignore-all lint/a11y/useAriaPropsSupportedByRole: its role is a property: a grid or a tree grid

import type { ComponentChildren, JSX, TargetedFocusEvent, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { useDashboard } from '../context.ts';
import { ListScroll } from './listScroll.ts';
import type { ListPlace, ListSize } from './window.ts';

export interface ListRow<T> {
  readonly item: T;
  readonly index: number;
  /** Of its element, for `aria-activedescendant`. */
  readonly domId: string;
  readonly active: boolean;
}

interface Props<T> {
  /** Begins the ids of its elements. */
  readonly name: string;
  readonly label: string;
  /** `treegrid` when some rows hold others. */
  readonly role: 'grid' | 'treegrid';
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  /** Draws a row whose element has `data-row` and `data-id`; all of one height. */
  readonly row: (row: ListRow<T>, size: ListSize) => ComponentChildren;
  readonly head: (size: ListSize) => ComponentChildren;
  readonly end?: ComponentChildren;
  /** Rows that there are, or -1 while there are more than are known. */
  readonly rowCount: number;
  /** The list is at least so many rows high: what stands below it keeps its place. */
  readonly minRows: number;
  /** Another object takes the list back to its top. */
  readonly version: object;
  readonly active: string | null;
  readonly onActive: (id: string) => void;
  /** A key that is no way through the list; true when it was meant for the row. */
  readonly onKey: (event: KeyboardEvent, item: T) => boolean;
  /** Somebody begins to read, or ends: rows are to keep their order meanwhile. */
  readonly onReading: (reading: boolean) => void;
  /** Where it was scrolled to, and where it is. */
  readonly top: ListPlace | null;
  readonly onTop: (top: ListPlace | null) => void;
  /** The row to be brought into sight, if any. */
  readonly wanted: string | null;
}

/**
 * A list of rows of one height that draws only those in sight, in a scroll area of its own, with the keyboard of a
 * grid: the focus stays on the list, `aria-activedescendant` names the row. The spaces above and below are SVGs,
 * because their height is data and a style attribute is not allowed by our CSP.
 */
export function VirtualList<T>(props: Props<T>): JSX.Element {
  const { measureList } = useDashboard();
  const [, redraw] = useReducer<number, void>((count) => count + 1, 0);
  const scroller = useRef<HTMLDivElement>(null);
  const scroll = useRef<ListScroll<T> | null>(null);
  const { onReading, onTop, top } = props;
  scroll.current ??= new ListScroll<T>({ onChange: () => redraw(), onReading, onTop, top });
  const list = scroll.current;
  list.take(props);
  const { items, idOf, active, name } = props;
  const { first, end } = list.span;
  const activeIndex = active === null ? -1 : list.indexOf(active);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    list.attach(element, measureList);
    const observer = new ResizeObserver(() => list.measure());
    observer.observe(element);
    return () => {
      observer.disconnect();
      list.detach();
    };
  }, []);
  useLayoutEffect(() => {
    list.settle();
    const heir = list.heir === null ? undefined : items[list.heir];
    if (heir !== undefined) props.onActive(idOf(heir));
  });
  const move = (index: number): void => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))];
    if (item === undefined) return;
    props.onActive(idOf(item));
    list.show(Math.max(0, Math.min(items.length - 1, index)));
  };
  /** What is inside a row gives the focus to the list: a row that is scrolled out of sight must not lose it. */
  const onFocusIn = (event: TargetedFocusEvent<HTMLElement>): void => {
    list.focused(true);
    const inside = rowOf(event.target);
    const top = items[list.firstSeen];
    if (inside?.dataset.id !== undefined) {
      // In this order: the list that takes the focus without an active row makes the uppermost one active.
      event.currentTarget.focus({ preventScroll: true });
      props.onActive(inside.dataset.id);
    } else if (event.target === event.currentTarget && activeIndex < 0 && top !== undefined) {
      props.onActive(idOf(top));
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = list.targetOf(event.key, activeIndex);
    const item = items[activeIndex];
    if (target !== null) move(target);
    else if (item === undefined || !props.onKey(event, item)) return;
    event.preventDefault();
  };
  const drawn = items.slice(first, end);
  const isDrawn = activeIndex >= first && activeIndex < end;
  return (
    <div class="virtual" ref={scroller} data-scroller={name} onScroll={() => list.scrolled()}>
      <div
        class="virtual-rows"
        role={props.role}
        aria-label={props.label}
        aria-rowcount={props.rowCount}
        aria-multiselectable="true"
        tabIndex={0}
        aria-activedescendant={isDrawn && active !== null ? domIdOf(name, active) : undefined}
        data-list={name}
        onKeyDown={onKeyDown}
        onFocusIn={onFocusIn}
        onFocusOut={() => list.focused(false)}
        onPointerOver={({ target }) => list.pointed(rowOf(target)?.dataset.id ?? null)}
        onPointerLeave={() => list.pointed(null, false)}
        onPointerDown={() => list.stopRestoring()}
        onWheel={() => list.stopRestoring()}
      >
        {props.head(list.size)}
        <Space rows={first} size={list.size} />
        {drawn.map((item, i) =>
          props.row(
            { item, index: first + i, domId: domIdOf(name, idOf(item)), active: idOf(item) === active },
            list.size,
          ),
        )}
        <Space rows={items.length - end} size={list.size} />
      </div>
      {props.end}
      <Space rows={props.minRows - items.length} size={list.size} />
    </div>
  );
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
}

function domIdOf(name: string, id: string): string {
  return `${name}-row-${id}`;
}

/** Stands for so many rows. */
function Space({ rows, size }: { readonly rows: number; readonly size: ListSize }): JSX.Element | null {
  if (rows <= 0) return null;
  return (
    <svg
      class="virtual-space"
      width="1"
      height={rows * size.rowHeight}
      aria-hidden="true"
      role="presentation"
    />
  );
}
