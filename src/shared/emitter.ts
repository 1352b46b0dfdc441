import { type Disposable, toDisposable } from './disposable.ts';

export type Listener<T> = (value: T) => void;
/** Subscribes a listener; assignable to a `vscode.Event`. */
export type Event<T> = (listener: Listener<T>) => Disposable;

/** A typed event source. A listener that throws does not keep the others from hearing. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<Listener<T>>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper, so that one function subscribed twice is heard twice and each subscription ends alone.
    const own: Listener<T> = (value) => listener(value);
    this.#listeners.add(own);
    return toDisposable(() => this.#listeners.delete(own));
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
