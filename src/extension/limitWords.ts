import { clip } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import type { LimitFact } from '../shared/limits.ts';
import { metricName } from '../shared/names.ts';
import type { Saying } from './saying.ts';

/** What the status bar says of a limit that is reached, passed or refusing; `now` is the server's, ms since 1970. */

/** For the label, where a long name would push out the numbers behind it. */
export function shortName(metric: string): string {
  return clip(metricName(metric), 24);
}

/** Which limit, in a few words: for the label and for screen readers. */
export function limitName(fact: LimitFact, { formats }: Pick<Saying, 'formats'>): string {
  const name = shortName(fact.metric);
  if (fact.state === 'refusing') return t('{0}: usage refused', name);
  return t('{0} {1}: limit reached', name, formats.percent(ratioOf(fact)));
}

/** Which limit, since when, until when, and what it does. */
export function limitWords(fact: LimitFact, saying: Saying): string {
  const { metric, limit, used, hard, state, until } = fact;
  const { formats, now } = saying;
  const name = metricName(metric);
  const max = formats.amount(metric, limit);
  const end = t('{0} (in {1})', formats.utcDate(until, now), formats.duration(Math.max(0, until - now)));
  const since = sinceWords(fact, saying);
  const stopped = stoppedWords(fact, saying);
  if (state === 'refusing') {
    const left = formats.amount(metric, limit - used);
    return t(
      '{0}: refusing further usage{1}{2}. Only {3} of {4} is left until {5}.',
      ...[name, since, stopped, left, max, end],
    );
  }
  const head =
    state === 'reached'
      ? t('{0}: limit of {1} reached{2}{3}.', name, max, reachedWords(fact, saying), stopped)
      : t(
          '{0}: over the limit of {1}{2}, by {3}{4}.',
          ...[name, max, since, formats.amount(metric, used - limit), stopped],
        );
  const then = hard
    ? t('Further usage is refused until {0}.', end)
    : t('The limit only warns; usage goes on. Resets {0}.', end);
  return `${head} ${then}`;
}

function sinceWords({ since, sinceDay }: LimitFact, { formats, now }: Saying): string {
  if (since === null) return '';
  return t(' since {0}', sinceDay ? formats.utcDate(since, now) : formats.clock(since, now));
}

function reachedWords({ since, sinceDay }: LimitFact, { formats, now }: Saying): string {
  if (since === null) return '';
  return sinceDay ? t(' on {0}', formats.utcDate(since, now)) : t(' at {0}', formats.clock(since, now));
}

function stoppedWords({ stopped }: LimitFact, { formats }: Saying): string {
  if (stopped === 0) return '';
  return stopped === 1 ? t('; 1 run was stopped') : t('; {0} runs were stopped', formats.number(stopped));
}

function ratioOf({ used, limit }: LimitFact): number {
  return limit > 0 ? used / limit : used > 0 ? Number.POSITIVE_INFINITY : 1;
}
