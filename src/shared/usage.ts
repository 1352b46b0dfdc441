import type { Limit, SubscriptionRow, UsageRow } from './model.ts';

/** `excluded`: the plan allows none of it, and none is used, so that there is nothing to warn of. */
export type UsageLevel = 'fine' | 'warning' | 'reached' | 'over' | 'unlimited' | 'unknown' | 'excluded';

/** How much of one metric is used in the current period; the one source of every surface's numbers. */
export interface MetricUsage {
  readonly metric: string;
  readonly used: number;
  /** Null when the plan sets none (`level` tells unlimited from unknown). */
  readonly limit: number | null;
  /** Used / limit, 0 to 1 and beyond; null without a limit, and when the plan allows none. */
  readonly ratio: number | null;
  readonly level: UsageLevel;
  readonly unit: string | null;
  readonly hard: boolean;
}

/** `[start, end)` in ms since 1970. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** From this share of a limit on, people are warned. */
const warningRatio = 0.8;

const current = new Set(['active', 'trialing', 'past_due']);

/** The subscription that counts now: the newest period among the current ones, else the newest of all. */
export function currentSubscription(rows: Iterable<SubscriptionRow>): SubscriptionRow | null {
  let best: SubscriptionRow | null = null;
  for (const row of rows) if (!best || rank(row) > rank(best)) best = row;
  return best;
}

function rank(row: SubscriptionRow): number {
  const start = Date.parse(row.current_period_start ?? row.created_at);
  return (current.has(row.status) ? 1e15 : 0) + (Number.isFinite(start) ? start : 0);
}

/** The period that usage is summed over: the subscription's, or the UTC calendar month without one. */
export function currentPeriod(subscription: SubscriptionRow | null, now: number): Period {
  const start = subscription?.current_period_start
    ? Date.parse(subscription.current_period_start)
    : Number.NaN;
  const end = subscription?.current_period_end ? Date.parse(subscription.current_period_end) : Number.NaN;
  if (start <= now && now < end) return { start, end };
  const date = new Date(now);
  const month = date.getUTCMonth();
  return { start: Date.UTC(date.getUTCFullYear(), month), end: Date.UTC(date.getUTCFullYear(), month + 1) };
}

/** Usage by metric in `period`, metrics with a limit first and the nearest to its limit at the top. */
export function usageByMetric(
  rows: Iterable<UsageRow>,
  subscription: SubscriptionRow | null,
  period: Period,
): MetricUsage[] {
  const used = new Map<string, number>();
  for (const metric of Object.keys(subscription?.limits ?? {})) used.set(metric, 0);
  for (const row of rows) {
    if (!inPeriod(row.day, period)) continue;
    used.set(row.metric, (used.get(row.metric) ?? 0) + row.amount);
  }
  return [...used]
    .map(([metric, amount]) => describe(metric, tidySum(amount), limitOf(subscription, metric)))
    .sort((a, b) => (b.ratio ?? -1) - (a.ratio ?? -1) || (a.metric < b.metric ? -1 : 1));
}

/** The rows that usage is told from. */
interface UsageTables {
  readonly subscriptions: ReadonlyMap<string, SubscriptionRow>;
  readonly usage_tracking: ReadonlyMap<string, UsageRow>;
}

/** How usage stands at `now` (server clock, ms since 1970), with the rows that it comes from. */
export function currentUsage({ subscriptions, usage_tracking }: UsageTables, now: number) {
  const subscription = currentSubscription(subscriptions.values());
  const period = currentPeriod(subscription, now);
  const rows = [...usage_tracking.values()];
  return { subscription, period, rows, usages: usageByMetric(rows, subscription, period) };
}

/**
 * Days are whole and UTC. One on which a period ends and the next begins counts to both: counted to the next alone, a
 * hard limit would hold no more in its period's last hours.
 */
export function inPeriod(day: string, period: Period): boolean {
  return day >= utcDay(period.start) && day <= utcDay(period.end - 1);
}

/** The database adds up decimals; binary fractions come out beside them, a little below a limit or over it. */
export function tidySum(sum: number): number {
  return Number.isInteger(sum) ? sum : Number(sum.toPrecision(13));
}

/** `YYYY-MM-DD` of a moment in UTC. */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function describe(metric: string, used: number, limit: Limit | undefined): MetricUsage {
  const max = limit?.limit ?? null;
  const excluded = max !== null && max <= 0 && used <= 0;
  const ratio = max === null || excluded ? null : max > 0 ? used / max : Number.POSITIVE_INFINITY;
  return {
    metric,
    used,
    limit: max,
    ratio,
    level: excluded ? 'excluded' : limit ? levelOf(ratio) : 'unknown',
    unit: limit?.unit ?? null,
    hard: limit?.hard ?? false,
  };
}

