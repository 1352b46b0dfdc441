import type { Query } from '../database.ts';
import type { Claims } from '../jwt.ts';
import type { Change } from './change.ts';
import { identifier, tableName } from './identifiers.ts';

/**
 * Which of the changed rows (by index) the claims' role can SELECT now, looked up by primary key under row
 * security, as the real server does when it delivers.
 */
export async function visibleKeys(
  query: Query,
  claims: Claims,
  changes: readonly Change[],
  indexes: readonly number[],
): Promise<ReadonlySet<number>> {
  const seen = new Set<number>();
  await query('begin');
  try {
    await query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true),
         set_config('request.jwt.claim.role', $3, true), set_config('role', $3, true)`,
      [JSON.stringify(claims), claims.sub ?? '', claims.role],
    );
    for (const table of new Set(indexes.map((index) => changes[index]?.table))) {
      const group = indexes.filter((index) => changes[index]?.table === table);
      for (const index of await visibleOfTable(query, changes, group)) seen.add(index);
    }
  } finally {
    await query('rollback');
  }
  return seen;
}

async function visibleOfTable(
  query: Query,
  changes: readonly Change[],
  indexes: readonly number[],
): Promise<number[]> {
  const table = changes[indexes[0] ?? -1]?.table;
  if (!table) return [];
  const keys = indexes.map((index) => {
    const row = changes[index]?.new;
    return Object.fromEntries(table.key.map(({ name }) => [name, row?.[name]]));
  });
  const columns = table.key.map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`).join(', ');
  const same = table.key.map(({ name }) => `t.${identifier(name)} = k.${identifier(name)}`).join(' and ');
  const rows = await query<{ n: number }>(
    `select x.n::int as n
     from jsonb_array_elements($1::text::jsonb) with ordinality as x(key, n),
       lateral jsonb_to_record(x.key) as k(${columns})
     where exists (select from ${tableName(table)} t where ${same})`,
    [JSON.stringify(keys)],
  );
  return rows.flatMap(({ n }) => indexes[n - 1] ?? []);
}
