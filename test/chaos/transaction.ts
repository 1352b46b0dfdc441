import type {
  CanaryEcho,
  RowVersion,
  StreamedChange,
  UnreadableRow,
} from '../../src/extension/sync/transport.ts';
import type { Table } from '../../src/shared/model.ts';
import type { Dice } from './dice.ts';
import { changeRow, makeRow, wideColumns } from './rows.ts';
import { type Head, keyOf, type Store, type Stored } from './store.ts';

/** One statement of a transaction; `pick` from 0 to 1 chooses among the rows that the user then has. */
export type Statement =
  | { readonly do: 'insert'; readonly table: Table; readonly readable: boolean }
  | { readonly do: 'update'; readonly pick: number; readonly wide: boolean; readonly readable: boolean }
  | { readonly do: 'remove'; readonly pick: number }
  | { readonly do: 'move'; readonly pick: number; readonly to: string };

/** One row of the log that Realtime reads. */
export interface Frame {
  readonly userId: string;
  readonly change: StreamedChange;
  /** The row whose visibility Realtime checks when it polls; null for tombstones and canaries, which stay. */
  readonly rowKey: string | null;
}

/** A row as it is from now on, at this number; null when the user has it no more. */
export interface Fact {
  readonly userId: string;
  readonly table: Table;
  readonly id: string;
  readonly seq: number;
  readonly stored: Stored | null;
}

/** What a transaction has done, not yet committed. */
export interface Draft {
  /** Every version in order, those too that the same transaction went over. */
  readonly facts: Fact[];
  readonly rows: Map<string, Stored | null>;
  readonly heads: Map<string, Head>;
  readonly frames: Frame[];
}

/** Runs the statements of one transaction against what is committed; the caller holds the locks. */
export class Transaction {
  readonly draft: Draft = { facts: [], rows: new Map(), heads: new Map(), frames: [] };
  readonly #store: Store;
  readonly #at: string;
  readonly #dice: Dice;
  readonly #newNumber: () => number;

  /** `at` is the server's time, ISO 8601. */
  constructor(store: Store, at: string, dice: Dice, newNumber: () => number) {
    this.#store = store;
    this.#at = at;
    this.#dice = dice;
    this.#newNumber = newNumber;
  }

  run(userId: string, statement: Statement): void {
    if (statement.do === 'insert') {
      this.#insert(userId, statement.table, statement.readable);
      return;
    }
    const stored = this.#choose(userId, statement.pick);
    if (!stored) return;
    if (statement.do === 'update') this.#update(stored, statement.wide, statement.readable);
    else if (statement.do === 'remove') this.#remove(stored);
    else if (statement.to !== userId) this.#move(stored, statement.to);
  }

  ping(userId: string, nonce: string): number {
    const seq = this.#next(userId);
    const change: CanaryEcho = { kind: 'canary', seq, nonce };
    this.draft.frames.push({ userId, change, rowKey: null });
    return seq;
  }

  /** Old rows go without a trace but a number, below which everybody starts over. */
  retire(userId: string, count: number): void {
    const events = this.#rowsOf(userId).filter(({ table }) => table === 'ide_sync_events');
    const old = events.slice(0, count);
    if (old.length === 0) return;
    const seq = this.#next(userId);
    this.draft.heads.set(userId, { seq, floor: seq });
    for (const stored of old) this.#forget(stored, seq);
  }

  raiseFloor(userId: string, floor: number): void {
    const head = this.#head(userId);
    this.draft.heads.set(userId, { seq: head.seq, floor: Math.max(head.floor, floor) });
  }

  #insert(userId: string, table: Table, readable: boolean): void {
    const n = this.#newNumber();
    const id = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    const stamp = { id, userId, seq: this.#next(userId), createdAt: this.#at, updatedAt: this.#at };
    this.#put(makeRow(table, stamp, n, this.#dice), table, readable, false);
  }

  #update(stored: Stored, wide: boolean, readable: boolean): void {
    const changed = changeRow(stored.table, stored.row, this.#newNumber(), wide);
    const row = { ...changed, sync_seq: this.#next(stored.userId), updated_at: this.#at };
    this.#put(row, stored.table, readable, !wide);
  }

  #remove(stored: Stored): void {
    this.#forget(stored, this.#entomb(stored));
  }

  #forget({ userId, table, id }: Stored, seq: number): void {
    this.draft.rows.set(keyOf(table, id), null);
    this.draft.facts.push({ userId, table, id, seq, stored: null });
  }

  #move(stored: Stored, to: string): void {
    this.#remove(stored);
    const row = { ...stored.row, user_id: to, sync_seq: this.#next(to), updated_at: this.#at };
    this.#put(row, stored.table, stored.readable, true);
  }

  #put(row: Stored['row'], table: Table, readable: boolean, isUpdate: boolean): void {
    const { id, user_id: userId, sync_seq: seq } = row;
    const rowKey = keyOf(table, id);
    const stored: Stored = { table, id, userId, seq, row: Object.freeze(row), readable };
    this.draft.rows.set(rowKey, stored);
    this.draft.facts.push({ userId, table, id, seq, stored });
    this.draft.frames.push({ userId, change: streamed(stored, isUpdate), rowKey });
  }

  #entomb({ table, id, userId, seq: rowSeq }: Stored): number {
    const seq = this.#next(userId);
    const change = { kind: 'tombstone', table, id, seq, rowSeq, deletedAt: this.#at } as const;
    this.draft.frames.push({ userId, change, rowKey: null });
    return seq;
  }

  #next(userId: string): number {
    const { seq, floor } = this.#head(userId);
    this.draft.heads.set(userId, { seq: seq + 1, floor });
    return seq + 1;
  }

  #head(userId: string): Head {
    return this.draft.heads.get(userId) ?? this.#store.heads.get(userId) ?? { seq: 0, floor: 0 };
  }

  #choose(userId: string, pick: number): Stored | undefined {
    const rows = this.#rowsOf(userId);
    return rows[Math.floor(pick * rows.length)];
  }

  #rowsOf(userId: string): Stored[] {
    const rows: Stored[] = [];
    for (const [key, stored] of this.#store.rows.get(userId) ?? [])
      if (!this.draft.rows.has(key)) rows.push(stored);
    for (const stored of this.draft.rows.values()) if (stored?.userId === userId) rows.push(stored);
    return rows;
  }
}

/** A row as `sync_pull` tells it. */
export function pulled({ table, id, seq, row, readable }: Stored): RowVersion | UnreadableRow {
  if (!readable) return { kind: 'unreadable', table, id, seq, detail: 'name: expected string, found number' };
  return { kind: 'row', table, id, seq, row } as RowVersion;
}

/** A row as the socket tells it: an UPDATE leaves out the wide column that it did not change. */
function streamed(stored: Stored, isUpdate: boolean): StreamedChange {
  const { table, id, seq, row, readable } = stored;
  const column = wideColumns[table];
  if (!readable || !isUpdate || !column || !isWide(row, column)) return pulled(stored);
  const record: Record<string, unknown> = { ...row };
  delete record[column];
  return { kind: 'partial', table, id, seq, record };
}

function isWide(row: object, column: string): boolean {
  const value: unknown = Reflect.get(row, column);
  return value !== null;
}
