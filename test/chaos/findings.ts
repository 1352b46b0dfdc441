import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

/** What must hold; each is judged by the world alone. */
export type Rule =
  /** Rows of another user than the one signed in. */
  | 'foreign row'
  /** Batches do not lead from one state of the replica to the next. */
  | 'batches'
  /** A row as the database never had it. */
  | 'invented row'
  /** `asOf` is later than the first change that is missing. */
  | 'asOf'
  /** Live, and no canary came back over the open channel. */
  | 'live on faith'
  /** A change is missing although a later one came over the socket. */
  | 'gap'
  /** A change is missing for longer than a head check takes. */
  | 'stale'
  /** `refresh` settled without what was there when it was called, or did not settle. */
  | 'refresh'
  /** In the end the replica is not what the database holds. */
  | 'converge'
  /** In the end there is no stream although nothing stands against one. */
  | 'live in the end'
  /** More requests than there were reasons to ask. */
  | 'requests'
  /** Something is left open after dispose. */
  | 'leak'
  /** Something was thrown, or a listener failed. */
  | 'error';

export interface Finding {
  readonly rule: Rule;
  readonly detail: string;
  /** ms of the world. */
  readonly at: number;
}

/** Keeps the first rule that was broken: what follows may be a consequence. */
export class Findings {
  readonly #timeline: Timeline;
  readonly #trace: Trace;
  first: Finding | null = null;

  constructor(timeline: Timeline, trace: Trace) {
    this.#timeline = timeline;
    this.#trace = trace;
  }

  add(rule: Rule, detail: string): void {
    if (this.first) return;
    this.first = { rule, detail, at: this.#timeline.now };
    this.#trace.add(() => `BROKEN, ${rule}: ${detail}`);
  }
}
