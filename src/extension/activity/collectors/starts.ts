interface Start {
  readonly id: string | null;
  /** ms on a clock that nobody sets. */
  readonly at: number;
}

/** What an event about the end of something tells of its start; nulls when that was not seen, or not reported. */
export interface Span {
  readonly duration_ms: number | null;
  readonly start_id: string | null;
}

/** Remembers when what is still going on began, and the id of the event that said so. */
export class Starts<K extends object> {
  readonly #starts = new WeakMap<K, Start>();

  begin(key: K, id: string | null = null): void {
    this.#starts.set(key, { id, at: performance.now() });
  }

  end(key: K): Span {
    const start = this.#starts.get(key);
    this.#starts.delete(key);
    return {
      duration_ms: start ? Math.round(performance.now() - start.at) : null,
      start_id: start?.id ?? null,
    };
  }
}
