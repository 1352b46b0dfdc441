import type { PublishedTable } from './catalog.ts';
import type { ChangeType } from './filter.ts';

/** A row as JSON values by column; numbers that a double would round are raw JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** One committed change of one row. */
export interface Change {
  readonly table: PublishedTable;
  readonly type: ChangeType;
  /** ISO 8601 in UTC, milliseconds; the same for all changes of a transaction. */
  readonly committedAt: string;
  readonly new: Row | null;
  readonly old: Row | null;
  /** Characters of both rows as JSON. */
  readonly size: number;
}
