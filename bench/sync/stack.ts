import type { Credentials } from '../../src/extension/sync/types.ts';
import type { Rows, Table } from '../../src/shared/model.ts';

/** The smallest row of a table that can be written; columns not named get the database's defaults. */
export type NewRow<T extends Table = Table> = Partial<Rows[T]> & { readonly id: string };
/** One write: the row is inserted, or the columns given of the one that is there are updated. */
export type Write<T extends Table = Table> = T extends Table
  ? { readonly table: T; readonly row: NewRow<T> }
  : never;

/** Somebody with rows on a stack; the writes go past the client that is measured. */
export interface StackUser {
  readonly credentials: Credentials;
  /** One transaction a table; resolves when all are committed. */
  write(writes: readonly Write[]): Promise<void>;
  /** Updates all runs again and again, up to `rate` rows a second; resolves with how many changes were committed. */
  flood(rate: number, seconds: number): Promise<number>;
  /** `sync_seq` of every row of a table by id, as the database has it. */
  numbers(table: Table): Promise<ReadonlyMap<string, number>>;
}

/** A backend in a process of its own. */
export interface Stack {
  readonly name: 'embedded' | 'fake';
  readonly url: string;
  readonly publishableKey: string;
  newUser(): Promise<StackUser>;
  /** Cuts every WebSocket at the server's end; null where there is no way to. */
  readonly cut: (() => Promise<void>) | null;
  /** The next change is committed, and its event gets lost; null where there is no way to. */
  readonly lose: (() => Promise<void>) | null;
  stop(): Promise<void>;
}
