import type { Disposable } from '../../../shared/disposable.ts';
import type { Clock } from '../../sync/types.ts';

export interface BurstLimits {
  /** A burst is over when nothing has come for so long, ms. */
  readonly quiet: number;
  /** It is over at the latest so long after its begin, ms. */
  readonly longest: number;
}

/** Tells when what comes in quick succession is over. Goes by timers alone, so that a clock that is set does no harm. */
export class Burst implements Disposable {
  readonly #clock: Clock;
  readonly #limits: BurstLimits;
  readonly #over: () => void;
  #quiet: Disposable | null = null;
  #longest: Disposable | null = null;

  constructor(clock: Clock, limits: BurstLimits, over: () => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#over = over;
  }

  /** One more has come; it may take `quiet` ms to the next. */
  touch(quiet = this.#limits.quiet): void {
    this.#quiet?.dispose();
    this.#quiet = this.#clock.setTimeout(() => this.end(), quiet);
    this.#longest ??= this.#clock.setTimeout(() => this.end(), this.#limits.longest);
  }

  /** Ends it now, if one is under way. */
  end(): void {
    if (!this.#quiet) return;
    this.dispose();
    this.#over();
  }

  dispose(): void {
    this.#quiet?.dispose();
    this.#longest?.dispose();
    this.#quiet = null;
    this.#longest = null;
  }
}
