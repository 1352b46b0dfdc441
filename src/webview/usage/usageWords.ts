import type { Formats } from '../../shared/format.ts';
import { listWords, t } from '../../shared/l10n.ts';
import { metricName } from '../../shared/names.ts';
import type { Pace, Period } from '../../shared/usage.ts';
import { unavailableWords } from '../components/Placeholder.tsx';
import type { Availability } from '../state/views.ts';
import type { Band } from './stack.ts';

/** The words of the usage chart. */

interface Shown {
  readonly metric: string | null;
  readonly total: number;
  /** Names the range that is shown. */
  readonly range: string;
  /** Name of the one project that is drawn; null for all. */
  readonly project: string | null;
}

/** `Tokens per day · Last 30 days · char-lm` */
export function titleWords({ metric, range, project }: Shown): string {
  const what = metric === null ? t('Usage per day') : t('{0} per day', metricName(metric));
  return [what, range, ...(project === null ? [] : [project])].join(' · ');
}

/** What stands in the empty axes; null when there is something to draw, or nothing is known yet. */
export function messageWords(availability: Availability, shown: Shown): string | null {
  if (availability === 'loading') return null;
  if (availability !== 'ready') return unavailableWords(availability);
  if (shown.metric === null)
    return t('A bar for each day appears here with the first usage. Scripts log it with record_usage.');
  if (shown.total !== 0) return null;
  return t('{0}: nothing used. What scripts log with record_usage appears here at once.', titleWords(shown));
}

interface Drawn extends Shown {
  readonly days: readonly string[];
  readonly bands: readonly Band[];
  readonly share: number | null;
  readonly message: string | null;
  readonly formats: Formats;
}

/** The chart in a few sentences. */
export function sentenceWords(drawn: Drawn): string {
  const { metric, total, days, bands, share, message, project, formats } = drawn;
  const [first, last] = [formats.utcDay(days[0] ?? ''), formats.utcDay(days.at(-1) ?? '')];
  if (metric === null)
    return `${t('Usage per day from {0} to {1}.', first, last)} ${message ?? t('Loading.')}`;
  const name = metricName(metric);
  const head =
    project === null
      ? t('Bar chart: {0} per day from {1} to {2}.', name, first, last)
      : t('Bar chart: {0} per day from {1} to {2}, only {3}.', name, first, last, project);
  if (message) return `${head} ${message}`;
  const amount = (value: number): string => formats.amount(metric, value);
  const sums = days.map((_, i) => bands.reduce((sum, { amounts }) => sum + (amounts[i] ?? 0), 0));
  const highest = Math.max(...sums);
  const when = formats.utcDay(days[sums.indexOf(highest)] ?? '');
  const parts = listWords(bands.map((band) => `${band.label} ${amount(band.total)}`));
  return [
    head,
    t('{0} in all, at most {1} on {2}.', amount(total), amount(highest), when),
    ...(bands.length > 1 ? [t('By project: {0}.', parts)] : []),
    ...(share === null ? [] : [t('An even share of the limit is {0} a day.', amount(share))]),
  ].join(' ');
}

/** `At this rate 112% by Dec 1.`; the amount itself where there is no limit. */
export function paceWords(
  metric: string,
  { ratio, projected }: Pick<Pace, 'ratio' | 'projected'>,
  period: Period,
  formats: Formats,
  now: number,
): string {
  const amount = ratio === null ? formats.amount(metric, projected) : formats.percent(ratio);
  return t('At this rate {0} by {1}.', amount, formats.utcDate(period.end, now));
}

/** What stands at the end of the legend. */
export function noteWords(note: { readonly project: string | null; readonly pace: string | null }): string {
  const days = t('Days are UTC.');
  if (note.project !== null) return `${t('Only {0}.', note.project)} ${days}`;
  return note.pace === null ? days : `${note.pace} ${days}`;
}
