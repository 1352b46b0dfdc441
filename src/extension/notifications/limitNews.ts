import type { MetricUsage, Period } from '../../shared/usage.ts';

/** A share of a limit that is used. */
export interface LimitNews {
  readonly usage: MetricUsage;
  /** Percent: the highest of those asked for that is passed. */
  readonly threshold: number;
  /** Names this threshold and all lower ones, which are told with it; the same in every window. */
  readonly keys: readonly string[];
}

/** The thresholds (percent) that usage has passed in `period`. */
export function limitsPassed(
  usages: readonly MetricUsage[],
  thresholds: readonly number[],
  period: Period,
): LimitNews[] {
  const rising = [...thresholds].sort((a, b) => a - b);
  return usages.flatMap((usage): LimitNews[] => {
    const { metric, ratio } = usage;
    if (ratio === null) return [];
    // A little more, for shares that binary fractions put a little too low.
    const passed = rising.filter((threshold) => ratio * 100 + 1e-9 >= threshold);
    const threshold = passed.at(-1);
    if (threshold === undefined) return [];
    // The highest first: whoever has told that has told them all.
    const keys = passed.reverse().map((each) => `limit ${metric} ${period.start} ${each}`);
    return [{ usage, threshold, keys }];
  });
}
