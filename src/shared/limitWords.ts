import type { Formats } from './format.ts';
import { plural, t } from './l10n.ts';
import type { LimitFact } from './limits.ts';
import { metricName } from './names.ts';

/**
 * Which limit, since when, until when, and what it does, in two or three sentences: the same on the page and in the
 * status bar. `now` is the server's, ms since 1970.
 */
export function factWords(fact: LimitFact, formats: Formats, now: number): string {
  return [headWords(fact, formats, now), stoppedWords(fact, formats), thenWords(fact, formats, now)]
    .filter(Boolean)
    .join(' ');
}

function headWords(
  { metric, limit, used, state, since, sinceDay }: LimitFact,
  formats: Formats,
  now: number,
): string {
  const name = metricName(metric);
  const max = formats.amount(metric, limit);
  const from = since === null ? null : sinceDay ? formats.utcDate(since, now) : formats.clock(since, now);
  switch (state) {
    case 'reached':
      if (from === null) return t('{0}: limit of {1} reached.', name, max);
      return sinceDay
        ? t('{0}: limit of {1} reached on {2}.', name, max, from)
        : t('{0}: limit of {1} reached at {2}.', name, max, from);
    case 'over': {
      const excess = formats.amount(metric, used - limit);
      return from === null
        ? t('{0}: over the limit of {1}, by {2}.', name, max, excess)
        : t('{0}: over the limit of {1} since {3}, by {2}.', name, max, excess, from);
    }
    case 'refusing':
      return from === null
        ? t('{0}: refusing further usage.', name)
        : t('{0}: refusing further usage since {1}.', name, from);
    default:
      return state satisfies never;
  }
}

function stoppedWords({ stopped }: LimitFact, formats: Formats): string {
  if (stopped === 0) return '';
  return plural(stopped, '{0} run was stopped.', '{0} runs were stopped.', formats.number(stopped));
}

function thenWords({ metric, limit, used, hard, state, until }: LimitFact, formats: Formats, now: number) {
  const end = formats.utcDate(until, now);
  const left = formats.duration(Math.max(0, until - now));
  if (state === 'refusing') {
    const [rest, max] = [formats.amount(metric, limit - used), formats.amount(metric, limit)];
    return t('Only {0} of {1} is left until {2} (in {3}).', rest, max, end, left);
  }
  return hard
    ? t('Further usage is refused until {0} (in {1}).', end, left)
    : t('The limit only warns; usage goes on. Resets {0} (in {1}).', end, left);
}
