import type { ContextKey } from '../ids.ts';

/** The only writer of our context keys; writes a key when its value changes. */
export class ContextKeys {
  readonly #write: (key: ContextKey, value: boolean | string) => void;
  readonly #values = new Map<ContextKey, boolean | string>();

  constructor(write: (key: ContextKey, value: boolean | string) => void) {
    this.#write = write;
  }

  set(key: ContextKey, value: boolean | string): void {
    if (this.#values.get(key) === value) return;
    this.#values.set(key, value);
    this.#write(key, value);
  }
}
