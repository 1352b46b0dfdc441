import type { EngineState } from './states.ts';
import type { Random } from './types.ts';

/** How often the engine asks and tries again; all in ms. */

const pollInterval = 30_000;
/** While there has been no stream for a short time only, polls come this much faster. */
const eagerPollInterval = 5_000;
const eagerFor = 30_000;
const headCheckInterval = 60_000;
const backoffFloor = 500;
const backoffCeiling = 30_000;

export interface Pace {
  readonly state: EngineState;
  readonly now: number;
  /** Somebody can see the numbers. */
  readonly watched: boolean;
  /** When a pull last verified the replica; null before the first. */
  readonly verifiedAt: number | null;
  /** Since when there is no proven stream. */
  readonly notLiveSince: number;
  /** Somebody has to mend something first, so that asking often is of no use. */
  readonly needsMending: boolean;
}

/** Until the next pull that nobody asks for: a poll without a stream, a head check with one; null for none. */
export function untilNextPull({
  state,
  now,
  watched,
  verifiedAt,
  notLiveSince,
  needsMending,
}: Pace): number | null {
  if (state === 'SignedOut' || state === 'Authing') return null;
  if (state === 'Live') {
    if (!watched) return null;
    return verifiedAt === null
      ? 0
      : Math.min(headCheckInterval, Math.max(0, verifiedAt + headCheckInterval - now));
  }
  return !needsMending && now - notLiveSince < eagerFor ? eagerPollInterval : pollInterval;
}

/** Full jitter: anything up to the doubled wait, so that clients do not come back together. */
export function backoff(attempts: number, random: Random): number {
  const ceiling = Math.min(backoffCeiling, backoffFloor * 2 ** Math.min(attempts, 10));
  return backoffFloor + random() * (ceiling - backoffFloor);
}
