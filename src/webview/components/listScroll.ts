import {
  findNear,
  type ListPlace,
  type ListSize,
  type MeasureList,
  type Span,
  shiftOf,
  spanAt,
  unknownSize,
} from './window.ts';

interface ListContent<T> {
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  readonly version: object;
  readonly active: string | null;
  readonly wanted: string | null;
}

interface Options {
  /** Other rows are to be drawn. */
  readonly onChange: () => void;
  readonly onReading: (reading: boolean) => void;
  /** Another row is the uppermost. */
  readonly onTop: (top: ListPlace | null) => void;
  readonly top: ListPlace | null;
}

/**
 * What stands behind the rows comes into sight with the last one, at most so many rows of it: older rows are asked for
 * when their place is seen, and keys lead no further.
 */
const rowsBehind = 3;

/**
 * Where a virtual list is scrolled to, and what it does so that nothing moves under the eyes of who reads: with the
 * pointer over it, the focus in it, or scrolled. The position is known before the rows are drawn, so that the first
 * frame with new rows has them in their place.
 */
export class ListScroll<T> {
  readonly #options: Options;
  #element: HTMLElement | null = null;
  #measure: MeasureList | null = null;
  #size: ListSize = unknownSize;
  #items: readonly T[] = [];
  #idOf: (item: T) => string = () => '';
  #version: object | null = null;
  #active: string | null = null;
  /** Where the active row stands, or where it stood when it went; -1 without one. */
  #place = -1;
  /** px. */
  #top = 0;
  #span: Span = { first: 0, end: 0 };
  #hasFocus = false;
  #hasPointer = false;
  #pointed: string | null = null;
  #reading = false;
  #shown: string | null = null;
  /** The place of an earlier session, until it is reached or the user scrolls. */
  #restoring: ListPlace | null;
  #isRestored = false;
  #told: ListPlace | null;

  constructor(options: Options) {
    this.#options = options;
    this.#restoring = options.top;
    this.#told = options.top;
  }

  get size(): ListSize {
    return this.#size;
  }

  get span(): Span {
    return this.#span;
  }

