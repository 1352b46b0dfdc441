import type { Clock } from '../../src/extension/sync/types.ts';
import type { Disposable } from '../../src/shared/disposable.ts';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  #now = Date.UTC(2026, 0, 15, 12);
  #order = 0;
  #timers = new Set<Timer>();

  get timerCount(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Disposable {
    this.#order += 1;
    const timer = { due: this.#now + ms, order: this.#order, callback };
    this.#timers.add(timer);
    return { dispose: () => this.#timers.delete(timer) };
  }

  /** Lets everything happen that is due within `ms`, promises included. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#nextBefore(end); next; next = this.#nextBefore(end)) {
      this.#timers.delete(next);
      this.#now = next.due;
      next.callback();
      await settle();
    }
    this.#now = end;
  }

  /** The machine sleeps: the wall clock goes on, timers stand still. */
  sleep(ms: number): void {
    this.set(ms);
  }

  /** The wall clock is set by `ms`, back when it is negative; timers do not care. */
  set(ms: number): void {
    this.#now += ms;
    this.#timers = new Set([...this.#timers].map((timer) => Object.assign(timer, { due: timer.due + ms })));
  }

  #nextBefore(end: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.due <= end);
    return due.sort((a, b) => a.due - b.due || a.order - b.order)[0];
  }
}

/** Lets all promises that can go on go on. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
