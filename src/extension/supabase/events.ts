import * as v from 'valibot';
import type { OutgoingEvent } from '../../shared/model.ts';
import { toRunglassError } from './errors.ts';
import { createUserCaller, type UserCallerOptions } from './userCaller.ts';

interface EventReceipt {
  readonly accepted: number;
  /** Events that had arrived before: sending again does no harm. */
  readonly duplicates: number;
}
type SendEvents = (events: readonly OutgoingEvent[]) => Promise<EventReceipt>;

const receiptSchema = v.object({ accepted: v.number(), duplicates: v.number() });

/** Makes the function that hands a user's editor events to `log_ide_sync_events`; it rejects with `RunglassError`. */
export function createEventSender(options: UserCallerOptions): SendEvents {
  const call = createUserCaller(options);
  return async (events) => {
    try {
      const receipt = v.parse(receiptSchema, await call('log_ide_sync_events', { events }));
      const { accepted, duplicates } = receipt;
      if (accepted + duplicates !== events.length) throw new Error(unaccounted(events.length, receipt));
      return receipt;
    } catch (error) {
      throw toRunglassError(error);
    }
  };
}

function unaccounted(sent: number, { accepted, duplicates }: EventReceipt): string {
  return `Of ${sent} events the server has accepted ${accepted} and known ${duplicates}. Migrate the backend again.`;
}
