import type { Formats } from '../../shared/format.ts';
import type { LimitFact } from '../../shared/limits.ts';
import type { Stop } from '../../shared/model.ts';
import { metricName } from '../../shared/names.ts';
import { isRefused, type MetricUsage, type Pace, type Period } from '../../shared/usage.ts';
import { paceWords } from './usageWords.ts';

/** The words of limits: what they allow, what they do, and since when. `now` is the server's, ms since 1970. */

/** `Stopped by the limit of 1,500 GPU minutes at 12:03; resets in 3d 4h (Dec 1).` */
export function stopWords(stop: Stop, formats: Formats, now: number): string {
  const { metric, limit } = stop;
  const [at, resets] = [Date.parse(stop.at), Date.parse(stop.resets_at)];
  const head = `Stopped by the limit of ${formats.exactAmount(metric, limit)} ${metricName(metric)}`;
  const when = Number.isFinite(at) ? ` at ${formats.clock(at, now)}` : '';
  if (!Number.isFinite(resets)) return `${head}${when}.`;
  const date = formats.utcDate(resets, now);
  return resets > now
    ? `${head}${when}; resets in ${formats.duration(resets - now)} (${date}).`
    : `${head}${when}; it was reset on ${date}.`;
}

/** What a limit that is reached, passed or refusing does, in two sentences. */
export function factWords(fact: LimitFact, formats: Formats, now: number): string {
  const { metric, limit, used, hard, state, until } = fact;
  const name = metricName(metric);
  const max = formats.amount(metric, limit);
  const end = `${formats.utcDate(until, now)} (in ${formats.duration(Math.max(0, until - now))})`;
  if (state === 'refusing') {
    const left = formats.amount(metric, limit - used);
    return `${name}: refusing further usage${sinceWords(fact, formats, now)}${stoppedWords(fact, formats)}. Only ${left} of ${max} is left until ${end}.`;
  }
  const since = sinceWords(fact, formats, now);
  const head =
    state === 'reached'
      ? `${name}: limit of ${max} reached${reachedWords(fact, formats, now)}`
      : `${name}: over the limit of ${max}${since}, by ${formats.amount(metric, used - limit)}`;
  if (hard) return `${head}${stoppedWords(fact, formats)}. Further usage is refused until ${end}.`;
  return `${head}. The limit only warns; usage goes on. Resets ${end}.`;
}

function sinceWords({ since, sinceDay }: LimitFact, formats: Formats, now: number): string {
  if (since === null) return '';
  return ` since ${sinceDay ? formats.utcDate(since, now) : formats.clock(since, now)}`;
}

function reachedWords({ since, sinceDay }: LimitFact, formats: Formats, now: number): string {
  if (since === null) return '';
  return sinceDay ? ` on ${formats.utcDate(since, now)}` : ` at ${formats.clock(since, now)}`;
}

function stoppedWords({ stopped }: LimitFact, formats: Formats): string {
  if (stopped === 0) return '';
  return stopped === 1 ? '; 1 run was stopped' : `; ${formats.number(stopped)} runs were stopped`;
}

/** The calm line where nothing is reached. */
export function calmWords(usages: readonly MetricUsage[], formats: Formats): string {
  const limited = usages.filter(({ ratio }) => ratio !== null);
  const nearest = limited.reduce<MetricUsage | null>(
    (best, usage) => (best && (best.ratio ?? 0) >= (usage.ratio ?? 0) ? best : usage),
    null,
  );
  if (!nearest) return 'No limit applies to what is used here.';
  const share = `${metricName(nearest.metric)}, ${formats.percent(nearest.ratio ?? 0)} used`;
  return limited.length === 1 ? `No limit is reached: ${share}.` : `No limit is reached. Nearest: ${share}.`;
}

/** What happens at the limit. */
export function consequenceWords(usage: MetricUsage, period: Period, formats: Formats, now: number): string {
  const { level, hard } = usage;
  const end = formats.utcDate(period.end, now);
  if (level === 'unknown') return 'The plan names no limit for it.';
  if (level === 'unlimited') return 'The plan sets no limit.';
  if (level === 'excluded')
    return hard
      ? 'The plan includes none of it; usage is refused.'
      : 'The plan includes none of it; usage only warns.';
  if (!hard) return 'The limit only warns; usage goes on.';
  return isRefused(usage)
    ? `Further usage is refused until ${end}.`
    : `At the limit further usage is refused until ${end}.`;
}

/** `Pace: 112% by Dec 1`: short enough for a narrow gauge. */
export function gaugePace(
  usage: MetricUsage,
  pace: Pace | null,
  period: Period,
  formats: Formats,
  now: number,
): string {
  if (usage.level === 'excluded') return usage.hard ? 'Usage is refused' : 'Usage only warns';
  if (isRefused(usage)) return `Refused until ${formats.utcDate(period.end, now)}`;
  if (!pace) return 'No pace yet';
  const amount =
    pace.ratio === null ? formats.amount(usage.metric, pace.projected) : formats.percent(pace.ratio);
  return `Pace: ${amount} by ${formats.utcDate(period.end, now)}`;
}

/** How the pace was computed, and when it comes to the limit. */
export function paceReason(metric: string, pace: Pace | null, formats: Formats, now: number): string {
  if (!pace) return 'No pace yet: it is told from half a day of usage in the last 7 days on.';
  const span = pace.days > 6 ? 'the last 7 days' : pace.days < 1 ? 'today' : spanWords(pace.days, formats);
  const mean = `Mean of ${span}: ${formats.amount(metric, pace.perDay)} a day.`;
  if (pace.exhaustedAt === null) return mean;
  return `${mean} The limit is reached about ${formats.utcDate(pace.exhaustedAt, now)}.`;
}

function spanWords(days: number, formats: Formats): string {
  return `the last ${formats.number(Math.ceil(days))} days`;
}

/** `6,500,000 of 10,000,000 tokens` */
export function exactWords({ metric, used, limit, unit }: MetricUsage, formats: Formats): string {
  const of = limit === null ? '' : ` of ${formats.exactAmount(metric, limit)}`;
  return `${formats.exactAmount(metric, used)}${of}${unit && unit !== 'bytes' ? ` ${unit}` : ''}`;
}

/** All that a gauge stands for, in sentences. */
export function gaugeDescription(
  usage: MetricUsage,
  pace: Pace | null,
  period: Period,
  formats: Formats,
  now: number,
): string {
  return [
    `${exactWords(usage, formats)} used.`,
    consequenceWords(usage, period, formats, now),
    ...(pace ? [`${paceWords(usage.metric, pace, period, formats, now)}.`] : []),
    ...(isRefused(usage) ? [] : [paceReason(usage.metric, pace, formats, now)]),
  ].join(' ');
}

/** What can be done about it. */
export function adviceWords({ state, hard }: LimitFact, upgrade: boolean): string {
  const wait = hard ? (state === 'refusing' ? 'Use smaller amounts' : 'Wait for the reset') : 'Use less';
  return upgrade ? `${wait}, or change the plan.` : `${wait}.`;
}
