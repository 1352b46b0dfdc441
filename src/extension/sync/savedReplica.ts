import * as v from 'valibot';
import { type Rows, rowSchemas, type Table } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import { tables } from '../../shared/tables.ts';
import { decodeRow } from './decode.ts';
import type { RowVersion } from './transport.ts';
import type { Bounds } from './windows.ts';

/** A replica as it was, for the first paint before anything is answered. */
export interface SavedReplica {
  readonly rows: readonly RowVersion[];
  /** Everything up to this seq is in the rows. */
  readonly cursor: number;
  /** The database's epoch, of which the cursor is. */
  readonly epoch: string;
  readonly bounds: Bounds;
  /** ms since 1970, host clock. */
  readonly asOf: number;
  /** Server clock minus host clock, ms. */
  readonly clockOffset: number;
}

/** Another form of the file, or of the rows that we read, has another name. */
export const savedFormat = `3 ${tables.map((table) => `${table}:${Object.keys(rowSchemas[table].entries)}`).join(' ')}`;

const place = v.nullable(v.string());
const savedSchema = v.object({
  format: v.string(),
  owner: v.string(),
  cursor: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  epoch: v.string(),
  bounds: v.object({
    training_runs: place,
    models: place,
    ide_sync_events: place,
    subscriptions: place,
    usage_tracking: place,
    runs_cut: place,
    active_cut: place,
    events_cut: place,
    models_cut: place,
  }),
  asOf: v.pipe(v.number(), v.finite()),
  clockOffset: v.pipe(v.number(), v.finite()),
  rows: v.object({
    projects: v.array(v.unknown()),
    training_runs: v.array(v.unknown()),
    models: v.array(v.unknown()),
    usage_tracking: v.array(v.unknown()),
    subscriptions: v.array(v.unknown()),
    ide_sync_events: v.array(v.unknown()),
  }),
});

/** The text of a saved replica of `owner`, the id of a user. */
export function encodeReplica(owner: string, maps: TableMaps, saved: Omit<SavedReplica, 'rows'>): string {
  const rows = Object.fromEntries(tables.map((table) => [table, [...maps[table].values()]]));
  return JSON.stringify({ format: savedFormat, owner, ...saved, rows });
}

/** Reads what `encodeReplica` wrote; throws an `Error` that says what is wrong when it is damaged or not of `owner`. */
export function decodeReplica(owner: string, text: string): SavedReplica {
  const { rows, format, ...saved } = v.parse(savedSchema, JSON.parse(text));
  if (format !== savedFormat) throw new Error('It is of another version.');
  if (saved.owner !== owner) throw new Error('It is of another user.');
  const decoded = tables.flatMap((table) => rows[table].map((row) => decode(owner, table, row)));
  return { ...saved, rows: decoded };
}

function decode(owner: string, table: Table, record: unknown): RowVersion {
  const row = decodeRow(table, record);
  if (row?.kind !== 'row') throw new Error(`A row of ${table} has not the expected shape.`);
  if ((row.row as Rows[Table]).user_id !== owner) throw new Error(`A row of ${table} is of another user.`);
  return row;
}
