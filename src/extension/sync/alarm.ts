import type { Disposable } from '../../shared/disposable.ts';
import type { Clock } from './types.ts';

/** A timer that is set at most once at a time. */
export class Alarm implements Disposable {
  readonly #clock: Clock;
  #pending: Disposable | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#pending !== null;
  }

  /** Rings once after `ms`, instead of what was set before. */
  set(ms: number, ring: () => void): void {
    this.clear();
    this.#pending = this.#clock.setTimeout(() => {
      this.#pending = null;
      ring();
    }, ms);
  }

  clear(): void {
    this.#pending?.dispose();
    this.#pending = null;
  }

  dispose(): void {
    this.clear();
  }
}
