import type { RowChange } from '../../shared/changes.ts';
import type { Rows, Table } from '../../shared/model.ts';
import type { TablePatches } from '../../shared/patch.ts';
import { tables } from '../../shared/tables.ts';
import type { NamedRow } from '../sync/types.ts';

/** Largest patch posted at once, bytes of its JSON as UTF-16 at one byte a unit. */
export const maxPatchSize = 100_000;

type Row = Rows[Table];
interface MutablePatch {
  up: Row[];
  del: string[];
  released?: string[];
}
/** What became of a row that is not held any more. */
type Removal = 'deleted' | 'released';

/** What the page hears next of one row. */
interface Pending {
  /** Null when it is only said that it is gone. */
  readonly row: Row | null;
  /** Null for a row that stays; with a row it follows that. */
  readonly removal: Removal | null;
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
    for (const { table, new: row, old } of changes)
      this.#set(table, row ?? old, { row, removal: row ? null : 'deleted' });
  }

  /**
   * Adds deletes of rows that the database still has. A row that came just now is posted all the same, its delete
   * after it: a page that looks at the past keeps it there, and would never hear of it otherwise.
   */
  release(deletes: readonly RowChange[]): void {
    for (const { table, old } of deletes) {
      const row = (old && this.#rows[table].get(old.id)?.row) ?? null;
      this.#set(table, old, { row, removal: 'released' });
    }
  }

  /** Adds deletes of rows that are not held: the page may hold them as older ones. */
  remove(gone: readonly NamedRow[]): void {
    for (const row of gone) this.#set(row.table, row, { row: null, removal: 'deleted' });
  }

  clear(): void {
    for (const table of tables) this.#rows[table].clear();
  }

  /** Empties into patches of at most `maxPatchSize` each, a single larger row apart; at least one, maybe empty. */
  take(): TablePatches[] {
    const parts = new Parts();
    const passed: [Table, string, Removal][] = [];
    for (const table of tables)
      for (const [id, { row, removal }] of this.#rows[table]) {
        if (row) parts.put(table, row);
        else if (removal) parts.remove(table, id, removal);
        if (row && removal) passed.push([table, id, removal]);
      }
    if (passed.length > 0) parts.begin();
    for (const [table, id, removal] of passed) parts.remove(table, id, removal);
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

  put(table: Table, row: Row): void {
    this.#patchOf(table, JSON.stringify(row).length).up.push(row);
  }

  remove(table: Table, id: string, removal: Removal): void {
    const patch = this.#patchOf(table, 2 * (id.length + 3));
    patch.del.push(id);
    if (removal === 'deleted') return;
    patch.released ??= [];
    patch.released.push(id);
  }

  /** The patch of a table that takes `cost` more. */
  #patchOf(table: Table, cost: number): MutablePatch {
    if (this.#size > 0 && this.#size + cost > maxPatchSize) this.begin();
    this.#size += cost;
    const part = this.all.at(-1) ?? {};
    part[table] ??= { up: [], del: [] };
    return part[table];
  }
}
