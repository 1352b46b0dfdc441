import type { Rows, SubscriptionRow, Table } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import type { RowPlace } from '../../shared/requests.ts';
import { isActive } from '../../shared/runs.ts';
import { currentSubscription, dayMs, utcDay } from '../../shared/usage.ts';
import type { PulledChange, PullPage, UnreadableRow } from './transport.ts';

type AnyRow = Rows[Table];
type Windowed = 'training_runs' | 'models' | 'ide_sync_events' | 'subscriptions';

/** A window of `sync_pull`'s first snapshot: the first `size` rows in descending order, and those that always belong to it. */
interface Window<T extends Table> {
  readonly size: number;
  /** So many rows outside the window are held before any is let go. */
  readonly slack: number;
  readonly place: (row: Rows[T]) => string;
  readonly belongs: (row: Rows[T]) => boolean;
}

const never = () => false;
/** Times are ISO 8601 in UTC, so that their order is that of the text. */
const windows: { readonly [T in Windowed]: Window<T> } = {
  training_runs: { size: 500, slack: 250, place: (row) => `${row.created_at} ${row.id}`, belongs: isActive },
  models: { size: 1_000, slack: 250, place: (row) => `${row.created_at} ${row.id}`, belongs: never },
  ide_sync_events: { size: 200, slack: 100, place: (row) => `${row.occurred_at} ${row.id}`, belongs: never },
  subscriptions: { size: 1, slack: 50, place: placeOfSubscription, belongs: never },
};
const windowed = Object.keys(windows) as Windowed[];
/** More unfinished runs than this are not in the snapshot either. */
const mostUnfinished = 4_000;
const usageDays = 90;
/** Days of usage before the window that are held before they are let go. */
const usageSlack = 35;

/**
 * By table the place from which on every row is held; null where all are. The `…_cut` are those of
 * rows that the snapshot left out for its size: another one would leave them out again, so they make no window short.
 */
export type Bounds = Readonly<MutableBounds>;
type MutableBounds = Record<
  Windowed | 'usage_tracking' | 'runs_cut' | 'active_cut' | 'events_cut' | 'models_cut',
  string | null
>;

/**
 * Bounds what is held: every row that the first snapshot of `sync_pull` would answer now, and at most a slack more.
 * Rows before a bound that change come back and are let go again; a deletion that leaves fewer rows behind the
 * bound than the snapshot would answer makes the window short, and a snapshot fills it up.
 */
export class Windows {
  #bounds: Bounds = unbounded();
  /** Unreadable versions that the last snapshot answered: of these alone it is known that they lie behind the bound. */
  #answered: ReadonlySet<string> = new Set();
  /** What `release` has looked through already. */
  #released: TableMaps | null = null;

  get bounds(): Bounds {
    return this.#bounds;
  }

