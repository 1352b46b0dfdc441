import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OwnEvent } from '../../shared/activity.ts';
import type { Rows, Table } from '../../shared/model.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../shared/patch.ts';
import type {
  DashboardStatus,
  OwnEventsMessage,
  PatchMessage,
  SnapshotMessage,
} from '../../shared/protocol.ts';
import type { SyncDetails } from '../../shared/syncDetails.ts';
import { tables } from '../../shared/tables.ts';

/** A patch of more rows than this is a load, not news. */
const maxNews = 20;

/** A button says that it has copied for so long, ms. */
const copiedShown = 2_000;

/** Tables of which older rows are read page by page. */
export type PagedTable = 'training_runs' | 'models';
/** Rows that a patch took away: those that the database has no longer, and those that only the host holds no longer. */
export interface RowsGone {
  readonly deleted: readonly string[];
  readonly released: readonly string[];
}
type Gone = Readonly<Record<PagedTable, RowsGone>>;
const nothing: RowsGone = { deleted: [], released: [] };

export type TableSignals = { readonly [T in Table]: ReadonlySignal<TableMaps[T]> };

/** The host's truth as the page holds it: one signal a table, so that a section hears only its own. */
export class Store {
  readonly #tables: { readonly [T in Table]: Signal<TableMaps[T]> };
  readonly #status = signal<DashboardStatus | null>(null);
  readonly #arrivals = new WeakMap<object, number>();
  #maps = emptyTables();
  #epoch: string | null = null;
  #cursor: number | null = null;
  readonly #life = signal<string | null>(null);
  readonly #ownEvents = signal<readonly OwnEvent[]>([]);
  readonly #session = signal<string | null>(null);
  readonly #gone = signal<Gone | null>(null);
  /** A refresh that the user asked for is under way. */
  readonly refreshing = signal(false);
  /** What the sheet shows; null until the host has sent it. */
  readonly details = signal<SyncDetails | null>(null);
  /** What was copied last, for as long as its button says so. */
  readonly copied = signal<string | null>(null);
  #copiedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const maps = this.#maps;
    this.#tables = {
      projects: signal(maps.projects),
      training_runs: signal(maps.training_runs),
      models: signal(maps.models),
      usage_tracking: signal(maps.usage_tracking),
      subscriptions: signal(maps.subscriptions),
      ide_sync_events: signal(maps.ide_sync_events),
    };
  }

  get tables(): TableSignals {
    return this.#tables;
  }

  /** Null until the first snapshot. */
  get status(): ReadonlySignal<DashboardStatus | null> {
    return this.#status;
  }

  /** Names whose rows these are, and of which life of the replica; null until the first snapshot. */
  get life(): ReadonlySignal<string | null> {
    return this.#life;
  }

  /** Events of this window that are not among the rows yet, oldest first. */
  get ownEvents(): ReadonlySignal<readonly OwnEvent[]> {
    return this.#ownEvents;
  }

  /** `session_id` of what this window reports; null until the host has told. */
  get session(): ReadonlySignal<string | null> {
    return this.#session;
  }

  /** Which rows the last patch took away, told at once with the rows; null after a snapshot. */
  get gone(): ReadonlySignal<Gone | null> {
    return this.#gone;
  }

  /** Where the page is in the host's count of changes. */
  get position(): { readonly epoch: string | null; readonly cursor: number | null } {
    return { epoch: this.#epoch, cursor: this.#cursor };
  }

  /** When this very row came as news, ms since 1970; undefined for rows of a snapshot or of a load. */
  arrivedAt(row: object): number | undefined {
    return this.#arrivals.get(row);
  }

  /** `what` is on the clipboard: its button says so for a moment. */
  noteCopied(what: string): void {
    clearTimeout(this.#copiedTimer);
    this.copied.value = what;
    this.#copiedTimer = setTimeout(() => {
      this.copied.value = null;
    }, copiedShown);
  }

  applySnapshot(message: SnapshotMessage): void {
    const maps = { ...emptyTables() } as { -readonly [T in Table]: TableMaps[T] };
    for (const table of tables) fill(maps, this.#maps, table, message);
    batch(() => {
      this.#gone.value = null;
      this.#publish(maps, message.epoch, message.cursor, message.status);
    });
  }

  /** Applies a patch; false when it does not start where the page is, and then nothing changed. */
  applyPatch(message: PatchMessage, now: number): boolean {
    if (message.epoch !== this.#epoch || message.from !== this.#cursor) return false;
    this.#noteArrivals(message, now);
    batch(() => {
      const { training_runs, models } = message.tables;
      this.#gone.value = { training_runs: goneOf(training_runs), models: goneOf(models) };
      this.#publish(applyPatches(this.#maps, message.tables), message.epoch, message.to, message.status);
    });
    return true;
  }

  /** Takes what this window has reported of late; an event whose state is the same keeps its identity. */
  applyOwnEvents({ events, session }: OwnEventsMessage, now: number): void {
    const before = new Map(this.#ownEvents.peek().map((own) => [own.event.id, own]));
    const first = this.#session.peek() === null;
    const next = events.map((own) => {
      const held = before.get(own.event.id);
      if (held?.state === own.state) return held;
      if (!held && !first) this.#arrivals.set(own.event, now);
      return own;
    });
    batch(() => {
      this.#session.value = session;
      this.#ownEvents.value = next;
    });
  }

  /** The first load and the catching up after a pause are no news: only a few rows that come by themselves are. */
  #noteArrivals({ tables: patches }: PatchMessage, now: number): void {
    if (this.#status.peek()?.state !== 'live') return;
    const rows = tables.flatMap((table): readonly object[] => patches[table]?.up ?? []);
    if (rows.length <= maxNews) for (const row of rows) this.#arrivals.set(row, now);
  }

  #publish(maps: TableMaps, epoch: string, cursor: number, status: DashboardStatus): void {
    this.#maps = maps;
    this.#epoch = epoch;
    this.#cursor = cursor;
    batch(() => {
      for (const table of tables) set(this.#tables, maps, table);
      this.#status.value = status;
      this.#life.value = JSON.stringify([epoch, status.backend?.label, status.account]);
    });
  }
}

function goneOf(patch: PatchMessage['tables'][PagedTable]): RowsGone {
  if (!patch || patch.del.length === 0) return nothing;
  const released = new Set(patch.released);
  return { deleted: patch.del.filter((id) => !released.has(id)), released: [...released] };
}

/** A row that equals the one held keeps its identity, so that a new snapshot redraws only what it changed. */
function fill<T extends Table>(
  maps: { -readonly [K in Table]: TableMaps[K] },
  held: TableMaps,
  table: T,
  message: SnapshotMessage,
): void {
  const before = held[table] as ReadonlyMap<string, Rows[T]>;
  const rows = message.tables[table] as readonly Rows[T][];
  const next = new Map(rows.map((row) => [row.id, same(before.get(row.id), row)]));
  maps[table] = next as unknown as TableMaps[T];
}

function same<R extends Rows[Table]>(held: R | undefined, row: R): R {
  if (!held) return row;
  const equal =
    held.sync_seq === row.sync_seq && held.updated_at === row.updated_at && held.user_id === row.user_id;
  return equal ? held : row;
}

function set<T extends Table>(
  signals: { readonly [K in Table]: Signal<TableMaps[K]> },
  maps: TableMaps,
  table: T,
): void {
  (signals[table] as Signal<TableMaps[T]>).value = maps[table];
}
