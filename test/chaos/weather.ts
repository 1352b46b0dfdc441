import type { Timeline } from './timeline.ts';

/** What can be wrong for a while between the host and the database. */
export const faults = [
  /** No network at all. */
  'offline',
  /** Answers take seconds, some too many. */
  'slow',
  /** Requests or their answers get lost. */
  'lossy',
  /** The API answers 503. */
  'broken',
  /** The API refuses every token. */
  'unauthorized',
  /** Sockets are fine and nothing comes: the server's slot is gone. */
  'deaf',
  /** `system ok` comes long before changes do. */
  'premature',
  /** Some changes get lost. */
  'drops',
  /** Every nth change gets lost. */
  'dropsNth',
  /** The last change of each poll gets lost. */
  'dropsLast',
  'duplicates',
  'reorders',
  /** Changes come seconds late. */
  'laggy',
  /** Payloads that have errors instead of a row. */
  'damages',
  'refusesJoins',
  /** A table is not in the publication. */
  'unpublished',
  'ignoresJoins',
  /** Joined, but never subscribed to the database. */
  'neverArms',
  /** Heartbeats stay without an answer. */
  'deafToHeartbeats',
  /** A probe leads to nothing, not even to the news that nothing came. */
  'ignoresProbes',
] as const;
export type Fault = (typeof faults)[number];

/** The faults in which requests over HTTP may fail or last. */
export const httpFaults: readonly Fault[] = ['offline', 'slow', 'lossy', 'broken', 'unauthorized'];

interface Spell {
  readonly until: number;
  readonly rate: number;
}

/** Which faults there are now. */
export class Weather {
  readonly #timeline: Timeline;
  readonly #spells = new Map<Fault, Spell>();
  /** Faults that something has met. */
  readonly met = new Set<Fault>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** For `ms` from now; a spell takes the place of an earlier one. `rate` is the share of what it hits. */
  begin(fault: Fault, ms: number, rate: number): void {
    this.#spells.set(fault, { until: this.#timeline.now + ms, rate });
  }

  /** The share of what the fault hits now, from 0 to 1. */
  rate(fault: Fault): number {
    const spell = this.#spells.get(fault);
    return spell && spell.until > this.#timeline.now ? spell.rate : 0;
  }

  is(fault: Fault): boolean {
    const active = this.rate(fault) > 0;
    if (active) this.met.add(fault);
    return active;
  }

  /** Until the fault is over, ms. */
  left(fault: Fault): number {
    return Math.max(0, (this.#spells.get(fault)?.until ?? 0) - this.#timeline.now);
  }

  /** When the last spell of these ends, or ended; ms of the world. */
  lastEnd(kinds: readonly Fault[]): number {
    return Math.max(0, ...kinds.map((kind) => this.#spells.get(kind)?.until ?? 0));
  }
}
