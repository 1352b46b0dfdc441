import type { Database } from './database.ts';
import type { AnyRow } from './rows.ts';
import { keyOf } from './store.ts';
import type { Timeline } from './timeline.ts';
import type { Fact } from './transaction.ts';

/** What a row was from a moment on; null while the user had none that can be read. */
export interface Version {
  readonly at: number;
  /** The number of the change. */
  readonly seq: number;
  readonly row: AnyRow | null;
}

/** What the database held for each user at every moment, so that what is shown can be dated. */
export class History {
  readonly #timeline: Timeline;
  readonly #users = new Map<string, Map<string, Version[]>>();
  readonly #onFact: (fact: Fact, key: string) => void;
  /**
   * Rows not held that were outside the first snapshot's windows when that was noticed: nobody tells when they enter,
   * nor does the next engine hear of it that begins with saved rows.
   */
  readonly outside = new Map<string, Version>();
  /** When numbers last lost their meaning without a word to Realtime. */
  breakAt = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline, database: Database, onFact: (fact: Fact, key: string) => void) {
    this.#timeline = timeline;
    this.#onFact = onFact;
    const note = (facts: readonly Fact[]) => {
      for (const fact of facts) this.#note(fact);
    };
    database.listen({
      onCommit: note,
      onBreak: (facts) => {
        this.breakAt = timeline.now;
        note(facts);
      },
    });
  }

  /** Keys of all rows that the user has now. */
  keys(userId: string): string[] {
    const versions = this.#users.get(userId) ?? new Map<string, Version[]>();
    return [...versions].flatMap(([key, list]) => (list.at(-1)?.row ? [key] : []));
  }

  /**
   * The first version that somebody who holds `held` has missed; null when they hold the present one, `never` when
   * there was no such version.
   */
  missed(userId: string, key: string, held: AnyRow | undefined): Version | null | 'never' {
    const versions = this.#versions(userId, key) ?? [];
    if (held) {
      const at = versions.findLastIndex(({ row }) => row !== null && isSame(row, held));
      return at < 0 ? 'never' : (versions[at + 1] ?? null);
    }
    if (!versions.at(-1)?.row) return null;
    const gone = versions.findLastIndex(({ row }) => row === null);
    return versions[gone + 1] ?? null;
  }

  #versions(userId: string, key: string): Version[] | undefined {
    return this.#users.get(userId)?.get(key);
  }

  #note(fact: Fact): void {
    const { userId, table, id, seq, stored } = fact;
    const key = keyOf(table, id);
    const users = this.#users.get(userId) ?? new Map<string, Version[]>();
    this.#users.set(userId, users);
    const versions = users.get(key) ?? [];
    users.set(key, versions);
    const row = stored?.readable ? stored.row : null;
    versions.push({ at: this.#timeline.now, seq, row });
    this.#onFact(fact, key);
  }
}

/** Equal column by column; rows are usually the same object, unless the engine has put one together. */
export function isSame(a: AnyRow, b: AnyRow): boolean {
  if (a === b) return true;
  if (a.sync_seq !== b.sync_seq || a.updated_at !== b.updated_at) return false;
  const columns = Object.keys(a);
  return (
    columns.length === Object.keys(b).length &&
    columns.every((column) => {
      const [left, right] = [Reflect.get(a, column), Reflect.get(b, column)];
      return left === right || JSON.stringify(left) === JSON.stringify(right);
    })
  );
}
