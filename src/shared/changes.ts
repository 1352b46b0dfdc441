import type { Rows, Table } from './model.ts';

/**
 * One change of one row, as subscribers are told it, however it came: over the socket, or as a difference that
 * a pull made.
 */
export type RowChange<T extends Table = Table> = T extends Table
  ? {
      readonly eventType: 'INSERT' | 'UPDATE' | 'DELETE';
      readonly table: T;
      /** The row after the change; null for a DELETE. */
      readonly new: Rows[T] | null;
      /** The row as the replica held it before; null when it held none. */
      readonly old: Rows[T] | null;
      /** The change's place in this user's commit order. */
      readonly seq: number;
      readonly source: 'realtime' | 'pull';
    }
  : never;
