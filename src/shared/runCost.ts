import type { RunRow } from './model.ts';
import { compareMetrics } from './names.ts';
import { isActive, runProgress } from './runs.ts';
import type { MetricUsage } from './usage.ts';

/** What a run has used of one metric, and what that means for the limit of the current period. */
export interface RunCost {
  readonly metric: string;
  readonly used: number;
  /** Of the limit in this period, 0 when it is reached; null without a limit. */
  readonly left: number | null;
  /** How much more it uses until it is done, if it goes on as so far; null when it has ended or tells no progress. */
  readonly toFinish: number | null;
  /** Share of what is left that it still needs, of an ended run that it needed; null without a limit. */
  readonly share: number | null;
  /** What is left does not last until the run is done. */
  readonly short: boolean;
}

/** What a run has used, the metric that its limit stands nearest to first; those without a limit last. */
export function runCosts(run: RunRow, usage: readonly MetricUsage[]): RunCost[] {
  const costs: RunCost[] = [];
  for (const [metric, used] of Object.entries(run.usage)) {
    if (!Number.isFinite(used) || used <= 0) continue;
    costs.push(
      costOf(
        run,
        metric,
        used,
        usage.find((each) => each.metric === metric),
      ),
    );
  }
  return costs.sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || compareMetrics(a.metric, b.metric));
}

function costOf(run: RunRow, metric: string, used: number, usage: MetricUsage | undefined): RunCost {
  const limit = usage?.limit ?? null;
  const left = limit === null ? null : Math.max(0, limit - (usage?.used ?? 0));
  const done = runProgress(run);
  const toFinish = isActive(run) && done ? (used * (1 - done)) / done : null;
  const needed = toFinish ?? used;
  return {
    metric,
    used,
    left,
    toFinish,
    share: left === null ? null : left > 0 ? needed / left : needed > 0 ? Number.POSITIVE_INFINITY : 0,
    short: left !== null && toFinish !== null && toFinish > left,
  };
}
