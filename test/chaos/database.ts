import type { PingReply, PullRequest, Tombstone } from '../../src/extension/sync/transport.ts';
import type { Table } from '../../src/shared/model.ts';
import type { Dice } from './dice.ts';
import { Locks } from './locks.ts';
import { outsideOf } from './snapshot.ts';
import { copyStore, emptyStore, keyOf, type Store, type Stored } from './store.ts';
import { begin, type Timeline } from './timeline.ts';
import { type Draft, type Fact, type Frame, pulled, type Statement, Transaction } from './transaction.ts';

export interface Write {
  readonly userId: string;
  readonly statements: readonly Statement[];
  /** From the last statement to the end of the transaction, ms. */
  readonly hold: number;
  readonly rollback: boolean;
}

export interface DatabaseListener {
  /** Something is committed; `facts` are the versions that it made, `frames` what the log says. */
  readonly onCommit: (facts: readonly Fact[], frames: readonly Frame[]) => void;
  /** Rows are others than before, and no number tells; `log` says whether the log begins anew too. */
  readonly onBreak: (facts: readonly Fact[], log: 'goes on' | 'begins anew') => void;
}

const pingTimeout = 2_000;

/** A Postgres with our migrations, as far as sync meets it: what SYNC.md says of SQL, told once more in memory. */
export class Database {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #listeners: DatabaseListener[] = [];
  readonly #locks = new Locks();
  #store: Store = emptyStore();
  #backup: Store = emptyStore();
  #life = 1;
  #installation = 1;
  /** What `outside` has found since the last change. */
  readonly #outside = new Map<string, ReadonlySet<string>>();
  #numbers = 0;
  /** Server clock minus the world's, ms. */
  readonly skew: number;

