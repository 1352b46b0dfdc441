import { randomUUID } from 'node:crypto';
import type { Rows, Table } from '../../../src/shared/model.ts';

export type Row = Readonly<Record<string, unknown>>;

/** One committed change of one row. */
export interface Change {
  readonly table: string;
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
  /** The row after an INSERT or UPDATE; of a DELETE the row that is gone. */
  readonly row: Row;
  /** ISO 8601, ms; the same for all changes of a transaction. */
  readonly committedAt: string;
  /** `data` as it is, when a test knows better than this store. */
  readonly data?: Row;
}

interface Account {
  head: number;
  /** Newest version of each row, and the tombstones, by table and id. */
  readonly entries: Map<string, Entry>;
  canary: boolean;
}
type Entry =
  | { readonly tbl: Table; readonly seq: number; readonly row: Row }
  | {
      readonly tbl: Table;
      readonly seq: number;
      readonly id: string;
      readonly row_seq: number;
      readonly deleted_at: string;
    };

/** The synced tables in memory: numbers every change of a user in commit order, and answers sync_pull and sync_ping. */
export class Store {
  readonly #publish: (changes: readonly Change[]) => void;
  readonly #accounts = new Map<string, Account>();
  #epoch: string = randomUUID();
  #transaction: Change[] | null = null;

  constructor(publish: (changes: readonly Change[]) => void) {
    this.#publish = publish;
  }

  /** Inserts the row, or updates the columns given of the one with this id. Stamps `sync_seq` and `updated_at`. */
  put<T extends Table>(table: T, fields: Partial<Rows[T]> & { readonly id: string }): Rows[T] {
    const held = this.#find(table, fields.id);
    const userId = String(fields.user_id ?? held?.row.user_id);
    const account = this.#account(userId);
    account.head += 1;
    const row = { ...held?.row, ...fields, sync_seq: account.head, updated_at: timestamp() };
    account.entries.set(`${table}/${fields.id}`, { tbl: table, seq: account.head, row });
    this.#commit(table, held ? 'UPDATE' : 'INSERT', row);
    return row as unknown as Rows[T];
  }

  /** Deletes a row and writes its tombstone; throws when there is none. */
  remove(table: Table, id: string): void {
    const held = this.#find(table, id);
    if (!held) throw new Error(`${table} has no row ${id}.`);
    const account = this.#account(String(held.row.user_id));
    account.head += 1;
    const tombstone = { id, row_seq: held.seq, deleted_at: timestamp() };
    account.entries.set(`${table}/${id}`, { tbl: table, seq: account.head, ...tombstone });
    const { id: pk, ...rest } = tombstone;
    this.transaction(() => {
      this.#commit(table, 'DELETE', held.row);
      const row = { ...rest, user_id: held.row.user_id, sync_seq: account.head, tbl: table, pk };
      this.#commit('sync_tombstones', 'INSERT', row);
    });
  }

  /** What `work` writes is committed, and streamed, together. */
  transaction(work: () => void): void {
    if (this.#transaction) {
      work();
      return;
    }
    this.#transaction = [];
    try {
      work();
    } finally {
      const changes = this.#transaction;
      this.#transaction = null;
      this.#publish(changes);
    }
  }

  /** The rows of one user as the database holds them, by id. */
  rows<T extends Table>(table: T, userId: string): Map<string, Rows[T]> {
    const rows = new Map<string, Rows[T]>();
    for (const entry of this.#account(userId).entries.values())
      if (entry.tbl === table && 'row' in entry)
        rows.set(String(entry.row.id), entry.row as unknown as Rows[T]);
    return rows;
  }

  /** Another history: a restored database, or another installation. Rows and numbers are gone. */
  startAnew(): void {
    this.#epoch = randomUUID();
    this.#accounts.clear();
  }

  /** The answer of sync_pull. */
  pull(userId: string, since: number | null, epoch: string | null, maxRows: number): Row {
    const { head, entries } = this.#account(userId);
    const answer = { head, epoch: this.#epoch, now: timestamp() };
    if (since === null) {
      const changes = [...entries.values()].filter((entry) => 'row' in entry);
      return { ...answer, changes: changes.sort((a, b) => a.seq - b.seq), next: head, reset: false };
    }
    if (epoch !== this.#epoch || since > head) return { ...answer, changes: [], next: head, reset: true };
    const newer = [...entries.values()].filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq);
    const changes = newer.slice(0, maxRows);
    const next = changes.length < newer.length ? (changes.at(-1)?.seq ?? head) : head;
    return { ...answer, changes, next, reset: false };
  }

  /** The answer of sync_ping, whose row goes over the stream. */
  ping(userId: string, nonce: string): Row {
    const account = this.#account(userId);
    account.head += 1;
    const now = timestamp();
    const row = { user_id: userId, nonce, sync_seq: account.head, pinged_at: now };
    this.#commit('sync_canaries', account.canary ? 'UPDATE' : 'INSERT', row);
    account.canary = true;
    return { seq: account.head, now };
  }

  #find(table: Table, id: string): Extract<Entry, { row: Row }> | null {
    for (const { entries } of this.#accounts.values()) {
      const entry = entries.get(`${table}/${id}`);
      if (entry && 'row' in entry) return entry;
    }
    return null;
  }

  #account(userId: string): Account {
    const account = this.#accounts.get(userId) ?? { head: 0, entries: new Map(), canary: false };
    this.#accounts.set(userId, account);
    return account;
  }

  #commit(table: string, type: Change['type'], row: Row): void {
    const change = { table, type, row, committedAt: new Date().toISOString() };
    if (this.#transaction) this.#transaction.push(change);
    else this.#publish([change]);
  }
}

/** As Postgres writes a timestamptz in JSON. */
function timestamp(): string {
  return new Date().toISOString().replace('Z', '000+00:00');
}
