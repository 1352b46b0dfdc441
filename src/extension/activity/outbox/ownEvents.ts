import type { OwnEvent } from '../../../shared/activity.ts';
import type { OutgoingEvent } from '../../../shared/model.ts';
import type { Quarantined } from './records.ts';

/** So many of them are shown. */
export const maxOwnEvents = 100;

/** What the rows of the dashboard say of events. */
export interface HeldRows {
  readonly has: (id: string) => boolean;
  /** Everything committed before it is in the rows, or was and is not any more; ms since 1970, null for nothing. */
  readonly asOf: number | null;
}

/**
 * Follows events from the journal to the rows, so that none is missing between the two:
 *
 *   waiting --- acknowledged ---> sent --- the rows hold it, or are of a later moment ---> theirs alone
 *      |  ^-- tried again
 *      +-- refused
 *
 * Rows of a later moment without it are proof that it lies outside of what they hold, or was deleted.
 */
export class OwnEvents {
  /** Acknowledged, but not seen among the rows; `at` is when, ms since 1970. */
  readonly #sent = new Map<string, { readonly event: OutgoingEvent; at: number }>();

  /** The server has them, as of `now`. */
  taken(events: readonly OutgoingEvent[], now: number): void {
    for (const event of events) this.#sent.set(event.id, { event, at: now });
    for (const id of this.#sent.keys()) {
      if (this.#sent.size <= maxOwnEvents) break;
      this.#sent.delete(id);
    }
  }

  /** The newest that the rows do not have, oldest first; of `waiting` the newest are enough. */
  list(
    waiting: readonly OutgoingEvent[],
    refused: readonly Quarantined[],
    rows: HeldRows,
    now: number,
  ): OwnEvent[] {
    this.#settle(rows, now);
    const own: OwnEvent[] = [
      ...[...this.#sent.values()].map(({ event }) => ({ event, state: 'sent' as const })),
      ...waiting.map((event) => ({ event, state: 'waiting' as const })),
      ...refused.map(({ event }) => ({ event, state: 'refused' as const })),
    ];
    return own
      .filter(({ event }) => !rows.has(event.id))
      .sort((a, b) => (a.event.id < b.event.id ? -1 : 1))
      .slice(-maxOwnEvents);
  }

  #settle({ has, asOf }: HeldRows, now: number): void {
    for (const [id, sent] of this.#sent) {
      // A clock that was set back: neither an acknowledgement nor a proof is of the future.
      sent.at = Math.min(sent.at, now);
      const isProven = asOf !== null && asOf > sent.at && asOf <= now;
      if (isProven || has(id)) this.#sent.delete(id);
    }
  }
}
