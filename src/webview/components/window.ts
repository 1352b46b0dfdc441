/** Sizes of a list, px. */
export interface ListSize {
  readonly rowHeight: number;
  /** Of what can be seen of the rows at once. */
  readonly viewHeight: number;
  readonly width: number;
  /** Of a letter: the em of the list. */
  readonly fontSize: number;
}

/** Reads the sizes of a list that is drawn; tests give sizes of their own. */
export type MeasureList = (scroller: HTMLElement) => ListSize;

/** Where nothing can be measured, as before the first layout and in a DOM without one: wide enough for every column. */
export const unknownSize: ListSize = { rowHeight: 32, viewHeight: 448, width: 2_000, fontSize: 13 };

export const measureList: MeasureList = (scroller) => {
  const row = scroller.querySelector('[data-row]')?.getBoundingClientRect().height ?? 0;
  const head = scroller.querySelector('[data-head]')?.getBoundingClientRect().height ?? 0;
  const { clientHeight, clientWidth } = scroller;
  return {
    rowHeight: row || unknownSize.rowHeight,
    viewHeight: clientHeight > head ? clientHeight - head : unknownSize.viewHeight,
    width: clientWidth || unknownSize.width,
    fontSize: Number.parseFloat(getComputedStyle(scroller).fontSize) || unknownSize.fontSize,
  };
};

/** A row of a list, in a place that outlives a reload. */
export interface ListPlace {
  readonly id: string;
  readonly index: number;
}

/** Rows that are drawn: from `first` up to, not with, `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Rows drawn beyond what can be seen, at either end: a frame's scroll rarely goes further. */
const beyond = 8;
/** The window moves by so many rows at a time: fewer renders while one scrolls. */
const stride = 4;

/** The window of rows at a scroll position (px). */
export function spanAt(top: number, count: number, { rowHeight, viewHeight }: ListSize): Span {
  const at = Math.floor(top / rowHeight / stride) * stride - beyond;
  const seen = Math.ceil(viewHeight / rowHeight) + stride + 2 * beyond;
  const first = Math.max(0, Math.min(at, count - seen));
  return { first, end: Math.min(count, Math.max(0, at) + seen) };
}

/** Where a row stands that stood at `near`; -1 when it is gone. Most rows move by a few places only. */
export function findNear<T>(items: readonly T[], near: number, is: (item: T) => boolean): number {
  for (let away = 0; away <= 64; away++) {
    for (const place of away === 0 ? [near] : [near - away, near + away]) {
      const item = items[place];
      if (item !== undefined && is(item)) return place;
    }
  }
  return items.findIndex(is);
}

/**
 * By how many rows the list has to scroll so that the row at `anchor` stays where it is, however many came or went
 * above it. When that row itself is gone, the next one takes its place.
 */
export function shiftOf<T>(
  before: readonly T[],
  after: readonly T[],
  anchor: number,
  idOf: (item: T) => string,
): number {
  for (let place = anchor; place < Math.min(before.length, anchor + 50); place++) {
    const item = before[place];
    if (item === undefined) return 0;
    const id = idOf(item);
    const now = findNear(after, place, (other) => idOf(other) === id);
    if (now >= 0) return now - anchor;
  }
  return 0;
}
