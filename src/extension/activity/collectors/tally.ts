/** More than one change of many files, about 1 MB. */
const maxKeys = 10_000;

interface Entry {
  readonly toldAt: number;
  untold: number;
}

/** Makes one event of much of the same: the first is told at once, what comes within `period` ms with the next after it. */
export class Tally {
  readonly #period: number;
  readonly #entries = new Map<string, Entry>();
  /** Untold, of keys that had to give way to others. */
  #carried = 0;

  constructor(period: number) {
    this.#period = period;
  }

  /** Counts `times` at `now` (ms on a clock that nobody sets) and returns how many to tell of; 0 for none yet. */
  count(key: string, now: number, times = 1): number {
    const entry = this.#entries.get(key);
    if (entry && now - entry.toldAt < this.#period) {
      entry.untold += times;
      return 0;
    }
    const told = times + (entry?.untold ?? 0) + this.#carried;
    this.#carried = 0;
    // The key that was told last is the last of the map.
    this.#entries.delete(key);
    this.#entries.set(key, { toldAt: now, untold: 0 });
    for (const [oldest, { untold }] of this.#entries) {
      if (this.#entries.size <= maxKeys) break;
      this.#entries.delete(oldest);
      this.#carried += untold;
    }
    return told;
  }

  /** Tells all that is left and forgets it: the keys with something untold, and how many in all. */
  rest(): { readonly keys: readonly string[]; readonly times: number } {
    const left = [...this.#entries].filter(([, { untold }]) => untold > 0);
    const times = left.reduce((sum, [, { untold }]) => sum + untold, this.#carried);
    this.#entries.clear();
    this.#carried = 0;
    return { keys: left.map(([key]) => key), times };
  }
}
