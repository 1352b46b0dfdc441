import type { RowChange } from '../../shared/changes.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/emitter.ts';
import type { Rows, Table } from '../../shared/model.ts';
import { emptyTables, type TableMaps } from '../../shared/patch.ts';
import { tables } from '../../shared/tables.ts';
import { decodeRow } from './decode.ts';
import type { PartialRow, PulledChange, RowVersion, Tombstone, UnreadableRow } from './transport.ts';
import type { NamedRow, ReplicaBatch, ReplicaView } from './types.ts';
import type { AnyRowOf } from './windows.ts';

/** More unreadable rows than this are not named. */
const mostUnreadable = 1_000;

type Source = RowChange['source'];
type Draft = { [T in Table]: ReadonlyMap<string, Rows[T]> };
type AnyRow = Rows[Table];

/** What came of a change: `incomplete` when it lacks columns of a row that is not held. */
export type Applied = 'applied' | 'stale' | 'incomplete';

/** A change of a row since the last commit; `before` is what subscribers last saw. */
interface Difference {
  readonly table: Table;
  readonly before: AnyRow | null;
  readonly seq: number;
  readonly source: Source;
}

/**
 * The rows of one user. Changes go into a draft one by one and are published together by `commit`; published maps
 * are never touched again. A version is taken only if it is newer than the row's and its tombstone's, so duplicates
 * and any order do no harm.
 */
export class Replica implements ReplicaView, Disposable {
  readonly #changed: Emitter<ReplicaBatch>;
  readonly #differences = new Map<string, Difference>();
  /** Seq of the tombstone by row; keeps an older page that is still in flight from bringing a row back. */
  readonly #tombstones = new Map<string, number>();
  readonly #unreadable = new Map<string, UnreadableRow>();
  /** Deleted since the last commit without having been held. */
  #gone: NamedRow[] = [];
  readonly #newEpoch: () => string;
  #epoch: string;
  #revision = 0;
  #tables: TableMaps = emptyTables();
  #draft: Draft = this.#tables;
  #written = new Set<Table>();

  /** `newEpoch` names each life of the replica, differently every time. */
  constructor(newEpoch: () => string, onError: (error: unknown) => void) {
    this.#newEpoch = newEpoch;
    this.#epoch = newEpoch();
    this.#changed = new Emitter(onError);
  }

  get epoch(): string {
    return this.#epoch;
  }

  get revision(): number {
    return this.#revision;
  }

  get tables(): TableMaps {
    return this.#tables;
  }

  /** The rows with everything that was applied, published or not. */
  get latest(): TableMaps {
    return this.#draft;
  }

  get onDidChange(): ReplicaView['onDidChange'] {
    return this.#changed.event;
  }

