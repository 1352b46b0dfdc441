import { effect, type Signal, signal } from '@preact/signals';
import type { TimelineFilter } from '../../shared/activity.ts';
import { isRecord } from '../../shared/record.ts';
import type { UsageRange } from '../../shared/usage.ts';
import type { Host } from '../host.ts';
import { noFilter, timelineKinds } from '../timeline/filter.ts';

export const ranges = ['7d', '30d', '90d', 'period'] as const satisfies readonly UsageRange[];
export const sectionNames = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'] as const;
export type SectionName = (typeof sectionNames)[number];
export type Shown = Readonly<Partial<Record<SectionName, number>>>;

export const runFilters = ['all', 'active', 'finished'] as const;
export type RunFilter = (typeof runFilters)[number];

/** A row of a section's list. */
export interface Place {
  readonly section: SectionName;
  readonly id: string;
}

/** The form in which the page's own state is kept. Anything unreadable falls back to its default. */
interface Saved {
  readonly range: UsageRange;
  readonly metric: string | null;
  readonly table: boolean;
  readonly runFilter: RunFilter;
  readonly timelineFilter: TimelineFilter;
  readonly open: readonly string[];
  readonly shown: Shown;
  readonly scroll: number;
  readonly details: boolean;
}

/** Rows that stay open at most; beyond, the longest open is forgotten. */
const maxOpen = 50;
/** Rows of a list that a reload draws again at most: the rest waits for a click. */
const maxShown = 1_000;
/** Pause after the last change before it is kept, ms. */
const saveDelay = 200;

/** What the user chose: it survives updates, hiding and a reload, and is the page's only own truth. */
export class UiState {
  readonly range: Signal<UsageRange>;
  /** Null follows the first metric shown. */
  readonly metric: Signal<string | null>;
  /** The chart's table twin is shown. */
  readonly table: Signal<boolean>;
  readonly runFilter: Signal<RunFilter>;
  readonly timelineFilter: Signal<TimelineFilter>;
  /** Ids of rows whose details are open. */
  readonly open: Signal<ReadonlySet<string>>;
  /** How many rows of a list are drawn, where more were asked for. */
  readonly shown: Signal<Shown>;
  readonly scroll: Signal<number>;
  /** The sheet "Sync details" is open. */
  readonly details: Signal<boolean>;
  /** The row that a link has led to, until it is seen; not kept. */
  readonly revealed = signal<Place | null>(null);

  constructor(raw: unknown) {
    const saved = decodeSaved(raw);
    this.range = signal(saved.range);
    this.metric = signal(saved.metric);
    this.table = signal(saved.table);
    this.runFilter = signal(saved.runFilter);
    this.timelineFilter = signal(saved.timelineFilter);
    this.open = signal(new Set(saved.open));
    this.shown = signal(saved.shown);
    this.scroll = signal(saved.scroll);
    this.details = signal(saved.details);
  }

  toggleOpen(id: string): void {
    this.setOpen(!this.open.peek().has(id), id);
  }

  /** Opens a row, or closes it and with it whatever else is named. */
  setOpen(isOpen: boolean, id: string, others: readonly string[] = []): void {
    const open = new Set(this.open.peek());
    for (const each of [id, ...others]) open.delete(each);
    if (isOpen) open.add(id);
    this.open.value = new Set([...open].slice(-maxOpen));
  }

  /** Keeps every change, a moment after the last one. Returns the way to stop; what is pending is kept then. */
  persist(host: Host): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pending: Saved | undefined;
    const save = (): void => {
      clearTimeout(timer);
      if (pending) host.setState(pending);
      pending = undefined;
    };
    let first = true;
    const stop = effect(() => {
      const saved = this.#saved();
      if (first) {
        first = false;
        return;
      }
      pending = saved;
      clearTimeout(timer);
      timer = setTimeout(save, saveDelay);
    });
    // A page that is closed or reloaded within the pause must not forget.
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('pagehide', save);
      stop();
      save();
    };
  }

  #saved(): Saved {
    return {
      range: this.range.value,
      metric: this.metric.value,
      table: this.table.value,
      runFilter: this.runFilter.value,
      timelineFilter: this.timelineFilter.value,
      open: [...this.open.value],
      shown: this.shown.value,
      scroll: this.scroll.value,
      details: this.details.value,
    };
  }
}

function decodeSaved(raw: unknown): Saved {
  const saved = isRecord(raw) ? raw : {};
  const scroll = saved.scroll;
  return {
    range: ranges.find((range) => range === saved.range) ?? '30d',
    metric: typeof saved.metric === 'string' ? saved.metric : null,
    table: saved.table === true,
    runFilter: runFilters.find((filter) => filter === saved.runFilter) ?? 'all',
    timelineFilter: decodeFilter(saved.timelineFilter),
    open: Array.isArray(saved.open) ? saved.open.filter((id) => typeof id === 'string').slice(-maxOpen) : [],
    shown: decodeShown(saved.shown),
    scroll: typeof scroll === 'number' && scroll >= 0 ? scroll : 0,
    details: saved.details === true,
  };
}

function decodeFilter(raw: unknown): TimelineFilter {
  if (!isRecord(raw)) return noFilter;
  return {
    kind: timelineKinds.find((kind) => kind === raw.kind) ?? null,
    project: typeof raw.project === 'string' ? raw.project : null,
  };
}

function decodeShown(raw: unknown): Shown {
  const shown: Partial<Record<SectionName, number>> = {};
  if (!isRecord(raw)) return shown;
  for (const name of sectionNames) {
    const count = raw[name];
    if (typeof count === 'number' && count > 0) shown[name] = Math.min(maxShown, count);
  }
  return shown;
}
