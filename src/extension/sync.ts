import { ReplicaFile } from './platform/replicaFile.ts';
import { createOpenTransport } from './supabase/transport.ts';
import { Engine } from './sync/engine.ts';
import { savedFormat } from './sync/savedReplica.ts';
import type { Attention, Clock, CredentialSource, Log, ReplicaCache, Sync } from './sync/types.ts';

export { AuthClient, type Session } from './supabase/auth.ts';
export { createProbe } from './supabase/doctor.ts';
export { createEventSender } from './supabase/events.ts';
export { createModelAccess } from './supabase/models.ts';
export { createProjectAccess } from './supabase/projects.ts';
export { createRunAccess } from './supabase/runs.ts';
export { createSectionMeter } from './supabase/sectionCost.ts';
export { createTimelineReader } from './supabase/timeline.ts';

/** That of platform/clock.ts, which would have to be a file of its own that activation loads if it were shared. */
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
  /** Where the rows of this user are kept for the next start. */
  readonly saved?: { readonly userId: string; readonly cache: ReplicaCache };
}

/** Opens the engine on a backend; it works until disposed. Whatever fails is told by its status. */
export function createSync({ url, publishableKey, ...options }: SyncOptions): Sync {
  const openTransport = createOpenTransport({ url, publishableKey });
  return new Engine({ ...options, openTransport, clock: systemClock, random: Math.random }).start();
}

/** The rows of `userId` on `backend`, as this version reads them, in a file of `folder`. */
export function openReplicaCache(folder: string, backend: string, userId: string): ReplicaCache {
  return new ReplicaFile(folder, `${backend} ${userId} ${savedFormat}`);
}
