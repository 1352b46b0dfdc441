import * as v from 'valibot';
import { isTable } from '../../shared/decode.ts';
import { decodeRow, decodeUpdate } from '../sync/decode.ts';
import type { CanaryEcho, PulledChange, StreamedChange, Tombstone } from '../sync/transport.ts';

const serverTime = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number(),
  v.finite(),
);

/** A place in the order: one that a double cannot hold is none. */
const place = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const pulled = v.union([
  v.object({ tbl: v.string(), seq: place, row: v.record(v.string(), v.unknown()) }),
  v.object({
    tbl: v.string(),
    seq: place,
    id: v.string(),
    row_seq: v.nullish(place, 0),
    deleted_at: v.string(),
  }),
]);

/** The answer of `sync_pull`. */
export const pageSchema = v.object({
  changes: v.array(pulled),
  head: place,
  next: place,
  epoch: v.string(),
  reset: v.boolean(),
  now: serverTime,
  cut: v.optional(v.array(v.string()), []),
});
/** The answer of `sync_ping`. */
export const pingSchema = v.object({ seq: place, now: serverTime });

/** Changes of a page; tables of a newer backend, which this version does not know, are left out. */
export function decodeChanges(raw: v.InferOutput<typeof pageSchema>['changes']): PulledChange[] {
  const changes: PulledChange[] = [];
  for (const item of raw) {
    const { tbl: table, seq } = item;
    if (!isTable(table)) continue;
    if ('row' in item) {
      const id = typeof item.row.id === 'string' ? item.row.id : `seq ${seq}`;
      const detail = 'id or sync_seq is missing';
      changes.push(decodeRow(table, item.row) ?? { kind: 'unreadable', table, id, seq, detail });
    } else {
      const { id, row_seq: rowSeq, deleted_at: deletedAt } = item;
      changes.push({ kind: 'tombstone', table, id, seq, rowSeq, deletedAt });
    }
  }
  return changes;
}

/** Reads the new row of a change on the socket by its table; null when it cannot be read at all. */
export function decodeStreamed(
  table: string,
  eventType: string,
  record: Readonly<Record<string, unknown>>,
): StreamedChange | null {
  if (table === 'sync_canaries') return decodeCanary(record);
  if (table === 'sync_tombstones') return decodeTombstone(record);
  if (!isTable(table)) return null;
  return eventType === 'UPDATE' ? decodeUpdate(table, record) : decodeRow(table, record);
}

const tombstoneRow = v.object({
  tbl: v.string(),
  pk: v.string(),
  sync_seq: place,
  row_seq: v.nullish(place, 0),
  deleted_at: v.string(),
});
const canaryRow = v.object({ nonce: v.nullable(v.string()), sync_seq: place });

function decodeTombstone(record: unknown): Tombstone | null {
  const result = v.safeParse(tombstoneRow, record);
  if (!result.success || !isTable(result.output.tbl)) return null;
  const { tbl: table, pk: id, sync_seq: seq, row_seq: rowSeq, deleted_at: deletedAt } = result.output;
  return { kind: 'tombstone', table, id, seq, rowSeq, deletedAt };
}

function decodeCanary(record: unknown): CanaryEcho | null {
  const result = v.safeParse(canaryRow, record);
  return result.success
    ? { kind: 'canary', seq: result.output.sync_seq, nonce: result.output.nonce ?? '' }
    : null;
}
