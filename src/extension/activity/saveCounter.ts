/** Saves of one file closer together than this are one event, ms. */
export const coalesceFor = 120_000;
const maxFiles = 1_000;

/** Makes one event of many saves of a file: the first is told, those of the next two minutes with the one after. */
export class SaveCounter {
  readonly #files = new Map<string, { toldAt: number; untold: number }>();

  /** Counts one save at `now` (ms) and returns how many to tell of; 0 for none yet. */
  count(file: string, now: number): number {
    const entry = this.#files.get(file);
    if (entry && now - entry.toldAt < coalesceFor) {
      entry.untold += 1;
      return 0;
    }
    this.#files.delete(file);
    this.#files.set(file, { toldAt: now, untold: 0 });
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= maxFiles) break;
      this.#files.delete(oldest);
    }
    return (entry?.untold ?? 0) + 1;
  }
}
