import { hasAllColumns, readRow } from '../../shared/decode.ts';
import type { Table } from '../../shared/model.ts';
import type { PartialRow, RowVersion, UnreadableRow } from './transport.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads a whole row; null when it does not even say which row and version it is. */
export function decodeRow(table: Table, record: unknown): RowVersion | UnreadableRow | null {
  const named = identify(record);
  if (!named) return null;
  const result = readRow(table, record);
  return 'row' in result
    ? ({ kind: 'row', table, ...named, row: result.row } as RowVersion)
    : { kind: 'unreadable', table, ...named, detail: result.detail };
}

/** Reads what an UPDATE on the socket carries: unchanged wide values are left out of it. */
export function decodeUpdate(table: Table, record: Fields): RowVersion | UnreadableRow | PartialRow | null {
  if (hasAllColumns(table, record)) return decodeRow(table, record);
  const named = identify(record);
  return named ? { kind: 'partial', table, ...named, record } : null;
}

/** What a row must say before anything can be done with it. */
function identify(record: unknown): { readonly id: string; readonly seq: number } | null {
  if (typeof record !== 'object' || record === null) return null;
  const { id, sync_seq: seq } = record as Fields;
  return typeof id === 'string' && Number.isSafeInteger(seq) && Number(seq) > 0
    ? { id, seq: Number(seq) }
    : null;
}
