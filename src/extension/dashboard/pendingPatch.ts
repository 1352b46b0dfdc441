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

/** Row changes waiting to be posted; of many changes of one row only the last is kept. */
export class PendingPatch {
  readonly #rows: { readonly [T in Table]: Map<string, Row | null> } = {
    projects: new Map(),
    training_runs: new Map(),
    models: new Map(),
    usage_tracking: new Map(),
    subscriptions: new Map(),
    ide_sync_events: new Map(),
  };

  add(changes: readonly RowChange[]): void {
    for (const change of changes) {
      const id = change.new?.id ?? change.old?.id;
      if (id === undefined) continue;
      const rows = this.#rows[change.table];
      // Deleted and set again, so that the order is that of the last change.
      rows.delete(id);
      rows.set(id, change.new);
    }
  }

  clear(): void {
    for (const table of tables) this.#rows[table].clear();
  }

  /** Empties into patches of at most `maxPatchSize` each, a single larger row apart; at least one, maybe empty. */
  take(): TablePatches[] {
    const parts: Partial<Record<Table, MutablePatch>>[] = [{}];
    let size = 0;
    for (const table of tables) {
      for (const [id, row] of this.#rows[table]) {
        const cost = row ? JSON.stringify(row).length : id.length + 3;
        if (size > 0 && size + cost > maxPatchSize) {
          parts.push({});
          size = 0;
        }
        size += cost;
        const part = parts.at(-1) ?? {};
        part[table] ??= { up: [], del: [] };
        if (row) part[table].up.push(row);
        else part[table].del.push(id);
      }
    }
    this.clear();
    return parts as unknown as TablePatches[];
  }
}
