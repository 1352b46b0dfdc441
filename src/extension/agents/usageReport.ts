import * as v from 'valibot';
import type { UsageRow } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import {
  currentUsage,
  dayMs,
  isRefused,
  type MetricUsage,
  type Period,
  paceOf,
  tidySum,
  utcDay,
} from '../../shared/usage.ts';
import { iso, rounded, someNames } from './values.ts';

/** What `runglass_usage` is asked: all metrics of the current period unless it names one, and no days. */
export const usageInput = v.strictObject({
  metric: v.optional(v.pipe(v.string(), v.minLength(1))),
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(90))),
});
export type UsageInput = v.InferOutput<typeof usageInput>;

/**
 * Plan, use and what is left of each metric in the current period, by the functions of the dashboard; amounts are in
 * the metric's unit, times ISO 8601. Throws an `Error` in words for a metric that there is not.
 * @param now Server clock, ms since 1970.
 */
export function usageReport(tables: TableMaps, { metric, days }: UsageInput, now: number) {
  const { subscription, period, rows, usages: all } = currentUsage(tables, now);
  const usages = metric === undefined ? all : all.filter((usage) => usage.metric === metric);
  if (usages.length === 0 && metric !== undefined) throw new Error(noMetric(metric, all));
  return {
    plan: subscription && {
      name: subscription.plan,
      status: subscription.status,
      cancels_at_period_end: subscription.cancel_at_period_end,
      trial_end: subscription.trial_end,
    },
    period: { start: iso(period.start), resets_at: iso(period.end) },
    metrics: usages.map((usage) => metricReport(usage, rows, period, now)),
    ...(days === undefined ? {} : { daily: dailyReport(rows, usages, days, now) }),
  };
}

function metricReport(usage: MetricUsage, rows: readonly UsageRow[], period: Period, now: number) {
  const { metric, unit, used, limit, ratio, level, hard } = usage;
  const pace = isRefused(usage) ? null : paceOf(rows, metric, period, limit, now);
  return {
    metric,
    unit,
    used,
    limit,
    remaining: limit === null ? null : Math.max(0, limit - used),
    percent: ratio === null || !Number.isFinite(ratio) ? null : rounded(100 * ratio),
    level,
    /** What happens at the limit: more is refused, or only told. */
    at_limit: limit === null ? null : hard ? 'refused' : 'warned',
    per_day: pace && rounded(pace.perDay),
    projected_at_reset: pace && rounded(pace.projected),
    limit_reached_at: iso(pace?.exhaustedAt ?? null),
  };
}

/** Use by metric and UTC day, the last `days` with today; days without any are left out. */
function dailyReport(rows: readonly UsageRow[], usages: readonly MetricUsage[], days: number, now: number) {
  const from = utcDay(now - (days - 1) * dayMs);
  return Object.fromEntries(
    usages.map(({ metric }) => {
      const sums = new Map<string, number>();
      for (const row of rows)
        if (row.metric === metric && row.day >= from && row.day <= utcDay(now))
          sums.set(row.day, (sums.get(row.day) ?? 0) + row.amount);
      return [metric, Object.fromEntries([...sums].sort().map(([day, sum]) => [day, tidySum(sum)]))];
    }),
  );
}

function noMetric(metric: string, all: readonly MetricUsage[]): string {
  const names = all.map((usage) => usage.metric);
  return names.length > 0
    ? `There is no metric "${metric}". There are: ${someNames(names)}.`
    : `There is no metric "${metric}": nothing has been used yet, and the plan limits nothing.`;
}