  /** Index of the uppermost row that can be seen as a whole. */
  get firstSeen(): number {
    return Math.min(Math.max(0, this.#items.length - 1), Math.ceil(this.#top / this.#size.rowHeight));
  }

  /** Takes what is drawn next; while it is read, its anchor stays where it is. */
  take({ items, idOf, version, active, wanted }: ListContent<T>): void {
    this.#idOf = idOf;
    if (active !== this.#active) this.#place = -1;
    this.#active = active;
    if (items !== this.#items) {
      if (this.#place >= 0) this.#place += shiftOf(this.#items, items, this.#place, idOf);
      if (this.#version !== null && version !== this.#version) {
        this.#top = 0;
        this.#place = -1;
        this.#restoring = null;
      } else if (this.#isReading) {
        const shift = shiftOf(this.#items, items, this.#anchor(), idOf);
        this.#top = Math.max(0, this.#top + shift * this.#size.rowHeight);
      }
      this.#items = items;
    }
    this.#version = version;
    this.#restore();
    if (wanted !== this.#shown) {
      this.#shown = wanted;
      const index = wanted === null ? -1 : this.indexOf(wanted);
      if (index >= 0) this.#aim(index, true);
    }
    this.#span = spanAt(this.#top, items.length, this.#size);
    const place = active === null ? -1 : this.indexOf(active);
    if (place >= 0) this.#place = place;
  }

  /** Index of the row that stands where the active one stood until it went; null unless the focus is in the list. */
  get heir(): number | null {
    if (!this.#hasFocus || this.#place < 0 || this.#items.length === 0) return null;
    if (this.#active === null || this.indexOf(this.#active) >= 0) return null;
    return Math.min(this.#place, this.#items.length - 1);
  }

  /** Brings the drawn list to where it is meant to be. */
  settle(): void {
    const element = this.#element;
    if (!element) return;
    if (Math.abs(element.scrollTop - this.#top) >= 1) element.scrollTop = this.#top;
    if (this.#isRestored) this.#restoring = null;
    // The browser lets nobody scroll beyond the end.
    if (element.scrollHeight > 0 && this.#restoring === null) this.#top = element.scrollTop;
    this.#tell();
  }

  attach(element: HTMLElement, measure: MeasureList): void {
    this.#element = element;
    this.#measure = measure;
    this.measure();
  }

  detach(): void {
    this.#element = null;
    this.#hasFocus = false;
    this.#hasPointer = false;
    this.#options.onReading(false);
    this.#reading = false;
  }

  /** Sizes may be others: the row at the top stays there. */
  measure(): void {
    if (!this.#element || !this.#measure) return;
    const next = this.#measure(this.#element);
    const before = this.#size;
    if (
      next.rowHeight === before.rowHeight &&
      next.viewHeight === before.viewHeight &&
      next.width === before.width &&
      next.fontSize === before.fontSize
    )
      return;
    this.#top = (this.#top / before.rowHeight) * next.rowHeight;
    this.#size = next;
    this.#options.onChange();
  }

  /** The user, or `settle`, has scrolled. */
  scrolled(): void {
    if (!this.#element || this.#restoring !== null) return;
    this.#top = Math.max(0, this.#element.scrollTop);
    const next = spanAt(this.#top, this.#items.length, this.#size);
    if (next.first !== this.#span.first || next.end !== this.#span.end) this.#options.onChange();
    this.#tell();
  }

  /** Brings a row into sight, by as little as possible. */
  show(index: number): void {
    this.stopRestoring();
    this.#aim(index, false);
    this.settle();
    this.#options.onChange();
  }

  /** The index that a key leads to from a row; null for other keys. */
  targetOf(key: string, from: number): number | null {
    const page = Math.max(1, Math.floor(this.#size.viewHeight / this.#size.rowHeight) - 1);
    switch (key) {
      case 'ArrowDown':
        return from < 0 ? this.firstSeen : from + 1;
      case 'ArrowUp':
        return from < 0 ? this.firstSeen : from - 1;
      case 'PageDown':
        return Math.max(0, from) + page;
      case 'PageUp':
        return from - page;
      case 'Home':
        return 0;
      case 'End':
        return this.#items.length - 1;
      default:
        return null;
    }
  }

  indexOf(id: string): number {
    return findNear(this.#items, this.#span.first, (item) => this.#idOf(item) === id);
  }

  focused(has: boolean): void {
    this.#hasFocus = has;
    this.#tell();
  }

  /** The pointer is over a row, over the list beside them, or no longer. */
  pointed(id: string | null, has = true): void {
    this.#hasPointer = has;
    this.#pointed = id;
    this.#tell();
  }

  stopRestoring(): void {
    this.#restoring = null;
  }

  get #isReading(): boolean {
    return this.#hasFocus || this.#hasPointer || this.#top > 0;
  }

  /** The row that stays where it is: the one under the pointer, the one that has the focus, else the uppermost. */
  #anchor(): number {
    const { first, end } = this.#span;
    for (const id of [this.#hasPointer ? this.#pointed : null, this.#hasFocus ? this.#active : null]) {
      if (id === null) continue;
      const index = this.indexOf(id);
      if (index >= first && index < end) return index;
    }
    return Math.min(this.firstSeen, Math.max(0, this.#items.length - 1));
  }

  #restore(): void {
    const wanted = this.#restoring;
    if (wanted === null || this.#items.length === 0) return;
    const found = findNear(this.#items, wanted.index, (item) => this.#idOf(item) === wanted.id);
    const { rowHeight } = this.#size;
    this.#top = Math.min(found < 0 ? wanted.index : found, this.#items.length - 1) * rowHeight;
    this.#isRestored = found >= 0 || this.#items.length > wanted.index;
  }

  #aim(index: number, centered: boolean): void {
    const { rowHeight, viewHeight } = this.#size;
    const above = index * rowHeight;
    const isLast = index === this.#items.length - 1;
    const below = above + rowHeight * (isLast ? 1 + rowsBehind : 1);
    if (centered) this.#top = Math.max(0, above - (viewHeight - rowHeight) / 2);
    else if (above < this.#top) this.#top = above;
    else if (below > this.#top + viewHeight) this.#top = below - viewHeight;
  }

  #tell(): void {
    if (this.#reading !== this.#isReading) {
      this.#reading = this.#isReading;
      this.#options.onReading(this.#reading);
    }
    if (this.#restoring !== null) return;
    const index = Math.round(this.#top / this.#size.rowHeight);
    const item = this.#items[index];
    const next = index > 0 && item !== undefined ? { id: this.#idOf(item), index } : null;
    if (next?.id === this.#told?.id && next?.index === this.#told?.index) return;
    this.#told = next;
    this.#options.onTop(next);
  }
}
