import type { Disposable } from '../../shared/disposable.ts';
import type { Problem } from '../../shared/status.ts';
import type { CredentialSource, Credentials } from '../sync/types.ts';
import type { Profile } from './profiles.ts';
import type { SessionAuth, StoredSession } from './session.ts';

/** How the chosen backend stands, apart from the freshness of its rows, which the engine tells. */
export type ConnectionState =
  | { readonly kind: 'none' }
  /** A local backend that has to be started is at `step`. */
  | { readonly kind: 'starting'; readonly profile: Profile; readonly step?: LocalStep }
  | { readonly kind: 'signedOut'; readonly profile: Profile; readonly problem: Problem | null }
  | { readonly kind: 'ready'; readonly profile: Profile; readonly account: Account }
  | { readonly kind: 'failed'; readonly profile: Profile; readonly problem: Problem };

export interface Account {
  readonly userId: string;
  readonly email: string | null;
}

export interface Endpoint {
  readonly url: string;
  readonly publishableKey: string;
}

/** What of the migrations is in a database: all, some, or nothing that anybody may know of. */
export type Schema =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly missing: readonly string[] }
  | { readonly kind: 'none' };

/** How the only user of the local backend signs in. */
export interface LocalUser {
  readonly email: string;
  readonly password: string;
}

export interface LocalEndpoint extends Endpoint {
  readonly user: LocalUser;
}

/** A first start unpacks a database, later ones only open it. */
export type LocalStep = 'unpacking' | 'opening';

/** The part of a `LocalBackend` that is needed here. */
export interface Local extends Disposable {
  /** Starts the process, which `onStep` hears of, or attaches to a running one; rejects with `RunglassError`. */
  start(onStep?: (step: LocalStep) => void): Promise<LocalEndpoint>;
  /** The process has ended, or cannot be reached any more, without being asked to. */
  readonly onDidExit: (listener: () => void) => Disposable;
}

export interface Auth extends SessionAuth {
  signInWithPassword(email: string, password: string): Promise<StoredSession>;
}

/** A `Session` as the connection sees it. */
export interface ConnectedSession extends CredentialSource, Disposable {
  readonly account: Account | null;
  /** As it was read last, fresh or not; nobody is asked. */
  readonly stored: Credentials | null;
  readonly problem: Problem | null;
  load(): Promise<void>;
  signIn(session: StoredSession): Promise<void>;
  /** As `signIn`; the session that was kept before ends on the server as well. */
  replaceWith(session: StoredSession): Promise<void>;
  /** False when the server could not be told. */
  signOut(): Promise<boolean>;
  /** Notices a session that was ended elsewhere. */
  check(options?: { readonly force?: boolean }): Promise<void>;
}
