import type { EngineState } from './states.ts';
import type { Random } from './types.ts';

/** How often the engine asks and tries again; all in ms. */

const pollInterval = 30_000;
/** While there has been no stream for a short time only, polls come this much faster. */
const eagerPollInterval = 5_000;
const eagerFor = 30_000;
const headCheckInterval = 60_000;
/** While nobody looks and a run's end is waited for. */
const waitingInterval = 300_000;
/** While the server drops events. */
const lossyInterval = 2_000;
const backoffFloor = 500;
const backoffCeiling = 30_000;
/** While nobody looks, attempts to get a stream may be this far apart: each costs a pull. */
const idleBackoffCeiling = 300_000;

/** Who cares how fresh the numbers are: somebody who can see them, somebody who waits for a run's end, or nobody. */
export type Interest = 'watched' | 'waiting' | 'none';

export interface Pace {
  readonly state: EngineState;
  readonly now: number;
  readonly interest: Interest;
  /** When the last pull ended, well or not; null before the first. */
  readonly pulledAt: number | null;
  /** Since when there is no proven stream. */
  readonly notLiveSince: number;
  /** Somebody has to mend something first, so that asking often is of no use. */
  readonly needsMending: boolean;
}

/** Until the next pull that nobody asks for: a poll without a stream, a head check with one; null for none. */
export function untilNextPull(pace: Pace): number | null {
  const interval = intervalOf(pace);
  if (interval === null) return null;
  const due = pace.pulledAt === null ? interval : pace.pulledAt + interval - pace.now;
  return Math.min(Math.max(due, 0), interval);
}

function intervalOf({ state, now, interest, notLiveSince, needsMending }: Pace): number | null {
  if (state === 'SignedOut' || state === 'Authing') return null;
  // Without these pulls it would never come to an end.
  if (state === 'Lossy') return interest === 'watched' ? lossyInterval : pollInterval;
  if (interest === 'none') return null;
  if (interest === 'waiting') return waitingInterval;
  if (state === 'Live') return headCheckInterval;
  return !needsMending && Math.abs(now - notLiveSince) < eagerFor ? eagerPollInterval : pollInterval;
}

/** Full jitter: anything up to the doubled wait, so that clients do not come back together. */
export function backoff(attempts: number, interest: Interest, random: Random): number {
  const most = interest === 'watched' ? backoffCeiling : idleBackoffCeiling;
  const ceiling = Math.min(most, backoffFloor * 2 ** Math.min(attempts, 10));
  return backoffFloor + random() * (ceiling - backoffFloor);
}