  /** Rows that are left out because they do not have the shape of their table. */
  get unreadable(): readonly UnreadableRow[] {
    return [...this.#unreadable.values()];
  }

  get tombstoneCount(): number {
    return this.#tombstones.size;
  }

  /** True when there is something to `commit`. */
  get isDirty(): boolean {
    return this.#differences.size > 0 || this.#gone.length > 0;
  }

  apply(change: PulledChange | PartialRow, source: Source): Applied {
    const key = keyOf(change.table, change.id);
    const held = this.#draft[change.table].get(change.id) ?? null;
    const newest = Math.max(
      held?.sync_seq ?? 0,
      this.#tombstones.get(key) ?? 0,
      this.#unreadable.get(key)?.seq ?? 0,
    );
    if (change.seq <= newest) return 'stale';
    if (change.kind === 'partial') {
      if (!held) return 'incomplete';
      const whole = decodeRow(change.table, { ...held, ...change.record });
      return whole ? this.apply(whole, source) : 'incomplete';
    }
    this.#unreadable.delete(key);
    if (change.kind === 'row') this.#put(change, held, source);
    else this.#drop(change, held, source);
    return 'applied';
  }

  /** Publishes the draft: one batch with at most one change a row, as the net difference. */
  commit(): void {
    if (!this.isDirty) return;
    const changes = [...this.#differences].flatMap(([key, difference]) => this.#tell(key, difference));
    const gone = this.#gone;
    this.#differences.clear();
    this.#gone = [];
    this.#written = new Set();
    this.#tables = this.#draft;
    if (changes.length === 0 && gone.length === 0) return;
    this.#revision += 1;
    const batch = { epoch: this.#epoch, revision: this.#revision, changes };
    this.#changed.fire(gone.length === 0 ? batch : { ...batch, gone });
  }

  /**
   * Takes the place of everything held, in one batch: rows that `changes` do not name are gone. `seq` is the
   * cursor that the snapshot stands for. The caller commits.
   */
  replace(changes: readonly PulledChange[], seq: number): void {
    const shadow = new Replica(
      () => this.#epoch,
      () => {},
    );
    for (const change of changes) shadow.apply(change, 'pull');
    for (const table of tables) this.#become(table, shadow, seq);
    this.#tombstones.clear();
    this.#unreadable.clear();
    for (const [key, row] of shadow.#unreadable) this.#unreadable.set(key, row);
  }

  /** Begins a new life with the rows of last time, without telling changes. */
  restore(rows: readonly RowVersion[]): void {
    this.#begin();
    for (const { table, id, row } of rows) this.#writable(table).set(id, row);
    this.#written = new Set();
    this.#tables = this.#draft;
    this.#changed.fire({ epoch: this.#epoch, revision: 0, changes: [] });
  }

  /** Lets go of rows that the database still has; nothing may wait for a `commit`. */
  release(rows: readonly AnyRowOf[]): void {
    if (rows.length === 0) return;
    const released = rows.map(({ table, row }) => {
      // As for a deleted row: an older page in flight must not bring an older version back.
      this.#tombstones.set(keyOf(table, row.id), row.sync_seq);
      this.#writable(table).delete(row.id);
      return {
        eventType: 'DELETE',
        table,
        new: null,
        old: row,
        seq: row.sync_seq,
        source: 'pull',
      } as RowChange;
    });
    this.#written = new Set();
    this.#tables = this.#draft;
    this.#revision += 1;
    this.#changed.fire({ epoch: this.#epoch, revision: this.#revision, changes: [], released });
  }

  /** Tombstones up to `seq` are not needed any more: no page that is older can still arrive. */
  forgetTombstones(seq: number): void {
    for (const [key, tombstone] of this.#tombstones) if (tombstone <= seq) this.#tombstones.delete(key);
  }

  /** Empties the replica and begins a new life, without telling changes: another user may be next. */
  wipe(): void {
    this.#begin();
    this.#changed.fire({ epoch: this.#epoch, revision: 0, changes: [] });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #begin(): void {
    this.#epoch = this.#newEpoch();
    this.#revision = 0;
    this.#tables = emptyTables();
    this.#draft = this.#tables;
    this.#written = new Set();
    this.#differences.clear();
    this.#gone = [];
    this.#tombstones.clear();
    this.#unreadable.clear();
  }

  #put(change: RowVersion, held: AnyRow | null, source: Source): void {
    this.#note(change.table, change.id, held, change.seq, source);
    this.#writable(change.table).set(change.id, change.row);
  }

  #drop(change: Tombstone | UnreadableRow, held: AnyRow | null, source: Source): void {
    const key = keyOf(change.table, change.id);
    if (change.kind === 'tombstone') this.#tombstones.set(key, change.seq);
    else this.#leaveOut(key, change);
    if (!held) {
      if (change.kind === 'tombstone') this.#gone.push({ table: change.table, id: change.id });
      return;
    }
    this.#note(change.table, change.id, held, change.seq, source);
    this.#writable(change.table).delete(change.id);
  }

  #leaveOut(key: string, row: UnreadableRow): void {
    this.#unreadable.set(key, row);
    const [oldest] = this.#unreadable.keys();
    if (this.#unreadable.size <= mostUnreadable || oldest === undefined) return;
    // An older version that can be read must not come in its place.
    this.#tombstones.set(oldest, this.#unreadable.get(oldest)?.seq ?? 0);
    this.#unreadable.delete(oldest);
  }

  #note(table: Table, id: string, held: AnyRow | null, seq: number, source: Source): void {
    const key = keyOf(table, id);
    const earlier = this.#differences.get(key);
    this.#differences.set(key, { table, before: earlier ? earlier.before : held, seq, source });
  }

  #become(table: Table, shadow: Replica, seq: number): void {
    const next = shadow.#draft[table];
    for (const [id, row] of this.#draft[table]) {
      if (next.has(id)) continue;
      this.#note(table, id, row, seq, 'pull');
      this.#writable(table).delete(id);
    }
    for (const [id, row] of next) {
      const held = this.#draft[table].get(id) ?? null;
      // Not by number: a row may have been put together from versions of two histories.
      if (held && JSON.stringify(held) === JSON.stringify(row)) continue;
      this.#note(table, id, held, row.sync_seq, 'pull');
      this.#writable(table).set(id, row);
    }
  }

  #tell(key: string, { table, before, seq, source }: Difference): RowChange[] {
    const row = this.#draft[table].get(key.slice(table.length + 1)) ?? null;
    if (!row && !before) return [];
    const eventType = !before ? 'INSERT' : row ? 'UPDATE' : 'DELETE';
    return [{ eventType, table, new: row, old: before, seq, source } as RowChange];
  }

  /** The draft's map of a table, copied from the published one at the first write after a commit. */
  #writable(table: Table): Map<string, AnyRow> {
    if (!this.#written.has(table)) {
      if (this.#written.size === 0) this.#draft = { ...this.#draft };
      this.#written.add(table);
      Object.assign(this.#draft, { [table]: new Map<string, AnyRow>(this.#draft[table]) });
    }
    return this.#draft[table] as Map<string, AnyRow>;
  }
}

function keyOf(table: Table, id: string): string {
  return `${table}/${id}`;
}
