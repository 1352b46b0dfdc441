import type { Rows, Table } from './model.ts';
import { tables } from './tables.ts';

/** Every row of the six tables by id. Maps are never changed in place, so identity tells what changed. */
export type TableMaps = { readonly [T in Table]: ReadonlyMap<string, Rows[T]> };

/** What changed in one table: rows inserted or updated, ids that are gone. */
export interface TablePatch<T extends Table = Table> {
  readonly up: readonly Rows[T][];
  readonly del: readonly string[];
  /** Those of `del` that the database still has: the host only holds them no longer. */
  readonly released?: readonly string[];
}
export type TablePatches = { readonly [T in Table]?: TablePatch<T> };

export function emptyTables(): TableMaps {
  return {
    projects: new Map(),
    training_runs: new Map(),
    models: new Map(),
    usage_tracking: new Map(),
    subscriptions: new Map(),
    ide_sync_events: new Map(),
  };
}

/**
 * Returns the maps after `patches`. Tables and rows that did not change keep their identity; `maps` is left as
 * it was. The same function runs in the host's tests and in the webview.
 */
export function applyPatches(maps: TableMaps, patches: TablePatches): TableMaps {
  const next: { -readonly [T in Table]: TableMaps[T] } = { ...maps };
  for (const table of tables) patchTable(next, table, patches);
  return next;
}

function patchTable<T extends Table>(
  maps: { -readonly [K in Table]: TableMaps[K] },
  table: T,
  patches: TablePatches,
): void {
  const patch = patches[table];
  if (!patch || (patch.up.length === 0 && patch.del.length === 0)) return;
  const rows = new Map<string, Rows[T]>(maps[table]);
  for (const id of patch.del) rows.delete(id);
  for (const row of patch.up) rows.set(row.id, row as Rows[T]);
  maps[table] = rows as unknown as (typeof maps)[T];
}