  set bounds(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * From when on every moment of the timeline is held, ISO 8601 as the database wrote it; null when all are. A run
   * counts by its creation: one that ends after so many newer ones were made lies before it, whenever that is.
   */
  get heldFrom(): string | null {
    const { ide_sync_events: events, training_runs: runs, events_cut, runs_cut } = this.#bounds;
    return higher(higher(events, events_cut), higher(runs, runs_cut))?.split(' ', 1)[0] ?? null;
  }

  /** Every run that was created after it is held, besides unfinished ones (`activeFrom`); null when all are. */
  get runsFrom(): RowPlace | null {
    const { training_runs: runs, runs_cut: cut } = this.#bounds;
    const [at, id] = higher(runs, cut)?.split(' ') ?? [];
    return at === undefined || id === undefined ? null : { at, id };
  }

  /** Every unfinished run that was created after it is held, ISO 8601; null when all are. Those that change come back. */
  get activeFrom(): string | null {
    return this.#bounds.active_cut?.split(' ', 1)[0] ?? null;
  }

  /** Every model that was created after it is held, ISO 8601 as the database wrote it; null when all are. */
  get modelsFrom(): string | null {
    return higher(this.#bounds.models, this.#bounds.models_cut)?.split(' ', 1)[0] ?? null;
  }

  /** All rows are held, as far as is known: there are none. */
  clear(): void {
    this.#bounds = unbounded();
    this.#answered = new Set();
  }

  /** A snapshot, in pages, was put in the place of all rows, or, with `merged`, between those held. */
  filled(pages: readonly PullPage[], merged: boolean): void {
    const [first] = pages;
    const now = pages.at(-1)?.now;
    if (!first || now === undefined) return;
    const before = this.#bounds;
    const changes = pages.flatMap((page) => page.changes);
    this.#answered = new Set(changes.filter(({ kind }) => kind === 'unreadable').map(nameOf));
    const bounds: MutableBounds = {
      ...before,
      usage_tracking: usageFrom(rowsOf(changes, 'subscriptions'), now),
      runs_cut: cutOf('training_runs', first),
      active_cut: activeCutOf(first),
      events_cut: cutOf('ide_sync_events', first),
      models_cut: cutOf('models', first),
    };
    for (const table of windowed) bounds[table] = lastPlace(table, changes);
    if (merged)
      for (const key of Object.keys(bounds) as (keyof Bounds)[])
        bounds[key] = lower(before[key], bounds[key]);
    this.#bounds = bounds;
  }

  /** The snapshot would answer rows that are not held. `now`: server clock, ms since 1970. */
  isShort(tables: TableMaps, unreadable: readonly UnreadableRow[], now: number): boolean {
    const from = this.#bounds.usage_tracking;
    if (from !== null && usageFrom([...tables.subscriptions.values()], now) < from) return true;
    const answered = unreadable.filter((row) => this.#answered.has(nameOf(row)));
    return windowed.some((table) =>
      this.#isShort(table, tables, answered.filter((row) => row.table === table).length),
    );
  }

  /** Rows that need not be held any more, by table; they count as let go. */
  release(tables: TableMaps, now: number): readonly AnyRowOf[] {
    const before = this.#released;
    this.#released = tables;
    const changed = windowed.filter((table) => tables[table] !== before?.[table]);
    const usage = tables.usage_tracking === before?.usage_tracking ? [] : this.#releaseUsage(tables, now);
    return [...changed.flatMap((table) => this.#release(table, tables)), ...usage];
  }

  #isShort<T extends Windowed>(table: T, tables: TableMaps, unreadable: number): boolean {
    const from = this.#bounds[table];
    if (from === null) return false;
    const { size, place } = windows[table] as unknown as Window<T>;
    let held = unreadable;
    for (const row of tables[table].values()) if (place(row as Rows[T]) >= from) held += 1;
    return held < size;
  }

  #release<T extends Windowed>(table: T, tables: TableMaps): AnyRowOf[] {
    const { size, slack, place, belongs } = windows[table] as unknown as Window<T>;
    const rows = tables[table] as unknown as ReadonlyMap<string, Rows[T]>;
    if (rows.size <= size + slack) return [];
    const sorted = Array.from(rows.values(), (row) => ({ row, place: place(row) }));
    sorted.sort((a, b) => (a.place < b.place ? 1 : -1));
    let unfinished = 0;
    const outside = sorted.slice(size).filter(({ row }) => {
      if (!belongs(row)) return true;
      unfinished += 1;
      return unfinished > mostUnfinished;
    });
    if (outside.length <= slack) return [];
    const gone = outside.slice(slack / 2);
    const from = outside[slack / 2 - 1]?.place ?? null;
    const { active_cut: cut } = this.#bounds;
    const active = gone.find(({ row }) => belongs(row))?.place ?? null;
    this.#bounds = {
      ...this.#bounds,
      [table]: higher(this.#bounds[table], from),
      active_cut: active === null ? cut : higher(cut, active),
    };
    this.#answered = new Set();
    return gone.map(({ row }) => ({ table, row }));
  }

  #releaseUsage(tables: TableMaps, now: number): AnyRowOf[] {
    const from = usageFrom([...tables.subscriptions.values()], now);
    const keep = utcDay(Date.parse(from) - (usageSlack * dayMs) / 2);
    const limit = utcDay(Date.parse(from) - usageSlack * dayMs);
    const rows = [...tables.usage_tracking.values()];
    if (!rows.some((row) => row.day < limit)) return [];
    this.#bounds = { ...this.#bounds, usage_tracking: higher(this.#bounds.usage_tracking, keep) };
    return rows.filter((row) => row.day < keep).map((row) => ({ table: 'usage_tracking', row }));
  }
}

/** A row with its table. */
export interface AnyRowOf {
  readonly table: Table;
  readonly row: AnyRow;
}

function unbounded(): Bounds {
  return {
    training_runs: null,
    models: null,
    ide_sync_events: null,
    subscriptions: null,
    usage_tracking: null,
    runs_cut: null,
    active_cut: null,
    events_cut: null,
    models_cut: null,
  };
}

/** As `sync_pull` picks the one that counts. */
function placeOfSubscription(row: SubscriptionRow): string {
  const counts = row.status === 'active' || row.status === 'trialing' || row.status === 'past_due';
  return `${counts ? 1 : 0} ${row.current_period_start ?? row.created_at}`;
}

/** The first day of usage that the snapshot answers: 90 days ago, the period's start or the month's, whichever is first. */
function usageFrom(subscriptions: readonly SubscriptionRow[], now: number): string {
  const period = currentSubscription(subscriptions)?.current_period_start;
  const start = period ? Date.parse(period) : Number.NaN;
  const days = [utcDay(now - usageDays * dayMs), `${utcDay(now).slice(0, 7)}-01`];
  if (Number.isFinite(start)) days.push(utcDay(start));
  return days.sort()[0] ?? '';
}

/** Where a window ends in a snapshot; null when the snapshot had all rows. */
function lastPlace<T extends Windowed>(table: T, changes: readonly PulledChange[]): string | null {
  const { size, place } = windows[table] as unknown as Window<T>;
  const answered = changes.filter((change) => change.table === table).length;
  if (answered < size) return null;
  const places = rowsOf(changes, table).map(place).sort().reverse();
  return places[Math.min(size, places.length) - 1] ?? null;
}

/** Behind every id of the same time, of which only a part may have been answered. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The place after which a snapshot that was cut for its size has every row of `table`; null when it left out none. */
function cutOf(table: Exclude<Windowed, 'subscriptions'>, { changes, cut, now }: PullPage): string | null {
  if (!cut.includes(table)) return null;
  // Unfinished runs come before all others, however old they are.
  const { place, belongs } = windows[table] as unknown as Window<typeof table>;
  const places = rowsOf(changes, table).flatMap((row) => (belongs(row) ? [] : [place(row)]));
  const [at] = places.sort()[0]?.split(' ') ?? [];
  return `${at ?? new Date(now).toISOString()} ${lastId}`;
}

/**
 * The place after which a snapshot has every unfinished run; null when it left out none. They come before whatever else
 * it may leave out, so that anything else among its rows says that they are all there.
 */
function activeCutOf({ changes, cut }: PullPage): string | null {
  const runs = rowsOf(changes, 'training_runs');
  const active = runs.filter(isActive);
  const isLater = ({ table }: PulledChange) => table === 'ide_sync_events' || table === 'models';
  const isWhole = !cut.includes('training_runs') || active.length < runs.length || changes.some(isLater);
  if (isWhole && active.length < mostUnfinished) return null;
  return active.map(windows.training_runs.place).sort()[0] ?? null;
}

function rowsOf<T extends Table>(changes: readonly PulledChange[], table: T): Rows[T][] {
  return changes.flatMap((change) =>
    change.kind === 'row' && change.table === table ? [change.row as Rows[T]] : [],
  );
}

function nameOf({ table, id, seq }: PulledChange): string {
  return `${table}/${id} ${seq}`;
}

function lower(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : a < b ? a : b;
}

function higher(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null || a > b ? a : b;
}
