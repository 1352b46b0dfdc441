import type { Clock } from './types.ts';

const window = 10_000;
const tolerated = 2;

/** Counts the gaps that needed a pull: three within 10 s mean that the server drops events. */
export class Losses {
  readonly #clock: Clock;
  #times: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** There was one more; answers whether there are too many by now. */
  note(): boolean {
    const now = this.#clock.now();
    this.#times = [...this.#times.filter((time) => Math.abs(now - time) < window), now];
    if (this.#times.length <= tolerated) return false;
    this.#times = [];
    return true;
  }
}
