import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { TimelineFilter } from '../../shared/activity.ts';
import type { Formats } from '../../shared/format.ts';
import type { RunRow } from '../../shared/model.ts';
import type { OlderAnswerMessage } from '../../shared/protocol.ts';
import type { Host } from '../host.ts';
import type { Store } from '../state/store.ts';
import type { UiState } from '../state/uiState.ts';
import { passes, type TimelineKind, timelineKinds } from './filter.ts';
import { type Entry, groupMoments } from './groups.ts';
import {
  compareMoments,
  eventMoment,
  type Moment,
  ownMoment,
  runMoments,
  timelineRuns,
  timeOf,
} from './moments.ts';
import { answered, asked, filtered, type HeldRows, type Older, reaches, slid } from './older.ts';

/** What can still be asked for at the end of the list. */
export type Beyond =
  | { readonly kind: 'more' | 'waiting' | 'end' | 'full' }
  | { readonly kind: 'problem'; readonly words: string };

/** More moments than this are not held: the user is asked to narrow the filter. */
const maxMoments = 5_000;
/** Rows of the list that are drawn with each page, beside those that were. */
export const pageRows = 50;

/** The timeline as the page draws it, from what the host sends and what the user asked for. */
export class Timeline {
  /** Rows that pass the filter, newest first. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** Kinds that there are, or may be further back. */
  readonly kinds: ReadonlySignal<readonly TimelineKind[]>;
  /** The local day of a moment, `YYYY-MM-DD`. */
  readonly dayOf: (at: number) => string;
  /** Null while everything is held. */
  readonly beyond: ReadonlySignal<Beyond | null>;
  /** Runs that the lists hold, by id; another map only when one of them reads differently here. */
  readonly heldRuns: ReadonlySignal<ReadonlyMap<string, RunRow>>;
  /** The same and those of older pages. */
  readonly runs: ReadonlySignal<ReadonlyMap<string, RunRow>>;
  readonly #host: Host;
  readonly #store: Store;
  readonly #ui: UiState;
  readonly #held: ReadonlySignal<HeldRows>;
  readonly #older: Signal<Older | null> = signal(null);
  #request = 0;

  constructor(options: { host: Host; store: Store; ui: UiState; formats: Formats }) {
    const { host, store, ui, formats } = options;
    this.#host = host;
    this.#store = store;
    this.#ui = ui;
    this.heldRuns = this.#holdRuns();
    const from = computed(() => store.status.value?.activity.heldFrom ?? null);
    this.#held = computed(() => ({
      events: store.tables.ide_sync_events.value,
      runs: this.heldRuns.value,
      from: from.value,
    }));
    const moments = computed(() => this.#moments());
    this.dayOf = dayReader(formats);
    this.entries = this.#group(moments);
    this.kinds = computed(() => {
      const found = new Set(moments.value.map(({ kind }) => kind));
      return timelineKinds.filter((kind) => found.has(kind) || this.#held.value.from !== null);
    });
    this.runs = computed(() => {
      const older = this.#older.value?.runs;
      const held = this.heldRuns.value;
      return older ? new Map([...older, ...held]) : held;
    });
    this.beyond = computed(() => this.#beyond(moments.value.length));
    this.#follow();
  }

  /** Asks for what lies before everything that is known. */
  askOlder(): void {
    const { from } = this.#held.peek();
    const kind = this.beyond.peek()?.kind;
    if (from === null || (kind !== 'more' && kind !== 'problem')) return;
    const older = this.#older.peek();
    const filter = this.#ui.timelineFilter.peek();
    this.#request += 1;
    const next = asked(older, filter, from, this.#request);
    this.#older.value = next;
    this.#host.post({ type: 'older', request: this.#request, before: next.next, filter });
  }

  receive(answer: OlderAnswerMessage): void {
    this.#older.value = answered(this.#older.peek(), answer);
  }

  #holdRuns(): ReadonlySignal<ReadonlyMap<string, RunRow>> {
    let known: ReadonlyMap<string, RunRow> = new Map();
    return computed(() => {
      known = timelineRuns(known, this.#store.tables.training_runs.value);
      return known;
    });
  }

  /** Keeps the older pages in step with the rows held, the filter and whose rows they are. */
  #follow(): void {
    let held = this.#held.peek();
    let life = this.#store.life.peek();
    effect(() => {
      const before = held;
      const sameLife = life === this.#store.life.value;
      held = this.#held.value;
      life = this.#store.life.value;
      const older = filtered(this.#older.peek(), this.#ui.timelineFilter.value);
      this.#older.value = sameLife ? slid(older, before, held) : null;
    });
  }

  #moments(): Moment[] {
    const { events, runs, from } = this.#held.value;
    const own = this.#store.ownEvents.value;
    const older = this.#older.value;
    const start = from === null ? Number.NEGATIVE_INFINITY : timeOf(from);
    const found = new Map<string, Moment>();
    const take = (moment: Moment, isHeld: boolean): void => {
      const isKnown = isHeld && (from === null || moment.at >= start);
      if (isKnown || (older && (isHeld || moment.at <= start) && reaches(older, moment)))
        found.set(moment.id, moment);
    };
    if (older) {
      for (const event of older.events.values()) take(eventMoment(event), false);
      for (const run of older.runs.values()) for (const moment of runMoments(run)) take(moment, false);
    }
    for (const run of runs.values()) for (const moment of runMoments(run)) take(moment, true);
    for (const event of events.values()) take(eventMoment(event), true);
    for (const each of own) if (!found.has(each.event.id)) found.set(each.event.id, ownMoment(each));
    return [...found.values()].sort(compareMoments);
  }

  #group(moments: ReadonlySignal<readonly Moment[]>): ReadonlySignal<readonly Entry[]> {
    let entries: readonly Entry[] = [];
    return computed(() => {
      const filter: TimelineFilter = this.#ui.timelineFilter.value;
      const shown = moments.value.filter((moment) => passes(filter, moment));
      entries = groupMoments(shown, this.dayOf, entries);
      return entries;
    });
  }

  #beyond(known: number): Beyond | null {
    const older = this.#older.value;
    if (this.#held.value.from === null) return null;
    if (older?.next === null) return { kind: 'end' };
    if (older?.asking.kind === 'waiting') return { kind: 'waiting' };
    if (known >= maxMoments) return { kind: 'full' };
    return older?.asking.kind === 'problem' ? older.asking : { kind: 'more' };
  }
}

/** Local days; read once a quarter of an hour, on whose bounds every time zone begins its days. */
function dayReader(formats: Formats): (at: number) => string {
  const quarter = 15 * 60_000;
  const known = new Map<number, string>();
  return (at) => {
    const key = Math.floor(at / quarter);
    let day = known.get(key);
    if (day === undefined) {
      day = formats.localDay(at);
      known.set(key, day);
    }
    return day;
  };
}
