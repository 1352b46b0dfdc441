import type { Timeline } from './timeline.ts';

/** What happened, line by line; keeps nothing unless asked to. */
export class Trace {
  readonly lines: string[] = [];
  readonly #timeline: Timeline;
  readonly #on: boolean;

  constructor(timeline: Timeline, on: boolean) {
    this.#timeline = timeline;
    this.#on = on;
  }

  /** `tell` is called only if somebody reads it. */
  add(tell: () => string): void {
    if (this.#on) this.lines.push(`${(this.#timeline.now / 1_000).toFixed(3).padStart(9)}  ${tell()}`);
  }
}
