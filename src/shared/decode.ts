import * as v from 'valibot';
import { type Rows, rowSchemas, type Table } from './model.ts';
import { tables } from './tables.ts';

const columns = new Map<Table, readonly string[]>(
  tables.map((table) => [table, Object.keys(rowSchemas[table].entries)]),
);

export function isTable(name: unknown): name is Table {
  return typeof name === 'string' && Object.hasOwn(rowSchemas, name);
}

/** Whether `record` has every column that we read of the table, whatever is in it. */
export function hasAllColumns(table: Table, record: Readonly<Record<string, unknown>>): boolean {
  return columns.get(table)?.every((column) => Object.hasOwn(record, column)) ?? false;
}

/** Reads a row as it comes from the wire: `detail` names the first column that does not fit, never its value. */
export function readRow<T extends Table>(
  table: T,
  record: unknown,
): { readonly row: Rows[T] } | { readonly detail: string } {
  const result = v.safeParse(rowSchemas[table], record);
  if (result.success) return { row: result.output as Rows[T] };
  const [issue] = result.issues;
  const found = issue.input === null ? 'null' : typeof issue.input;
  return {
    detail: `${v.getDotPath(issue) ?? 'row'}: expected ${issue.expected ?? 'another value'}, found ${found}`,
  };
}
