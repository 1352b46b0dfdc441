import type { PublishedTable, Rights } from './catalog.ts';
import type { Change, Row } from './change.ts';

/** Above this many characters the real server sends only the small values of a row. */
const maxSize = 1_048_576;
const smallValue = 64;

const numberTypes = new Set(['numeric', 'float4', 'float8', '_numeric', '_float4', '_float8']);

/** Reads what `to_jsonb` made of a row and gives values the form that Realtime has on the wire. */
export function parseRow(text: string, table: PublishedTable): Row {
  const row = JSON.parse(text, exactNumber) as Record<string, unknown>;
  for (const { name, type } of table.columns) {
    const value = row[name];
    if (type === 'bytea' && typeof value === 'string') row[name] = value.replace(/^\\x/, '');
    else if (numberTypes.has(type)) row[name] = finite(value);
  }
  return row;
}

/** ECMAScript's raw JSON, which TypeScript does not know yet. */
const rawJson = JSON as unknown as { rawJSON(text: string): unknown };

function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return String(value) === context.source ? value : rawJson.rawJSON(context.source);
}

/** NaN and the infinities are strings in jsonb and null on the wire. */
function finite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(finite);
  return typeof value === 'string' ? null : value;
}

/** The `data` of a change as JSON text, with what `rights` and `select` leave of it. */
export function render(
  change: Change,
  rights: Rights,
  select: readonly string[] | null,
  problem: string | null,
): string {
  const { table, type, committedAt } = change;
  if (problem) {
    return JSON.stringify({
      table: table.name,
      type,
      record: {},
      columns: [],
      errors: [problem],
      schema: table.schema,
      commit_timestamp: null,
    });
  }
  const readable = rights.columns.get(table.oid) ?? new Set<string>();
  const key = new Set(table.key.map(({ name }) => name));
  const wanted = (name: string) =>
    readable.has(name) && (select === null || select.includes(name) || key.has(name));
  const tooLarge = change.size > maxSize;
  const keepsOld =
    table.identityFull && !(type === 'DELETE' && table.rowSecurity && !rights.bypassesRowSecurity);
  const pick = (row: Row, keep: (name: string) => boolean) =>
    Object.fromEntries(
      Object.entries(row).filter(
        ([name, value]) => keep(name) && (!tooLarge || JSON.stringify(value).length <= smallValue),
      ),
    );
  return JSON.stringify({
    table: table.name,
    type,
    ...(change.new ? { record: pick(change.new, wanted) } : {}),
    columns: table.columns
      .filter(({ name }) => wanted(name))
      .map(({ name, type: columnType }) => ({ name, type: columnType })),
    errors: tooLarge ? ['Error 413: Payload Too Large'] : null,
    schema: table.schema,
    commit_timestamp: committedAt,
    ...(change.old
      ? { old_record: pick(change.old, (name) => wanted(name) && (keepsOld || key.has(name))) }
      : {}),
  });
}
