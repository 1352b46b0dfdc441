import type { Formats } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { LimitFact } from '../../shared/limits.ts';
import type { Stop } from '../../shared/model.ts';
import { metricName, unitName } from '../../shared/names.ts';
import { isRefused, type MetricUsage, type Pace, type Period } from '../../shared/usage.ts';

/** The words of limits: what they allow, what they do, and since when. `now` is the server's, ms since 1970. */

/** `Stopped by the limit of 1,500 GPU minutes at 12:03. It resets in 3d 4h (Dec 1).` */
export function stopWords(stop: Stop, formats: Formats, now: number): string {
  const { metric, limit } = stop;
  const [at, resets] = [Date.parse(stop.at), Date.parse(stop.resets_at)];
  const [amount, name] = [formats.exactAmount(metric, limit), metricName(metric)];
  const head = Number.isFinite(at)
    ? t('Stopped by the limit of {0} {1} at {2}.', amount, name, formats.clock(at, now))
    : t('Stopped by the limit of {0} {1}.', amount, name);
  if (!Number.isFinite(resets)) return head;
  const date = formats.utcDate(resets, now);
  const reset =
    resets > now
      ? t('It resets in {0} ({1}).', formats.duration(resets - now), date)
      : t('It was reset on {0}.', date);
  return `${head} ${reset}`;
}

/** The calm line where nothing is reached. */
export function calmWords(usages: readonly MetricUsage[], formats: Formats): string {
  const limited = usages.filter(({ ratio }) => ratio !== null);
  const nearest = limited.reduce<MetricUsage | null>(
    (best, usage) => (best && (best.ratio ?? 0) >= (usage.ratio ?? 0) ? best : usage),
    null,
  );
  if (!nearest) return t('No limit applies to what is used here.');
  const [name, share] = [metricName(nearest.metric), formats.percent(nearest.ratio ?? 0)];
  return limited.length === 1
    ? t('No limit is reached: {0}, {1} used.', name, share)
    : t('No limit is reached. Nearest: {0}, {1} used.', name, share);
}

/** What happens at the limit. */
export function consequenceWords(usage: MetricUsage, period: Period, formats: Formats, now: number): string {
  const { level, hard } = usage;
  const end = formats.utcDate(period.end, now);
  if (level === 'unknown') return t('The plan names no limit for it.');
  if (level === 'unlimited') return t('The plan sets no limit.');
  if (level === 'excluded')
    return hard
      ? t('The plan includes none of it; usage is refused.')
      : t('The plan includes none of it; usage only warns.');
  if (!hard) return t('The limit only warns; usage goes on.');
  return isRefused(usage)
    ? t('Further usage is refused until {0}.', end)
    : t('At the limit further usage is refused until {0}.', end);
}

/** `112% by Dec 1`: short enough for a narrow gauge. */
export function gaugePace(
  usage: MetricUsage,
  pace: Pace | null,
  period: Period,
  formats: Formats,
  now: number,
): string {
  const end = formats.utcDate(period.end, now);
  if (usage.level === 'excluded') return usage.hard ? t('Usage is refused') : t('Usage only warns');
  if (isRefused(usage)) return t('Refused until {0}', end);
  return pace ? t('{0} by {1}', expected(usage.metric, pace, formats), end) : t('No pace yet');
}

function expected(metric: string, { ratio, projected }: Pace, formats: Formats): string {
  return ratio === null ? formats.amount(metric, projected) : formats.percent(ratio);
}

/** How the pace was computed, and when it comes to the limit. */
export function paceReason(metric: string, pace: Pace | null, formats: Formats, now: number): string {
  if (!pace) return t('No pace yet: it is told from half a day of usage in the last 7 days on.');
  const mean = meanWords(metric, pace, formats);
  if (pace.exhaustedAt === null) return mean;
  return `${mean} ${t('The limit is reached about {0}.', formats.utcDate(pace.exhaustedAt, now))}`;
}

function meanWords(metric: string, { days, perDay }: Pace, formats: Formats): string {
  const amount = formats.amount(metric, perDay);
  if (days < 1) return t('Mean of today: {0} a day.', amount);
  const span = Math.min(7, Math.ceil(days));
  return plural(
    span,
    'Mean of the last day: {1} a day.',
    'Mean of the last {0} days: {1} a day.',
    formats.number(span),
    amount,
  );
}

/** All that a gauge stands for, in sentences. */
export function gaugeDescription(
  usage: MetricUsage,
  pace: Pace | null,
  period: Period,
  formats: Formats,
  now: number,
): string {
  const { metric } = usage;
  const end = formats.utcDate(period.end, now);
  return [
    exactWords(usage, formats),
    consequenceWords(usage, period, formats, now),
    ...(pace ? [t('At this rate {0} by {1}.', expected(metric, pace, formats), end)] : []),
    ...(isRefused(usage) ? [] : [paceReason(metric, pace, formats, now)]),
  ].join(' ');
}

/** `6,500,000 of 10,000,000 tokens used.` */
function exactWords({ metric, used, limit, unit }: MetricUsage, formats: Formats): string {
  const amount = (value: number): string => formats.exactAmount(metric, value);
  const measured = (value: number): string =>
    unit && unit !== 'bytes' ? `${amount(value)} ${unitName(unit)}` : amount(value);
  return limit === null
    ? t('{0} used.', measured(used))
    : t('{0} of {1} used.', amount(used), measured(limit));
}

/** What can be done about it. */
export function adviceWords({ state, hard }: LimitFact, upgrade: boolean): string {
  if (!hard) return upgrade ? t('Use less, or change the plan.') : t('Use less.');
  if (state === 'refusing')
    return upgrade ? t('Use smaller amounts, or change the plan.') : t('Use smaller amounts.');
  return upgrade ? t('Wait for the reset, or change the plan.') : t('Wait for the reset.');
}
