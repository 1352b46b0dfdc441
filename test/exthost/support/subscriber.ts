import type { RunglassApi } from '../../../src/extension/services.ts';
import type { RowChange } from '../../../src/shared/changes.ts';
import { applyPatches, emptyTables, type TableMaps } from '../../../src/shared/patch.ts';

/** The rows of one user as somebody knows them who hears of changes through the public functions alone. */
export class Subscriber {
  readonly unsubscribe: () => void;
  /** Users whose rows were told. */
  readonly owners = new Set<string>();
  rows: TableMaps = emptyTables();

  constructor(api: RunglassApi, userId: string) {
    const hear = (change: RowChange) => this.#hear(change);
    this.unsubscribe = api.subscribeToAllUpdates(userId, {
      projects: hear,
      trainingRuns: hear,
      models: hear,
      usageTracking: hear,
      subscription: hear,
      ideSyncEvents: hear,
    });
  }

  #hear(change: RowChange): void {
    const { table } = change;
    const row = change.new ?? change.old;
    if (!row) return;
    this.owners.add(row.user_id);
    const patch = change.new ? { up: [change.new], del: [] } : { up: [], del: [row.id] };
    this.rows = applyPatches(this.rows, { [table]: patch });
  }
}