function limitOf(subscription: SubscriptionRow | null, metric: string): Limit | undefined {
  const limits = subscription?.limits ?? {};
  return Object.hasOwn(limits, metric) ? limits[metric] : undefined;
}

function levelOf(ratio: number | null): UsageLevel {
  if (ratio === null) return 'unlimited';
  if (ratio > 1) return 'over';
  if (ratio === 1) return 'reached';
  return ratio >= warningRatio ? 'warning' : 'fine';
}

export type UsageRange = '7d' | '30d' | '90d' | 'period';

export const dayMs = 86_400_000;

/** A chart has room for the days of a year; of a longer period it shows those up to today. */
const maxDays = 366;

/** The UTC days of a range: the last n days with today, or every day of the period. */
export function daysOfRange(range: UsageRange, period: Period, now: number): string[] {
  const today = dayStart(now);
  if (range !== 'period') return daysUpTo(today, Number.parseInt(range, 10));
  const first = dayStart(period.start);
  const count = Math.max(1, Math.round((dayStart(period.end - 1) - first) / dayMs) + 1);
  if (count <= maxDays) return daysUpTo(first + (count - 1) * dayMs, count);
  return daysUpTo(Math.max(today, first + (maxDays - 1) * dayMs), maxDays);
}

function daysUpTo(last: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => utcDay(last - (count - 1 - i) * dayMs));
}

/** The moment at which the UTC day of `at` begins. */
export function dayStart(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

/** How many days a period has, whole and at least one. */
export function dayCount({ start, end }: Period): number {
  return Math.max(1, Math.round((end - start) / dayMs));
}

/** The limit spread evenly over the days of its period: what a day may use without the period running out. */
export function evenDailyShare(limit: number | null, period: Period): number | null {
  if (limit === null) return null;
  return limit / dayCount(period);
}

/** How fast one metric is used now, and where that leads by the end of its period. */
export interface Pace {
  /** Mean amount a day. */
  readonly perDay: number;
  /** Used at the end of the period if it goes on like this. */
  readonly projected: number;
  /** `projected` / limit; null without a limit. */
  readonly ratio: number | null;
  /** Days that the mean is taken over, today as far as it has gone: 0.5 to 7. */
  readonly days: number;
  /** When the limit will be reached, ms since 1970; null when it is, or will not be within the period. */
  readonly exhaustedAt: number | null;
}

/** Nothing more can be used of it until the period ends, at whatever pace it was. */
export function isRefused({ level, hard }: Pick<MetricUsage, 'level' | 'hard'>): boolean {
  return hard && (level === 'reached' || level === 'over' || level === 'excluded');
}

/** A whole week, so that weekends weigh what they do; few enough that a change of habits shows. */
const paceDays = 7;
/** Less tells nothing: the first call of a new day would be the rate of all that follow. */
const leastPaceDays = 0.5;

/**
 * The pace of a metric: the mean of the last 7 days, whatever period they belong to, from the first usage on; not the
 * mean of the period, which an early burst spoils to its end. Null until half a day is known, and when nothing was used
 * in those days. Every metric is a sum over the period, also one in bytes, so one rule fits all.
 */
export function paceOf(
  rows: Iterable<UsageRow>,
  metric: string,
  period: Period,
  limit: number | null,
  now: number,
): Pace | null {
  const today = utcDay(now);
  const earliest = utcDay(dayStart(now) - (paceDays - 1) * dayMs);
  let used = 0;
  let recent = 0;
  let first = today;
  for (const row of rows) {
    if (row.metric !== metric || row.day > today) continue;
    if (inPeriod(row.day, period)) used += row.amount;
    if (row.day < first) first = row.day;
    if (row.day >= earliest) recent += row.amount;
  }
  const days = (now - Math.max(Date.parse(first), Date.parse(earliest))) / dayMs;
  if (!(days >= leastPaceDays && recent > 0)) return null;
  const perDay = recent / days;
  const projected = used + perDay * Math.max(0, (period.end - now) / dayMs);
  return { perDay, projected, days, ...against(limit, { used, projected, perDay, end: period.end, now }) };
}

interface Course {
  readonly used: number;
  readonly projected: number;
  readonly perDay: number;
  readonly end: number;
  readonly now: number;
}

function against(limit: number | null, course: Course): Pick<Pace, 'ratio' | 'exhaustedAt'> {
  if (limit === null) return { ratio: null, exhaustedAt: null };
  const { used, projected, perDay, end, now } = course;
  const at = now + ((limit - used) / perDay) * dayMs;
  return {
    ratio: limit > 0 ? projected / limit : Number.POSITIVE_INFINITY,
    exhaustedAt: used < limit && at < end ? at : null,
  };
}
