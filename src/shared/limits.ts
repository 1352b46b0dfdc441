import type { RunRow, Stop, SubscriptionRow, UsageRow } from './model.ts';
import { inPeriod, type MetricUsage, type Period, tidySum } from './usage.ts';

/** What one limit does: it is reached, it is passed, or it refused more than what is left. */
export type LimitState = 'reached' | 'over' | 'refusing';

/** One limit that people must know of; the page and the status bar say it in their own words. */
export interface LimitFact {
  readonly metric: string;
  readonly limit: number;
  readonly used: number;
  /** A hard limit refuses, a soft one only warns. */
  readonly hard: boolean;
  readonly state: LimitState;
  /** ms since 1970; null when the rows do not tell. */
  readonly since: number | null;
  /** `since` is the start of a UTC day, not a moment. */
  readonly sinceDay: boolean;
  /** When the period ends and counting begins again, ms since 1970. */
  readonly until: number;
  /** Runs that it has stopped in this period. */
  readonly stopped: number;
  /** Id of the one stopped last. */
  readonly stoppedRun: string | null;
}

interface LimitRows {
  readonly usages: readonly MetricUsage[];
  readonly usageRows: Iterable<UsageRow>;
  readonly runs: Iterable<RunRow>;
  readonly period: Period;
}

/** Every limit that is reached or has refused something in this period, hard ones first. */
export function limitFacts({ usages, usageRows, runs, period }: LimitRows): LimitFact[] {
  const stops = stopsByMetric(runs, period);
  // An iterator is read once only, and more than one limit may ask.
  const rows = [...usageRows];
  const facts: LimitFact[] = [];
  for (const usage of usages) {
    const { metric, used, limit, level, hard } = usage;
    if (limit === null) continue;
    const own = hard ? (stops.get(metric) ?? []).filter(({ stop }) => stillHolds(stop, limit, used)) : [];
    const full = level === 'reached' || level === 'over';
    if (!full && own.length === 0) continue;
    const oldest = own[0] ? Date.parse(own[0].stop.at) : null;
    facts.push({
      ...{ metric, limit, used, hard, until: period.end },
      state: level === 'over' ? level : used >= limit ? 'reached' : 'refusing',
      ...(full ? crossing(rows, usage, limit, period) : { since: oldest, sinceDay: false }),
      stopped: own.length,
      stoppedRun: own.at(-1)?.id ?? null,
    });
  }
  return facts.sort((a, b) => Number(b.hard) - Number(a.hard));
}

/** The page where the plan can be changed; a row may name any text, so null for all but https. */
export function upgradeUrl(subscription: SubscriptionRow | null): string | null {
  const url = subscription?.upgrade_url ?? '';
  return /^https:\/\/[\p{L}\p{N}[]\S*$/iu.test(url) ? url : null;
}

export function canUpgrade(subscription: SubscriptionRow | null): boolean {
  return upgradeUrl(subscription) !== null;
}

interface Stopped {
  readonly id: string;
  readonly stop: Stop;
}

/** Stops of this period by metric, oldest first. */
function stopsByMetric(runs: Iterable<RunRow>, period: Period): ReadonlyMap<string, Stopped[]> {
  const found = new Map<string, Stopped[]>();
  for (const { id, stopped_by: stop } of runs) {
    if (!stop) continue;
    const at = Date.parse(stop.at);
    if (!(at >= period.start && at < period.end)) continue;
    const own = found.get(stop.metric);
    if (own) own.push({ id, stop });
    else found.set(stop.metric, [{ id, stop }]);
  }
  for (const own of found.values()) own.sort((a, b) => Date.parse(a.stop.at) - Date.parse(b.stop.at));
  return found;
}

/** Since the stop, neither was the limit raised nor usage taken back. */
function stillHolds(stop: Stop, limit: number, used: number): boolean {
  return stop.limit >= limit && stop.used <= used;
}

/**
 * When the sum of the period came to the limit: the day, and the moment where it is known. A hard limit takes nothing
 * after it is reached, so the last addition is the one that reached it.
 */
function crossing(
  rows: Iterable<UsageRow>,
  { metric, level, hard }: MetricUsage,
  limit: number,
  period: Period,
): Pick<LimitFact, 'since' | 'sinceDay'> {
  const own: UsageRow[] = [];
  for (const row of rows) if (row.metric === metric && inPeriod(row.day, period)) own.push(row);
  own.sort((a, b) => (a.day < b.day ? -1 : 1));
  let sum = 0;
  const crossed = own.find((row) => {
    sum += row.amount;
    return tidySum(sum) >= limit;
  });
  const day = crossed?.day;
  if (day === undefined) return { since: null, sinceDay: true };
  const moment = Math.max(...own.filter((row) => row.day === day).map((row) => Date.parse(row.updated_at)));
  if (hard && level === 'reached' && Number.isFinite(moment)) return { since: moment, sinceDay: false };
  return { since: Date.parse(day), sinceDay: true };
}
