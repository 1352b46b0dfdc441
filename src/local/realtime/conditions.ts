import type { Query } from '../database.ts';
import type { PublishedTable } from './catalog.ts';
import type { Change, Row } from './change.ts';
import { tableName } from './identifiers.ts';

/** What filters look at: the new row, or as much of a deleted one as the replica identity keeps. */
export function filteredRow(change: Change): Row {
  if (change.new) return change.new;
  const { old, table } = change;
  if (!old || table.identityFull) return old ?? {};
  return Object.fromEntries(table.key.map(({ name }) => [name, old[name]]));
}

/** Conditions that only the database can decide, each asked once for all changes of its table. */
export class SqlConditions {
  readonly #changes: readonly Change[];
  readonly #wanted = new Map<PublishedTable, Set<string>>();
  readonly #true = new Map<string, Set<number>>();

  constructor(changes: readonly Change[]) {
    this.#changes = changes;
  }

  add(table: PublishedTable, sql: string): void {
    const own = this.#wanted.get(table);
    if (own) own.add(sql);
    else this.#wanted.set(table, new Set([sql]));
  }

  /** A condition that fails (a pattern that ends with its escape, a type that knows no `=`) holds for no row. */
  async evaluate(query: Query, onFailure: (error: unknown) => void): Promise<void> {
    for (const [table, conditions] of this.#wanted) {
      const list = [...conditions];
      try {
        await this.#ask(query, table, list);
      } catch {
        for (const sql of list) await this.#ask(query, table, [sql]).catch(onFailure);
      }
    }
  }

  async #ask(query: Query, table: PublishedTable, list: readonly string[]): Promise<void> {
    const indexes = [...this.#changes.keys()].filter((index) => this.#changes[index]?.table === table);
    const rows = indexes.map((index) => {
      const change = this.#changes[index];
      return change ? JSON.stringify(filteredRow(change)) : '{}';
    });
    const answers = await query<{ n: number; answers: (boolean | null)[] }>(
      `select x.n::int as n, jsonb_build_array(${list.join(', ')}) as answers
       from jsonb_array_elements($1::text::jsonb) with ordinality as x(row, n),
         lateral jsonb_populate_record(null::${tableName(table)}, x.row) as r`,
      [`[${rows.join(',')}]`],
    );
    for (const { n, answers: row } of answers) {
      const index = indexes[n - 1];
      for (const [position, answer] of row.entries()) {
        const sql = list[position];
        if (answer !== true || index === undefined || sql === undefined) continue;
        const own = this.#true.get(sql);
        if (own) own.add(index);
        else this.#true.set(sql, new Set([index]));
      }
    }
  }

  holds(index: number, sql: string | null): boolean {
    return sql === null || (this.#true.get(sql)?.has(index) ?? false);
  }
}
