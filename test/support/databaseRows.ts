import { isDeepStrictEqual } from 'node:util';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Rows, Table } from '../../src/shared/model.ts';
import type { TableMaps } from '../../src/shared/patch.ts';
import { tables } from '../../src/shared/tables.ts';

export type DatabaseRows = ReadonlyMap<Table, readonly Readonly<Record<string, unknown>>[]>;

/** What the database answers to this client, row by row. */
export async function readRows(client: SupabaseClient): Promise<DatabaseRows> {
  const read = async (table: Table) =>
    (await client.from(table).select('*').throwOnError()).data as Record<string, unknown>[];
  return new Map(await Promise.all(tables.map(async (table) => [table, await read(table)] as const)));
}

/** The first row in which what is shown is not what the database holds; null when all are the same. */
export function difference(truth: DatabaseRows, shown: TableMaps): string | null {
  for (const table of tables) {
    const rows = truth.get(table) ?? [];
    for (const row of rows) {
      const held: Rows[Table] | undefined = shown[table].get(String(row.id));
      if (!held) return `${table} ${row.id} is missing`;
      for (const [column, value] of Object.entries(held))
        if (!isDeepStrictEqual(value, row[column]))
          return `${table} ${row.id}: ${column} is ${value}, not ${row[column]}`;
    }
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of shown[table].keys()) if (!ids.has(id)) return `${table} ${id} is not in the database`;
  }
  return null;
}
