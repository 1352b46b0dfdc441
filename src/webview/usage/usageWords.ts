import type { Formats } from '../../shared/format.ts';
import { metricName } from '../../shared/names.ts';
import type { Pace, Period } from '../../shared/usage.ts';
import { unavailableWords } from '../components/Placeholder.tsx';
import type { Availability } from '../state/views.ts';
import type { Band } from './stack.ts';

/** The words of the usage chart. */

interface Shown {
  readonly metric: string | null;
  readonly total: number;
  /** The range as part of a sentence. */
  readonly phrase: string;
  /** Name of the one project that is drawn; null for all. */
  readonly project: string | null;
}

/** What stands in the empty axes; null when there is something to draw, or nothing is known yet. */
export function messageWords(
  availability: Availability,
  { metric, total, phrase, project }: Shown,
): string | null {
  if (availability === 'loading') return null;
  if (availability !== 'ready') return unavailableWords(availability, 'usage per day');
  if (metric === null) {
    return 'A bar for each day appears here with the first usage. Scripts log it with record_usage.';
  }
  if (total !== 0) return null;
  const of = project === null ? '' : ` by ${project}`;
  return `Nothing used ${phrase}${of}: ${metricName(metric)}. What scripts log with record_usage appears here at once.`;
}

interface Drawn extends Shown {
  readonly days: readonly string[];
  readonly bands: readonly Band[];
  readonly share: number | null;
  readonly message: string | null;
  readonly formats: Formats;
}

/** The chart in one sentence or two. */
export function sentenceWords({
  metric,
  total,
  days,
  bands,
  share,
  message,
  project,
  formats,
}: Drawn): string {
  const name = metric === null ? 'Usage' : metricName(metric);
  const of = project === null ? '' : ` of ${project}`;
  const first = days[0];
  const last = days.at(-1);
  const span = first && last ? ` from ${formats.utcDay(first)} to ${formats.utcDay(last)}` : '';
  if (message || metric === null) return `${name} per day${span}. ${message ?? 'Loading.'}`;
  const amount = (value: number): string => formats.amount(metric, value);
  const sums = days.map((_, i) => bands.reduce((sum, { amounts }) => sum + (amounts[i] ?? 0), 0));
  const highest = Math.max(...sums);
  const when = days[sums.indexOf(highest)];
  const parts =
    bands.length > 1
      ? ` By project: ${bands.map((band) => `${band.label} ${amount(band.total)}`).join(', ')}.`
      : '';
  const even = share === null ? '' : ` An even share of the limit is ${amount(share)} a day.`;
  return `Bar chart of ${name.toLowerCase()} per day${of}${span}: ${amount(total)} in all, at most ${amount(highest)} on ${when ? formats.utcDay(when) : ''}.${parts}${even}`;
}

/** `At this rate 112% by Dec 1`; the amount itself where there is no limit. */
export function paceWords(
  metric: string,
  { ratio, projected }: Pick<Pace, 'ratio' | 'projected'>,
  period: Period,
  formats: Formats,
  now: number,
): string {
  const amount = ratio === null ? formats.amount(metric, projected) : formats.percent(ratio);
  return `At this rate ${amount} by ${formats.utcDate(period.end, now)}`;
}

/** What stands at the end of the legend. */
export function noteWords(note: { readonly project: string | null; readonly pace: string | null }): string {
  if (note.project !== null) return `Only ${note.project}. Days are UTC.`;
  return note.pace === null ? 'Days are UTC.' : `${note.pace}. Days are UTC.`;
}
