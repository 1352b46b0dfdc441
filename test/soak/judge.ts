import type { Census } from './probe/census.ts';

/** Numbers by name, of one moment. */
export type Counts = Readonly<Record<string, number>>;

/**
 * What may be more than at the first quiet point of the same process. Ours are exact. What has slack is shared with VS
 * Code and with timers that run out by themselves; one left behind by each round is over it after a few.
 */
const slacks: Counts = { emitters: 0, listeners: 0, stores: 0, timers: 6, descriptors: 6 };
const slackOfResource = 4;

/** Names and numbers of what a process holds too much of; empty when it holds what it held. */
export function tooMany(first: Census, now: Census): string[] {
  const before = countsOf(first);
  return Object.entries(countsOf(now)).flatMap(([name, count]) => {
    const was = before[name] ?? 0;
    return count > was + (slacks[name] ?? slackOfResource) ? [`${count} ${name}, ${was} before`] : [];
  });
}

function countsOf({ resources, emitters, listeners, stores, timers, descriptors }: Census): Counts {
  return { ...resources, emitters, listeners, stores, timers, descriptors };
}

/** Fewer values do not tell growth from what fills only once. */
export const fewestForGrowth = 9;

/**
 * Growth from one value to the next, from the median of the first third to that of the last: what happens once, and
 * what goes up and down, does not move it. Null for too few.
 */
export function growth(values: readonly number[]): number | null {
  if (values.length < fewestForGrowth) return null;
  const third = Math.floor(values.length / 3);
  const rise = median(values.slice(-third)) - median(values.slice(0, third));
  return rise / (values.length - third);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/**
 * The names of what grows by more than its bound from one sample to the next, within a life (of one process). The mean of
 * several lives may rise by less, as what goes up and down by chance cancels out: by the bound over the root of their number.
 */
export function growing(lives: readonly (readonly Counts[])[], bounds: Counts): string[] {
  return Object.entries(bounds).flatMap(([name, bound]) => {
    const rises = lives
      .map((life) => growth(life.map((sample) => sample[name] ?? 0)))
      .filter((rise) => rise !== null);
    const told = (rise: number, limit: number, where: string) =>
      rise > limit
        ? [`${name} grows by ${rise.toFixed(1)} a round${where}, more than ${limit.toFixed(1)}`]
        : [];
    const single = rises.flatMap((rise) => told(rise, bound, ''));
    if (single.length > 0 || rises.length < 2) return single;
    const mean = rises.reduce((sum, rise) => sum + rise, 0) / rises.length;
    return told(mean, bound / Math.sqrt(rises.length), ` in the mean of ${rises.length} processes`);
  });
}
