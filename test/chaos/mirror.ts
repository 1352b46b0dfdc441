import type { ReplicaBatch, ReplicaView } from '../../src/extension/sync/types.ts';
import { isSame } from './history.ts';
import { type AnyRow, tableNames } from './rows.ts';
import { keyOf } from './store.ts';

/** What somebody knows who has heard of nothing but batches. */
export class Mirror {
  readonly rows = new Map<string, AnyRow>();
  readonly #replica: ReplicaView;
  #epoch: string;
  #revision: number;

  constructor(replica: ReplicaView) {
    this.#replica = replica;
    this.#epoch = replica.epoch;
    this.#revision = replica.revision;
  }

  /** Takes a batch; answers the rows that it named, or what is wrong with it. */
  take({
    epoch,
    revision,
    changes,
    released = [],
  }: ReplicaBatch): readonly string[] | { readonly wrong: string } {
    if (epoch !== this.#epoch) {
      const forgotten = [...this.rows.keys()];
      this.#begin();
      this.#epoch = epoch;
      this.#revision = revision;
      if (revision !== 0 || changes.length > 0)
        return { wrong: `a new epoch begins at revision ${revision}` };
      return [...forgotten, ...this.rows.keys()];
    }
    this.#revision += 1;
    if (revision !== this.#revision)
      return { wrong: `revision ${revision} comes where ${this.#revision} is next` };
    const keys: string[] = [];
    for (const { eventType, table, new: row, old } of [...changes, ...released]) {
      const id = (row ?? old)?.id ?? '';
      const key = keyOf(table, id);
      const held = this.rows.get(key);
      const expected = row ? (held ? 'UPDATE' : 'INSERT') : 'DELETE';
      if (keys.includes(key)) return { wrong: `${key} is named twice in a batch` };
      if (eventType !== expected || (eventType === 'DELETE' && !held))
        return { wrong: `${eventType} of ${key}, which was ${held ? '' : 'not '}held` };
      if ((held ?? null) !== old && !(held && old && isSame(held, old)))
        return { wrong: `${eventType} of ${key} tells another old row than was told before` };
      if (row) this.rows.set(key, row);
      else this.rows.delete(key);
      keys.push(key);
    }
    return keys;
  }

  /** A new life begins with the rows of last time, or with none. */
  #begin(): void {
    this.rows.clear();
    for (const table of tableNames)
      for (const [id, row] of this.#replica.tables[table]) this.rows.set(keyOf(table, id), row);
  }

  /** The first difference to the replica itself; null when there is none. */
  compare({ epoch, revision, tables }: ReplicaView): string | null {
    if (epoch !== this.#epoch) return `the epoch is ${epoch}, batches said ${this.#epoch}`;
    if (revision !== this.#revision) return `the revision is ${revision}, batches said ${this.#revision}`;
    let count = 0;
    for (const table of tableNames) {
      for (const [id, row] of tables[table]) {
        count += 1;
        if (this.rows.get(keyOf(table, id)) !== row) return `${keyOf(table, id)} is not as batches said`;
      }
    }
    return count === this.rows.size ? null : `${count} rows are held, batches said ${this.rows.size}`;
  }
}
