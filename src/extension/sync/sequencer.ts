import type { StreamedChange } from './transport.ts';

/** More than this is not worth keeping in memory: a pull brings it cheaper. */
const capacity = 5_000;

interface Waiting {
  readonly change: StreamedChange;
  readonly arrival: number;
}

/**
 * Brings what the socket says into the database's commit order. Everything up to the cursor is in the replica;
 * what comes after a gap waits until the gap is closed, by the socket or by a pull.
 *
 *   1 2 3 . . 6 7      cursor 3; 6 and 7 wait for 4 and 5
 *
 * A tombstone waits at two places, its own and that of the row's last version, which Realtime may never send: once
 * the cursor has passed that one, an older version must not be held any more.
 */
export class Sequencer {
  readonly #apply: (change: StreamedChange, place: number) => boolean;
  readonly #waiting = new Map<number, Waiting>();
  #cursor: number | null = null;
  #arrivals = 0;
  /** Between the pages of a pull rows whose newest version is yet to come are older than the cursor. */
  #isWhole = true;

  /** `apply` answers false when a change cannot be applied whole at its place; it then counts as not received. */
  constructor(apply: (change: StreamedChange, place: number) => boolean) {
    this.#apply = apply;
  }

  /** Null until the first pull: until then everything waits. */
  get cursor(): number | null {
    return this.#cursor;
  }

  /** The replica is what the database was at the cursor. */
  get isWhole(): boolean {
    return this.#cursor !== null && this.#isWhole;
  }

  /** Changes wait for others that have not come. */
  get hasGap(): boolean {
    return this.isWhole && this.#waiting.size > 0;
  }

  /** A change with this seq has come over the socket, or need not come any more. */
  hasSeen(seq: number): boolean {
    return seq <= (this.#cursor ?? 0) || this.#waiting.has(seq);
  }

  /** Takes a change; answers `lost` when it could not be kept or applied, so that a pull is needed. */
  offer(change: StreamedChange): 'taken' | 'known' | 'lost' {
    const waiting = this.#waiting.get(change.seq);
    if (waiting ? waiting.change.seq === change.seq : this.hasSeen(change.seq)) return 'known';
    if (this.#waiting.size >= capacity) {
      this.#waiting.clear();
      return 'lost';
    }
    this.#wait(change.seq, change);
    if (change.kind === 'tombstone' && !this.hasSeen(change.rowSeq)) this.#wait(change.rowSeq, change);
    return this.#drain() ? 'taken' : 'lost';
  }

  /** A mark for `advance`: what arrived before it is older than the pull that starts now. */
  mark(): number {
    return this.#arrivals;
  }

  /**
   * A pull that started at `mark` brought what was not changed again up to `cursor`. With `complete` that was all
   * there was, so what still waits from before the mark can only be from another life of the database; without, changes
   * wait for the rest: one that leaves columns out must not be merged into a version that a page has passed over.
   */
  advance(cursor: number, complete: boolean, mark: number): 'taken' | 'lost' {
    this.#cursor = Math.max(cursor, this.#cursor ?? 0);
    this.#isWhole = complete;
    this.#forget(complete, mark);
    return this.#drain() ? 'taken' : 'lost';
  }

  /** The replica was replaced by a snapshot of `cursor`, whatever the cursor was before. */
  rebase(cursor: number, mark: number): 'taken' | 'lost' {
    this.#cursor = cursor;
    this.#isWhole = true;
    this.#forget(true, mark);
    return this.#drain() ? 'taken' : 'lost';
  }

  /** The rows are those of last time; changes wait until a pull has said what `cursor` is worth. */
  resume(cursor: number): void {
    this.clear();
    this.#cursor = cursor;
    this.#isWhole = false;
  }

  /** Back to the beginning, as for another account. */
  clear(): void {
    this.#waiting.clear();
    this.#cursor = null;
    this.#isWhole = true;
  }

  #wait(seq: number, change: StreamedChange): void {
    this.#arrivals += 1;
    this.#waiting.set(seq, { change, arrival: this.#arrivals });
  }

  #forget(complete: boolean, mark: number): void {
    const cursor = this.#cursor ?? 0;
    for (const [seq, { arrival }] of this.#waiting)
      if (seq <= cursor || (complete && arrival <= mark)) this.#waiting.delete(seq);
  }

  #drain(): boolean {
    while (this.#cursor !== null && this.#isWhole) {
      const seq: number = this.#cursor + 1;
      const waiting = this.#waiting.get(seq);
      if (!waiting) return true;
      this.#waiting.delete(seq);
      if (!this.#apply(waiting.change, seq)) return false;
      this.#cursor = seq;
    }
    return true;
  }
}
