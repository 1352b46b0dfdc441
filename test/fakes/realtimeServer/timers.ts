/** Timers that all end together. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** Calls `task` in `ms`; never for Infinity, or once stopped. */
  later(task: () => void, ms: number): void {
    if (this.#stopped || ms === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        task();
      },
      Math.min(ms, 2 ** 31 - 1),
    );
    this.#timers.add(timer);
  }

  /** Resolves in `ms`, at once for 0. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await new Promise<void>((resolve) => this.later(resolve, ms));
  }

  every(task: () => void, ms: number): void {
    this.later(() => {
      task();
      this.every(task, ms);
    }, ms);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
