import * as v from 'valibot';
import type { OutgoingEvent } from '../../shared/model.ts';
import { RunglassError } from '../../shared/status.ts';
import type { CredentialSource } from '../sync/types.ts';
import { type Backend, callFunction, createBackendClient } from './client.ts';
import { toRunglassError } from './errors.ts';

export interface EventSenderOptions extends Backend {
  readonly credentials: CredentialSource;
  /** Whose events are sent; nothing goes out while somebody else is signed in. */
  readonly userId: string;
}

export interface EventReceipt {
  readonly accepted: number;
  /** Events that had arrived before: sending again does no harm. */
  readonly duplicates: number;
}
export type SendEvents = (events: readonly OutgoingEvent[]) => Promise<EventReceipt>;

const receiptSchema = v.object({ accepted: v.number(), duplicates: v.number() });

/** Makes the function that hands editor events to `log_ide_sync_events`; it rejects with `RunglassError`. */
export function createEventSender({ credentials, userId, ...backend }: EventSenderOptions): SendEvents {
  let token: string | null = null;
  /** The server refuses the present token, whatever its date says. */
  let refused = false;
  const client = createBackendClient(backend, { accessToken: () => token });
  return async (events) => {
    const signedIn = await credentials.get(refused ? { force: true } : undefined);
    if (signedIn?.userId !== userId)
      throw new RunglassError({
        reason: 'sessionExpired',
        detail: 'The user of these events is not signed in.',
      });
    token = signedIn.accessToken;
    refused = false;
    try {
      return v.parse(receiptSchema, await callFunction(client, 'log_ide_sync_events', { events }));
    } catch (thrown) {
      const error = toRunglassError(thrown);
      refused = error.problem.reason === 'sessionExpired';
      throw error;
    }
  };
}
