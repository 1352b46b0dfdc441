import type { TimelineFilter, TimelinePlace } from '../../shared/activity.ts';
import type { EventRow, RunRow } from '../../shared/model.ts';
import type { OlderAnswerMessage } from '../../shared/protocol.ts';
import { type Moment, timeOf } from './moments.ts';

/**
 * What lies before the rows that the host holds, page by page, while the user looks at it.
 *
 *              ask                    answer
 *   null ─────────────▶ waiting ─────────────────▶ idle ── ask ──▶ waiting …     next is null: the end
 *    ▲                     │      with a problem ─▶ problem ── ask ──▶ waiting …
 *    │                     └─ the filter becomes narrower: idle, what is known stays
 *    └─ another filter, another life of the replica, another account, nothing older any more
 */
export interface Older {
  /** What the rows are complete for, down to `next`. */
  readonly filter: TimelineFilter;
  readonly events: ReadonlyMap<string, EventRow>;
  readonly runs: ReadonlyMap<string, RunRow>;
  /** Where the next page begins; null when nothing is older. */
  readonly next: TimelinePlace | null;
  readonly asking:
    | { readonly kind: 'idle' }
    | { readonly kind: 'waiting'; readonly request: number }
    | { readonly kind: 'problem'; readonly words: string };
}

/** What the page holds of the host's rows, and from where on it is all of them (ISO 8601; null for everything). */
export interface HeldRows {
  readonly events: ReadonlyMap<string, EventRow>;
  readonly runs: ReadonlyMap<string, RunRow>;
  readonly from: string | null;
}

const idle = { kind: 'idle' } as const;

/** A request for the next page was posted; `heldFrom` is where the first one begins. */
export function asked(
  older: Older | null,
  filter: TimelineFilter,
  heldFrom: string,
  request: number,
): Older & { readonly next: TimelinePlace } {
  const asking = { kind: 'waiting', request } as const;
  if (older?.next) return { ...older, next: older.next, asking };
  return { filter, events: new Map(), runs: new Map(), next: { at: heldFrom, id: null }, asking };
}

/** Takes an answer; one that nobody waits for changes nothing. */
export function answered(older: Older | null, answer: OlderAnswerMessage): Older | null {
  if (older?.asking.kind !== 'waiting' || older.asking.request !== answer.request) return older;
  if (answer.problem !== null) return { ...older, asking: { kind: 'problem', words: answer.problem } };
  return {
    ...older,
    events: merged(older.events, answer.events),
    runs: merged(older.runs, answer.runs),
    next: answer.next,
    asking: idle,
  };
}

/** What stays under another filter: everything while it only leaves out more, else nothing. */
export function filtered(older: Older | null, filter: TimelineFilter): Older | null {
  if (!older || (older.filter.kind === filter.kind && older.filter.project === filter.project)) return older;
  const narrower =
    (older.filter.kind === null || older.filter.kind === filter.kind) &&
    (older.filter.project === null || older.filter.project === filter.project);
  return narrower ? { ...older, filter, asking: idle } : null;
}

/**
 * The held rows changed. An event that went although it lies in what is held was deleted; one from before was let go
 * and stays here. A run that went was deleted, unless the window has just slid past it. When the window reaches
 * further back than it did, it alone says what exists there.
 */
export function slid(older: Older | null, before: HeldRows, after: HeldRows): Older | null {
  if (!older || after.from === null) return null;
  const from = timeOf(after.from);
  const wasFrom = before.from === null ? Number.NEGATIVE_INFINITY : timeOf(before.from);
  // Of several at the very place where the rows begin, some are let go.
  const lies = ({ occurred_at: at }: EventRow): boolean => timeOf(at) <= from;
  const wasPassed = ({ started_at, finished_at }: RunRow): boolean =>
    [started_at, finished_at].some((at) => at !== null && timeOf(at) >= wasFrom && timeOf(at) <= from);
  const runs = carried(older.runs, before.runs, after.runs, wasPassed);
  let events = carried(older.events, before.events, after.events, lies);
  if (from < wasFrom)
    events = new Map([...events].filter(([id, event]) => lies(event) || after.events.has(id)));
  return events === older.events && runs === older.runs ? older : { ...older, events, runs };
}

/** Whether everything of the filter at this place is known. */
export function reaches({ next }: Older, { at, id }: Moment): boolean {
  if (next === null) return true;
  const end = timeOf(next.at);
  return at > end || (at === end && next.id !== null && id >= next.id);
}

function merged<R extends { readonly id: string }>(
  rows: ReadonlyMap<string, R>,
  more: readonly R[],
): ReadonlyMap<string, R> {
  if (more.length === 0) return rows;
  const next = new Map(rows);
  for (const row of more) next.set(row.id, row);
  return next;
}

function carried<R>(
  rows: ReadonlyMap<string, R>,
  before: ReadonlyMap<string, R>,
  after: ReadonlyMap<string, R>,
  stays: (row: R) => boolean,
): ReadonlyMap<string, R> {
  if (before === after) return rows;
  let next: Map<string, R> | null = null;
  for (const [id, row] of before) {
    if (after.has(id)) continue;
    next ??= new Map(rows);
    if (stays(row)) next.set(id, row);
    else next.delete(id);
  }
  return next ?? rows;
}
