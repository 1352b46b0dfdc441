import { t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import type { Answer, RunPlace } from '../../shared/requests.ts';
import type { RunsGone } from '../state/store.ts';

/**
 * Runs that were created before those that the host holds, page by page, while the end of the list is in sight.
 *
 *              ask                   answer
 *   null ────────────▶ waiting ────────────────▶ idle ── ask ──▶ waiting …     next is null: these are all
 *    ▲  ╲                 ╰── with a problem ──▶ problem ── ask ──▶ waiting …
 *    │   ╰─ the host releases rows ─▶ idle
 *    └─ a snapshot, another life of the replica, another account, everything held
 */
export interface Older {
  /** Also rows that are held; of two copies the later one counts. */
  readonly runs: ReadonlyMap<string, RunRow>;
  /** Every run is known from the newest down to here; null when that is all of them. */
  readonly next: RunPlace | null;
  readonly asking:
    | { readonly kind: 'idle' }
    | { readonly kind: 'waiting' }
    | { readonly kind: 'problem'; readonly words: string };
}

/** What the page holds of the host's runs, and from where on it is all of them; null for everything. */
export interface HeldRuns {
  readonly runs: ReadonlyMap<string, RunRow>;
  readonly from: RunPlace | null;
}

const idle = { kind: 'idle' } as const;
const none: ReadonlyMap<string, RunRow> = new Map();

/** A page was asked for; `from` is where the first one begins. */
export function asked(older: Older | null, from: RunPlace): Older & { readonly next: RunPlace } {
  const asking = { kind: 'waiting' } as const;
  return { runs: older?.runs ?? none, next: older?.next ?? from, asking };
}

/** Takes a page. One that leads nowhere is a problem, lest it be asked for again and again. */
export function answered(older: Older, { runs, next }: Answer<'olderRuns'>): Older {
  if (next !== null && older.next !== null && place(next) >= place(older.next))
    return refused(older, t('The backend answered no older runs.'));
  const all = new Map(older.runs);
  for (const run of runs) all.set(run.id, later(all.get(run.id), run));
  return { runs: all, next, asking: idle };
}

export function refused(older: Older, words: string): Older {
  return { ...older, asking: { kind: 'problem', words } };
}

/** The held rows changed by a patch. */
export function slid(older: Older | null, before: HeldRuns, after: HeldRuns, gone: RunsGone): Older | null {
  if (after.from === null) return null;
  if (!older && gone.released.length === 0) return null;
  const { next, asking } = older ?? { next: before.from, asking: idle };
  const runs = new Map(older?.runs);
  for (const id of gone.deleted) runs.delete(id);
  for (const id of gone.released) {
    const run = before.runs.get(id);
    if (run) runs.set(id, later(runs.get(id), run));
  }
  // The host reaches further back than it did: it alone says what exists there.
  const from = place(after.from);
  if (before.from !== null && from < place(before.from))
    for (const [id, run] of runs) if (place(placeOf(run)) > from && !after.runs.has(id)) runs.delete(id);
  return { runs, next, asking };
}

/** Held and older runs together; the same map as the held ones while there are no others. */
export function together(
  held: ReadonlyMap<string, RunRow>,
  older: Older | null,
): ReadonlyMap<string, RunRow> {
  if (!older || older.runs.size === 0) return held;
  const all = new Map(older.runs);
  for (const [id, run] of held) all.set(id, later(all.get(id), run));
  return all;
}

/** The later copy of a row; of equals the second. */
function later(a: RunRow | undefined, b: RunRow): RunRow {
  return a && a.sync_seq > b.sync_seq ? a : b;
}

function placeOf({ created_at, id }: RunRow): RunPlace {
  return { at: created_at, id };
}

/** Times are ISO 8601 in UTC, so that their order is that of the text. */
function place({ at, id }: RunPlace): string {
  return `${at} ${id}`;
}
