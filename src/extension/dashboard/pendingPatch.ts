import type { RowChange } from '../../shared/changes.ts';
import type { Rows, Table } from '../../shared/model.ts';
import type { TablePatches } from '../../shared/patch.ts';
import { tables } from '../../shared/tables.ts';

/** Largest patch posted at once, bytes of its JSON as UTF-16 at one byte a unit. */
export const maxPatchSize = 100_000;

type Row = Rows[Table];
interface MutablePatch {
  up: Row[];
  del: string[];
}

/** What the page hears next of one row. */
interface Pending {
  /** Null for a delete. */
  readonly row: Row | null;
  /** It is not held any more: its delete follows. */
  readonly passes: boolean;
}

/** Row changes waiting to be posted; of many changes of one row only the last is kept. */
export class PendingPatch {
  readonly #rows: { readonly [T in Table]: Map<string, Pending> } = {
    projects: new Map(),
    training_runs: new Map(),
    models: new Map(),
    usage_tracking: new Map(),
    subscriptions: new Map(),
    ide_sync_events: new Map(),
  };

  add(changes: readonly RowChange[]): void {
    for (const { table, new: row, old } of changes) this.#set(table, row ?? old, { row, passes: false });
  }

  /**
   * Adds deletes of rows that the database still has. A row that came just now is posted all the same, its delete
   * after it: a page that looks at the past keeps it there, and would never hear of it otherwise.
   */
  release(deletes: readonly RowChange[]): void {
    for (const { table, old } of deletes) {
      const row = (old && this.#rows[table].get(old.id)?.row) ?? null;
      this.#set(table, old, { row, passes: row !== null });
    }
  }

  clear(): void {
    for (const table of tables) this.#rows[table].clear();
  }

  /** Empties into patches of at most `maxPatchSize` each, a single larger row apart; at least one, maybe empty. */
  take(): TablePatches[] {
    const parts = new Parts();
    const passed: [Table, string][] = [];
    for (const table of tables)
      for (const [id, { row, passes }] of this.#rows[table]) {
        parts.add(table, id, row);
        if (passes) passed.push([table, id]);
      }
    if (passed.length > 0) parts.begin();
    for (const [table, id] of passed) parts.add(table, id, null);
    this.clear();
    return parts.all as unknown as TablePatches[];
  }

  #set(table: Table, named: { readonly id: string } | null, pending: Pending): void {
    if (!named) return;
    const rows = this.#rows[table];
    // Deleted and set again, so that the order is that of the last change.
    rows.delete(named.id);
    rows.set(named.id, pending);
  }
}

class Parts {
  readonly all: Partial<Record<Table, MutablePatch>>[] = [{}];
  #size = 0;

  begin(): void {
    this.all.push({});
    this.#size = 0;
  }

  /** `row` is null for a delete. */
  add(table: Table, id: string, row: Row | null): void {
    const cost = row ? JSON.stringify(row).length : id.length + 3;
    if (this.#size > 0 && this.#size + cost > maxPatchSize) this.begin();
    this.#size += cost;
    const part = this.all.at(-1) ?? {};
    part[table] ??= { up: [], del: [] };
    if (row) part[table].up.push(row);
    else part[table].del.push(id);
  }
}
