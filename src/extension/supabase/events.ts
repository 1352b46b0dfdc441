import * as v from 'valibot';
import type { OutgoingEvent } from '../../shared/model.ts';
import { RunglassError } from '../../shared/status.ts';
import type { CredentialSource } from '../sync/types.ts';
import { type Backend, callFunction, createBackendClient } from './client.ts';
import { toRunglassError } from './errors.ts';

export interface EventSenderOptions extends Backend {
  readonly credentials: CredentialSource;
}

export interface EventReceipt {
  readonly accepted: number;
  /** Events that had arrived before: sending again does no harm. */
  readonly duplicates: number;
}
export type SendEvents = (events: readonly OutgoingEvent[]) => Promise<EventReceipt>;

const receiptSchema = v.object({ accepted: v.number(), duplicates: v.number() });

/** Makes the function that hands editor events to `log_ide_sync_events`; it rejects with `RunglassError`. */
export function createEventSender({ credentials, ...backend }: EventSenderOptions): SendEvents {
  let token: string | null = null;
  const client = createBackendClient(backend, { accessToken: () => token });
  return async (events) => {
    const signedIn = await credentials.get();
    if (!signedIn) throw new RunglassError({ reason: 'sessionExpired', detail: 'Nobody is signed in.' });
    token = signedIn.accessToken;
    try {
      return v.parse(receiptSchema, await callFunction(client, 'log_ide_sync_events', { events }));
    } catch (error) {
      throw toRunglassError(error);
    }
  };
}
