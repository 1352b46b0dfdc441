import type { Disposable } from '../../shared/disposable.ts';

/** Holds something while told to, once however often it is told. */
export class Holder implements Disposable {
  readonly #hold: () => Disposable;
  #held: Disposable | null = null;

  constructor(hold: () => Disposable) {
    this.#hold = hold;
  }

  set(on: boolean): void {
    if (on) {
      this.#held ??= this.#hold();
    } else {
      this.#held?.dispose();
      this.#held = null;
    }
  }

  dispose(): void {
    this.set(false);
  }
}
