/** Who waits for the row locks of some users' counters. */
interface Waiter {
  readonly users: readonly string[];
  readonly enter: () => void;
}

/** The locks on `sync_head`: taken all at once, first come first served, held to the end of the transaction. */
export class Locks {
  readonly #held = new Set<string>();
  #waiting: Waiter[] = [];

  /** Nobody holds or waits for any. */
  get isFree(): boolean {
    return this.#held.size === 0 && this.#waiting.length === 0;
  }

  /** Calls `enter` when all the locks are had, at once if they are free; returns how to give up waiting. */
  take(users: readonly string[], enter: () => void): () => boolean {
    const waiter = { users, enter };
    this.#waiting.push(waiter);
    this.#admit();
    return () => {
      const waited = this.#waiting.includes(waiter);
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      return waited;
    };
  }

  release(users: readonly string[]): void {
    for (const user of users) this.#held.delete(user);
    this.#admit();
  }

  /** The database stops: nobody holds or waits for anything any more. */
  clear(): void {
    this.#held.clear();
    this.#waiting = [];
  }

  #admit(): void {
    const blocked = new Set(this.#held);
    const entering: Waiter[] = [];
    for (const waiter of this.#waiting) {
      if (!waiter.users.some((user) => blocked.has(user))) {
        entering.push(waiter);
        for (const user of waiter.users) this.#held.add(user);
      }
      // Who comes later does not overtake who waits for the same user.
      for (const user of waiter.users) blocked.add(user);
    }
    if (entering.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => !entering.includes(waiter));
    for (const { enter } of entering) enter();
  }
}
