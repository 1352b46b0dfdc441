import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { TimelineFilter } from '../../shared/activity.ts';
import type { PageTool } from '../../shared/protocol.ts';
import { isRecord } from '../../shared/record.ts';
import type { UsageRange } from '../../shared/usage.ts';
import type { Host } from '../host.ts';
import { type TimelineKind, timelineKinds } from '../timeline/filter.ts';

export const ranges = ['7d', '30d', '90d', 'period'] as const satisfies readonly UsageRange[];
export const sectionNames = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'] as const;
export type SectionName = (typeof sectionNames)[number];
export type Shown = Readonly<Partial<Record<SectionName, number>>>;

/** A row of a section's list. */
export interface Place {
  readonly section: SectionName;
  readonly id: string;
}

/** Where the focus is, so that a page that is made anew finds it again. */
export interface FocusPlace {
  readonly section: string;
  /** Of the row that it is in; null outside of rows. */
  readonly row: string | null;
  /** Which of the controls there, from 0. */
  readonly index: number;
}

/** What lies over the dashboard at its side. */
export type Sheet =
  | { readonly kind: 'sync' }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'compare' };

/** Rows that stay open at most; beyond, the longest open is forgotten. */
const maxOpen = 50;
/** Rows of a list that a reload draws again at most: the rest waits for a click. */
const maxShown = 1_000;
/** At most as often positions are kept, ms. */
const saveInterval = 200;

/**
 * What the user chose: it survives updates, hiding and a reload, and is the page's only own truth. A feature keeps
 * its part under a name of its own (`keep`); anything unreadable falls back to its default.
 */
export class UiState {
  readonly #raw: Readonly<Record<string, unknown>>;
  readonly #choices = new Map<string, () => unknown>();
  readonly #positions = new Map<string, () => unknown>();
  readonly range: Signal<UsageRange>;
  /** Null follows the first metric shown. */
  readonly metric: Signal<string | null>;
  /** Id of the one project that every section shows; null for all. */
  readonly project: Signal<string | null>;
  readonly timelineKind: Signal<TimelineKind | null>;
  readonly timelineFilter: ReadonlySignal<TimelineFilter>;
  /** Ids of rows whose details are open. */
  readonly open: Signal<ReadonlySet<string>>;
  /** How many rows of a list are drawn, where more were asked for. */
  readonly shown: Signal<Shown>;
  readonly scroll: Signal<number>;
  readonly sheet: Signal<Sheet | null>;
  /** Where keys have put the focus. */
  readonly focus: Signal<FocusPlace | null>;
  /** The row that a link has led to, until it is seen; not kept. */
  readonly revealed = signal<Place | null>(null);
  /** What a command uses of the page, until that is drawn; not kept. */
  readonly wanted = signal<PageTool | null>(null);

  constructor(raw: unknown) {
    this.#raw = isRecord(raw) ? raw : {};
    this.range = this.keep('range', (saved) => ranges.find((range) => range === saved) ?? '30d');
    this.metric = this.keep('metric', decodeText);
    this.project = this.keep('project', decodeText);
    this.timelineKind = this.keep(
      'timelineKind',
      (saved) => timelineKinds.find((kind) => kind === saved) ?? null,
    );
    this.timelineFilter = computed(() => ({ kind: this.timelineKind.value, project: this.project.value }));
    this.open = this.keep<ReadonlySet<string>>(
      'open',
      (saved) => new Set(decodeTexts(saved).slice(-maxOpen)),
      (open) => [...open],
    );
    this.shown = this.keep('shown', decodeShown);
    this.scroll = this.keepPosition('scroll', (saved) =>
      typeof saved === 'number' && saved >= 0 ? saved : 0,
    );
    this.sheet = this.keep('sheet', decodeSheet);
    this.focus = this.keepPosition('focus', decodeFocus);
  }

  /** A choice that is kept under `name`, as JSON of what `encode` makes of it. Only before `persist`. */
  keep<T>(name: string, decode: (saved: unknown) => T, encode: (value: T) => unknown = identity): Signal<T> {
    const choice = signal(decode(this.#raw[name]));
    this.#choices.set(name, () => encode(choice.value));
    return choice;
  }

  /** As `keep`, of what changes with frames or keys while one scrolls or walks. */
  keepPosition<T>(name: string, decode: (saved: unknown) => T): Signal<T> {
    const position = signal(decode(this.#raw[name]));
    this.#positions.set(name, () => position.value);
    return position;
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

  /**
   * Keeps choices at once and positions a moment later. Returns the way to stop; what is pending is kept then. What a
   * page says while VS Code takes it away is not always heard: a sheet that was just closed was open again.
   */
  persist(host: Host): () => void {
    let pause: ReturnType<typeof setTimeout> | undefined;
    const save = (): void => {
      clearTimeout(pause);
      pause = undefined;
      host.setState(untracked(() => ({ ...readAll(this.#choices), ...readAll(this.#positions) })));
    };
    const saveSoon = (): void => {
      pause ??= setTimeout(save, saveInterval);
    };
    const savePending = (): void => {
      if (pause !== undefined) save();
    };
    const stops = [onChange(this.#choices, save), onChange(this.#positions, saveSoon)];
    // A page that is closed or reloaded within the pause should not forget.
    addEventListener('pagehide', savePending);
    return () => {
      removeEventListener('pagehide', savePending);
      for (const stop of stops) stop();
      savePending();
    };
  }
}

type Kept = ReadonlyMap<string, () => unknown>;

const readAll = (kept: Kept): object =>
  Object.fromEntries(Array.from(kept, ([name, read]) => [name, read()]));

function onChange(kept: Kept, react: () => void): () => void {
  let isFirst = true;
  return effect(() => {
    readAll(kept);
    if (!isFirst) react();
    isFirst = false;
  });
}

function identity(value: unknown): unknown {
  return value;
}

export function decodeText(saved: unknown): string | null {
  return typeof saved === 'string' ? saved : null;
}

export function decodeTexts(saved: unknown): string[] {
  return Array.isArray(saved) ? saved.filter((text) => typeof text === 'string') : [];
}

function decodeSheet(saved: unknown): Sheet | null {
  if (!isRecord(saved)) return null;
  const { kind, id } = saved;
  if (kind === 'sync' || kind === 'compare') return { kind };
  return kind === 'run' && typeof id === 'string' ? { kind, id } : null;
}

function decodeFocus(saved: unknown): FocusPlace | null {
  if (!isRecord(saved)) return null;
  const { section, row, index } = saved;
  if (typeof section !== 'string' || typeof index !== 'number') return null;
  return { section, row: typeof row === 'string' ? row : null, index };
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
