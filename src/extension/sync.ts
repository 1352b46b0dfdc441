import { createOpenTransport } from './supabase/transport.ts';
import { Engine } from './sync/engine.ts';
import type { Attention, Clock, CredentialSource, Log, Sync } from './sync/types.ts';

export { AuthClient, type Session } from './supabase/auth.ts';
export { checkBackend } from './supabase/check.ts';
export { createProbe } from './supabase/doctor.ts';
export { createEventSender } from './supabase/events.ts';
export { createSectionMeter } from './supabase/sectionCost.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};

export interface SyncOptions {
  readonly url: string;
  readonly publishableKey: string;
  readonly credentials: CredentialSource;
  readonly attention: Attention;
  readonly log: Log;
}

/** Opens the engine on a backend; it works until disposed. Whatever fails is told by its status. */
export function createSync({ url, publishableKey, credentials, attention, log }: SyncOptions): Sync {
  const openTransport = createOpenTransport({ url, publishableKey });
  return new Engine({
    openTransport,
    credentials,
    attention,
    clock: systemClock,
    random: Math.random,
    log,
  }).start();
}
