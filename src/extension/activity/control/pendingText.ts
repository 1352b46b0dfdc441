import type { OutgoingEvent } from '../../../shared/model.ts';
import type { Quarantined } from '../outbox/records.ts';

export interface PendingInputs {
  /** Where events go, in words; null while no backend is chosen. */
  readonly to: string | null;
  /** Whether they go out at present. */
  readonly sending: boolean;
  /** Why, or why not, in words. */
  readonly why: string;
  readonly waiting: readonly OutgoingEvent[];
  readonly refused: readonly Quarantined[];
  /** Events given up unsent. */
  readonly dropped: number;
}

/** More than anybody reads; the file stays below 1 MB of ordinary events. */
export const mostShown = 1_000;

/** What would be sent, as JSON for people: each event exactly as a batch carries it, oldest first. */
export function pendingText({ to, sending, why, waiting, refused, dropped }: PendingInputs): string {
  const content = {
    to,
    sending,
    why,
    waiting: { ...countOf(waiting), events: waiting.slice(0, mostShown) },
    refused: {
      ...countOf(refused),
      events: refused.slice(0, mostShown).map(({ event, reason }) => ({ reason, event })),
    },
    givenUpUnsent: dropped,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function countOf({ length }: readonly unknown[]): { readonly count: number; readonly notShown?: number } {
  return length > mostShown ? { count: length, notShown: length - mostShown } : { count: length };
}
