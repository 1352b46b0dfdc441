import { t } from '../../shared/l10n.ts';
import type { RowPlace } from '../../shared/requests.ts';
import type { RowsGone } from './store.ts';

/** A row that is read page by page, the newest first. */
export interface PagedRow {
  readonly id: string;
  readonly created_at: string;
  readonly sync_seq: number;
}

/** Rows before a place, newest first; `next` is null when nothing is older. */
export interface OlderPage<R> {
  readonly rows: readonly R[];
  readonly next: RowPlace | null;
}

/**
 * Rows of a table that were created before those that the host holds, page by page.
 *
 *              ask                   answer
 *   null ────────────▶ waiting ────────────────▶ idle ── ask ──▶ waiting …     next is null: these are all
 *    ▲  ╲                 ╰── with a problem ──▶ problem ── ask ──▶ waiting …
 *    │   ╰─ the host releases rows ─▶ idle
 *    └─ a snapshot, another life of the replica, another account, everything held
 */
export interface Older<R> {
  /** Also rows that are held; of two copies the later one counts. */
  readonly rows: ReadonlyMap<string, R>;
  /** Every row is known from the newest down to here; null when that is all of them. */
  readonly next: RowPlace | null;
  readonly asking:
    | { readonly kind: 'idle' }
    | { readonly kind: 'waiting' }
    | { readonly kind: 'problem'; readonly words: string };
}

/** What the page holds of the host's rows, and from where on it is all of them; null for everything. */
export interface HeldRows<R> {
  readonly rows: ReadonlyMap<string, R>;
  readonly from: RowPlace | null;
}

const idle = { kind: 'idle' } as const;

/** A page was asked for; `from` is where the first one begins. */
export function asked<R>(older: Older<R> | null, from: RowPlace): Older<R> & { readonly next: RowPlace } {
  const asking = { kind: 'waiting' } as const;
  return { rows: older?.rows ?? new Map(), next: older?.next ?? from, asking };
}

/** Takes a page. One that leads nowhere is a problem, lest it be asked for again and again. */
export function answered<R extends PagedRow>(older: Older<R>, { rows, next }: OlderPage<R>): Older<R> {
  if (next !== null && older.next !== null && place(next) >= place(older.next))
    return refused(older, t('The backend answered nothing that is older.'));
  const all = new Map(older.rows);
  for (const row of rows) all.set(row.id, later(all.get(row.id), row));
  return { rows: all, next, asking: idle };
}

export function refused<R>(older: Older<R>, words: string): Older<R> {
  return { ...older, asking: { kind: 'problem', words } };
}

/** The held rows changed by a patch. */
export function slid<R extends PagedRow>(
  older: Older<R> | null,
  before: HeldRows<R>,
  after: HeldRows<R>,
  gone: RowsGone,
): Older<R> | null {
  if (after.from === null) return null;
  if (!older && gone.released.length === 0) return null;
  const { next, asking } = older ?? { next: before.from, asking: idle };
  const rows = new Map(older?.rows);
  for (const id of gone.deleted) rows.delete(id);
  for (const id of gone.released) {
    const row = before.rows.get(id);
    if (row) rows.set(id, later(rows.get(id), row));
  }
  // The host reaches further back than it did: it alone says what exists there.
  const from = place(after.from);
  if (before.from !== null && from < place(before.from))
    for (const [id, row] of rows) if (place(placeOf(row)) > from && !after.rows.has(id)) rows.delete(id);
  return { rows, next, asking };
}

/** Held and older rows together; the same map as the held ones while there are no others. */
export function together<R extends PagedRow>(
  held: ReadonlyMap<string, R>,
  older: Older<R> | null,
): ReadonlyMap<string, R> {
  if (!older || older.rows.size === 0) return held;
  const all = new Map(older.rows);
  for (const [id, row] of held) all.set(id, later(all.get(id), row));
  return all;
}

/** The later copy of a row; of equals the second. */
function later<R extends PagedRow>(a: R | undefined, b: R): R {
  return a && a.sync_seq > b.sync_seq ? a : b;
}

function placeOf({ created_at, id }: PagedRow): RowPlace {
  return { at: created_at, id };
}

/** Times are ISO 8601 in UTC, so that their order is that of the text. */
function place({ at, id }: RowPlace): string {
  return `${at} ${id}`;
}
