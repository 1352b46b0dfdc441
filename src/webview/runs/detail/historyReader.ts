import { type ReadonlySignal, signal } from '@preact/signals';
import { t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import type { RunHistory } from '../../../shared/requests.ts';
import { Refused } from '../../state/requests.ts';
import { Curves } from './curves.ts';

/** What is known of a run's history. The curves grow in place; each change makes a new state. */
export interface HistoryState {
  /** Null until the first answer. */
  readonly curves: Curves | null;
  /** Why the last read failed, in words; null when it did not. */
  readonly problem: string | null;
}

/** Time as it passes and a way to wait for it, in ms; a test has its own. */
export interface Timer {
  readonly now: () => number;
  /** Calls back once after `ms`; returns the way to give that up. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

export interface ReaderOptions {
  /** Points after a step (null for all), thinned to `maxPoints`. */
  readonly read: (afterStep: number | null) => Promise<RunHistory>;
  readonly maxPoints: number;
  readonly timer: Timer;
}

/** Pauses from the start of one read to that of the next, ms. */
const tailPause = 1_000;
const wholePause = 10_000;
/** From a read of everything to the next one while only tails are asked for, ms. */
const recheckPause = 60_000;
/** After a refusal; doubled with each further one, ms. */
const refusedPause = 2_000;
const longestPause = 60_000;

/**
 * Keeps the curves of one run up with its row.
 *
 *   row changed ── newer step ──▶ tail wanted ──┐ one read at a time,   ┌─ answer ──▶ curves
 *               ── else ───────▶ all wanted ────┴ each kind in its pace ┴─ refused ─▶ waits for the next change
 *
 * Any pull that touched the run has changed its row, so the curves have no hole after it. A row that changed without
 * a newer step may have got points behind its last one, which no tail shows; those that come together with a newer
 * step are found when all is read again, a minute after the last time.
 */
export class HistoryReader {
  readonly #state = signal<HistoryState>({ curves: null, problem: null });
  readonly #options: ReaderOptions;
  #row: RunRow | null = null;
  #wanted = { tail: false, whole: true };
  /** A tail was read since all was. */
  #recheck = false;
  /** Something happened since the last read began, or that read was answered: a refusal alone tries nothing again. */
  #armed = false;
  #reading = false;
  #soonest = Number.NEGATIVE_INFINITY;
  #nextWhole = Number.NEGATIVE_INFINITY;
  #refusals = 0;
  #giveUp: (() => void) | undefined;
  #disposed = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<HistoryState> {
    return this.#state;
  }

  /** The run's row as it is now; the same one again changes nothing. */
  follow(row: RunRow): void {
    if (row === this.#row) return;
    const before = this.#row;
    this.#row = row;
    if (isTail(before, row, this.#state.peek().curves?.lastStep ?? null)) this.#wanted.tail = true;
    else this.#wanted.whole = true;
    this.#armed = true;
    this.#advance();
  }

  /** The backend can be reached again: what was refused meanwhile is tried once more. */
  reachable(): void {
    if (this.#refusals > 0) this.retry();
  }

  /** Tries again at once. */
  retry(): void {
    this.#armed = true;
    this.#soonest = Number.NEGATIVE_INFINITY;
    this.#nextWhole = Number.NEGATIVE_INFINITY;
    this.#advance();
  }

  dispose(): void {
    this.#disposed = true;
    this.#giveUp?.();
  }

  #advance(): void {
    this.#giveUp?.();
    this.#giveUp = undefined;
    if (this.#disposed || this.#reading || !this.#armed) return;
    const now = this.#options.timer.now();
    const wholeAt = Math.max(this.#soonest, this.#wholeAt());
    const tailAt = this.#wanted.tail ? this.#soonest : Number.POSITIVE_INFINITY;
    if (wholeAt <= now) void this.#read(null);
    else if (tailAt <= now) void this.#read(this.#state.peek().curves?.tailStart ?? null);
    else if (Math.min(wholeAt, tailAt) < Number.POSITIVE_INFINITY)
      this.#giveUp = this.#options.timer.after(Math.min(wholeAt, tailAt) - now, () => this.#advance());
  }

  /** When all is to be read, as far as that alone goes. */
  #wholeAt(): number {
    if (this.#wanted.whole) return this.#nextWhole;
    return this.#recheck ? this.#nextWhole + recheckPause - wholePause : Number.POSITIVE_INFINITY;
  }

  async #read(afterStep: number | null): Promise<void> {
    const { timer, read, maxPoints } = this.#options;
    const started = timer.now();
    const wanted = this.#wanted;
    this.#wanted = { tail: false, whole: afterStep === null ? false : wanted.whole };
    this.#reading = true;
    this.#armed = false;
    this.#soonest = started + tailPause;
    if (afterStep === null) this.#nextWhole = started + wholePause;
    try {
      const answer = await read(afterStep);
      if (this.#disposed) return;
      const curves = this.#state.peek().curves ?? new Curves();
      curves.merge(answer, afterStep);
      this.#recheck = afterStep !== null;
      // Tails are denser than the thinned rest: from twice the limit on it is thinned anew.
      if (curves.length > 2 * maxPoints) this.#wanted.whole = true;
      this.#armed = true;
      this.#refusals = 0;
      this.#state.value = { curves, problem: null };
    } catch (error) {
      if (this.#disposed) return;
      this.#refuse(error, wanted);
    } finally {
      this.#reading = false;
    }
    this.#advance();
  }

  #refuse(error: unknown, wanted: { readonly tail: boolean; readonly whole: boolean }): void {
    const pause = Math.min(longestPause, refusedPause * 2 ** this.#refusals);
    this.#refusals += 1;
    this.#soonest = this.#options.timer.now() + pause;
    this.#wanted = {
      tail: wanted.tail || this.#wanted.tail,
      whole: wanted.whole || this.#wanted.whole,
    };
    const problem =
      error instanceof Refused
        ? error.message
        : t('The history of this run came in a form that the page cannot read.');
    this.#state.value = { ...this.#state.peek(), problem };
  }
}

/** A newer step of a run that goes on is all in its tail; its end is a moment to read everything once more. */
function isTail(before: RunRow | null, row: RunRow, lastStep: number | null): boolean {
  if (before === null || row.status !== before.status || row.step === null) return false;
  return row.step > (lastStep ?? Number.NEGATIVE_INFINITY);
}