  constructor(timeline: Timeline, dice: Dice, skew: number) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.skew = skew;
  }

  get epoch(): string {
    return `${this.#installation}.${this.#life}`;
  }

  /** No transaction is open. */
  get isIdle(): boolean {
    return this.#locks.isFree;
  }

  listen(listener: DatabaseListener): void {
    this.#listeners.push(listener);
  }

  /** The server's clock, ms since 1970. */
  serverNow(): number {
    return Math.floor(begin + this.#timeline.now + this.skew);
  }

  head(userId: string): number {
    return this.#store.heads.get(userId)?.seq ?? 0;
  }

  owner(rowKey: string): string | undefined {
    for (const [userId, rows] of this.#store.rows) if (rows.has(rowKey)) return userId;
    return undefined;
  }

  rows(userId: string): Stored[] {
    return [...(this.#store.rows.get(userId)?.values() ?? [])];
  }

  /** Keys of the user's rows that the first snapshot does not answer. */
  outside(userId: string): ReadonlySet<string> {
    const known = this.#outside.get(userId);
    if (known) return known;
    const rows = outsideOf(this.#store.rows.get(userId)?.values() ?? []);
    const keys = new Set(rows.map(({ table, id }) => keyOf(table, id)));
    this.#outside.set(userId, keys);
    return keys;
  }

  /** Begins a transaction: it waits for its locks, and for `hold` before it ends. */
  write({ userId, statements, hold, rollback }: Write): void {
    const users = statements.flatMap((statement) => (statement.do === 'move' ? [statement.to] : []));
    this.#transact([...new Set([userId, ...users])], hold, rollback, (transaction) => {
      for (const statement of statements) transaction.run(userId, statement);
    });
  }

  /** Writes the canary; answers `busy` when another transaction of the user stays open. */
  ping(userId: string, nonce: string, answer: (reply: PingReply | 'busy') => void): void {
    let reply: PingReply | null = null;
    const giveUp = this.#transact(
      [userId],
      0,
      false,
      (transaction) => {
        reply = { seq: transaction.ping(userId, nonce), now: this.serverNow() };
      },
      () => reply && answer(reply),
    );
    this.#timeline.after(pingTimeout, () => {
      if (giveUp()) answer('busy');
    });
  }

  /** `sync_pull`: one snapshot of one moment. */
  pull(userId: string, { since, epoch }: PullRequest, maxRows: number) {
    const { seq: head, floor } = this.#store.heads.get(userId) ?? { seq: 0, floor: 0 };
    const answer = { head, epoch: this.epoch, cut: [], now: this.serverNow() };
    if (since === null) {
      const outside = this.outside(userId);
      const answered = this.rows(userId).filter(({ table, id }) => !outside.has(keyOf(table, id)));
      const changes = answered.map(pulled);
      return { ...answer, changes: changes.sort((a, b) => a.seq - b.seq), next: head, reset: false };
    }
    if (since < floor || since > head || epoch !== this.epoch)
      return { ...answer, changes: [], next: head, reset: true };
    const rows = this.rows(userId).map(pulled);
    const after = [...rows, ...(this.#store.tombstones.get(userId) ?? [])].filter(({ seq }) => seq > since);
    const changes = after.sort((a, b) => a.seq - b.seq).slice(0, maxRows);
    const next = changes.length < after.length ? (changes.at(-1)?.seq ?? head) : head;
    return { ...answer, changes, next, reset: false };
  }

  /** Half of the tombstones, the older ones, go; who is behind them starts over. */
  prune(userId: string): void {
    const tombstones = () => this.#store.tombstones.get(userId) ?? [];
    let floor = 0;
    const raise = (transaction: Transaction) => {
      floor = tombstones()[Math.ceil(tombstones().length / 2) - 1]?.seq ?? 0;
      transaction.raiseFloor(userId, floor);
    };
    const remove = () => {
      this.#store.tombstones.set(
        userId,
        tombstones().filter(({ seq }) => seq > floor),
      );
    };
    this.#transact([userId], 0, false, raise, remove);
  }

  /** Old events go in bulk. */
  retire(userId: string, count: number): void {
    this.#transact([userId], 0, false, (transaction) => transaction.retire(userId, count));
  }

  backUp(): void {
    this.#backup = copyStore(this.#store);
  }

  /** Back to the backup: another history from there on, in which numbers are given a second time. */
  restore(): void {
    const before = this.#store;
    this.#locks.clear();
    this.#store = copyStore(this.#backup);
    this.#life += 1;
    const facts: Fact[] = [];
    for (const [userId, rows] of before.rows)
      for (const [key, stored] of rows)
        if (!this.#store.rows.get(userId)?.has(key)) facts.push(this.#end(stored));
    for (const [userId, rows] of this.#store.rows)
      for (const [key, stored] of rows)
        if (before.rows.get(userId)?.get(key) !== stored) facts.push({ ...stored, stored });
    this.#break(facts, 'begins anew');
  }

  /** TRUNCATE says nothing to Realtime; it renews the epoch. */
  truncate(table: Table): void {
    const facts: Fact[] = [];
    for (const rows of this.#store.rows.values())
      for (const [key, stored] of rows) {
        if (stored.table !== table) continue;
        rows.delete(key);
        facts.push(this.#end(stored));
      }
    this.#installation += 1;
    this.#break(facts, 'goes on');
  }

  #transact(
    users: readonly string[],
    hold: number,
    rollback: boolean,
    work: (transaction: Transaction) => void,
    done: () => void = () => {},
  ): () => boolean {
    const life = this.#life;
    return this.#locks.take(users, () => {
      const at = new Date(this.serverNow()).toISOString();
      const transaction = new Transaction(this.#store, at, this.#dice, () => ++this.#numbers);
      work(transaction);
      this.#timeline.after(hold, () => {
        // A restart of the server ended it.
        if (life !== this.#life) return;
        if (!rollback) this.#commit(transaction.draft);
        this.#locks.release(users);
        if (!rollback) done();
      });
    });
  }

  #commit({ facts, rows, heads, frames }: Draft): void {
    for (const [key, stored] of rows) {
      for (const own of this.#store.rows.values()) own.delete(key);
      if (!stored) continue;
      const own = this.#store.rows.get(stored.userId) ?? new Map<string, Stored>();
      this.#store.rows.set(stored.userId, own.set(key, stored));
    }
    for (const [userId, head] of heads) this.#store.heads.set(userId, head);
    for (const { userId, change } of frames) {
      if (change.kind !== 'tombstone') continue;
      const tombstones: readonly Tombstone[] = this.#store.tombstones.get(userId) ?? [];
      this.#store.tombstones.set(userId, [...tombstones, change]);
    }
    this.#tell(facts, frames);
  }

  /** The row is gone without a number of its own. */
  #end({ userId, table, id }: Stored): Fact {
    return { userId, table, id, seq: this.head(userId), stored: null };
  }

  #break(facts: readonly Fact[], log: 'goes on' | 'begins anew'): void {
    this.#outside.clear();
    for (const listener of this.#listeners) listener.onBreak(facts, log);
  }

  #tell(facts: readonly Fact[], frames: readonly Frame[]): void {
    this.#outside.clear();
    for (const listener of this.#listeners) listener.onCommit(facts, frames);
  }
}
