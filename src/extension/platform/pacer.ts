import type { Disposable } from '../../shared/disposable.ts';
import type { Clock } from '../sync/types.ts';

/** Runs one task again and again, at the earliest time that somebody asked for; changes without a pause put nothing off. */
export class Pacer implements Disposable {
  readonly #clock: Clock;
  readonly #task: () => void;
  #next: { readonly at: number; readonly timer: Disposable } | null = null;
  #isDisposed = false;

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock;
    this.#task = task;
  }

  /** The task runs within `ms`; what is due earlier stays. */
  runIn(ms: number): void {
    if (this.#isDisposed) return;
    const at = this.#clock.now() + ms;
    if (this.#next && this.#next.at <= at) return;
    this.#next?.timer.dispose();
    const timer = this.#clock.setTimeout(() => {
      this.#next = null;
      this.#task();
    }, ms);
    this.#next = { at, timer };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#next?.timer.dispose();
    this.#next = null;
  }
}
