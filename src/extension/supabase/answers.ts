import * as v from 'valibot';
import { readRow } from '../../shared/decode.ts';
import type { Rows, Table } from '../../shared/model.ts';
import { RunglassError } from '../../shared/status.ts';
import type { Log } from '../sync/types.ts';

/** Reads what `name`, a function or a table, has answered; throws a `RunglassError` when it does not fit. */
export function readAnswer<S extends v.GenericSchema>(
  name: string,
  schema: S,
  answer: unknown,
): v.InferOutput<S> {
  const result = v.safeParse(schema, answer);
  if (result.success) return result.output;
  const detail = `${name} answered in a form that this version does not read.`;
  throw new RunglassError({ reason: 'server', status: 200, detail });
}

/** The rows that can be read; the log says how many others there were. */
export function readRows<T extends Table>(table: T, records: readonly unknown[], log: Log): Rows[T][] {
  const results = records.map((record) => readRow(table, record));
  const unreadable = results.flatMap((result) => ('detail' in result ? [result.detail] : []));
  if (unreadable.length > 0)
    log.warn(`Older rows of ${table} that are left out: ${unreadable.length} (${unreadable[0]}).`);
  return results.flatMap((result) => ('row' in result ? [result.row] : []));
}
