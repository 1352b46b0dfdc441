import { createHash } from 'node:crypto';
import path from 'node:path';
import type { SecretStorage } from 'vscode';
import type { Emitter } from '../shared/emitter.ts';
import type { Profile } from './accounts/profiles.ts';
import { Session } from './accounts/session.ts';
import { PendingSignIns } from './accounts/signIn/pendingSignIns.ts';
import type { Auth } from './accounts/types.ts';
import { secretNames } from './ids.ts';
import { systemClock } from './platform/clock.ts';
import { withFileLock } from './platform/fileLock.ts';
import { secretStore } from './platform/secrets.ts';
import type { Log } from './sync/types.ts';
import { openReplicaCache } from './sync.ts';

/** What all windows share of accounts, in the secret store and on disk. Loaded with the first backend, not by activation. */

interface StoreOptions {
  readonly secrets: SecretStorage;
  /** The folder that this extension has for itself. */
  readonly storage: string;
}

export interface AccountStoresOptions extends StoreOptions {
  /** Names the backend that session, saved rows and events are of. */
  readonly backendOf: (profile: Profile) => string;
  readonly createLog: (name: string) => Log;
  readonly createEmitter: () => Emitter<void>;
}

export function openSession(options: AccountStoresOptions, profile: Profile, auth: Auth): Session {
  const { backendOf, secrets, storage, createLog, createEmitter } = options;
  const backend = backendOf(profile);
  // One for each backend: a server that does not answer holds up nobody else.
  const lockFile = path.join(storage, `refresh-${shortHash(backend)}.lock`);
  return new Session({
    store: secretStore(secrets, secretNames.session(backend)),
    auth,
    lock: (task) => withFileLock(lockFile, task),
    now: systemClock.now,
    ended: (userId) => wipeRows(storage, backend, userId),
    changed: createEmitter(),
    log: createLog('session'),
  });
}

export function openPendingSignIns({ secrets, storage }: StoreOptions): PendingSignIns {
  const lockFile = path.join(storage, 'signIn.lock');
  return new PendingSignIns({
    store: secretStore(secrets, secretNames.pendingSignIns),
    lock: (task) => withFileLock(lockFile, task),
    now: systemClock.now,
  });
}

export async function wipeRows(storage: string, backend: string, userId: string): Promise<void> {
  await openReplicaCache(path.join(storage, 'rows'), backend, userId).wipe();
}

/** For the name of a file. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
