import * as v from 'valibot';
import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import { type Problem, RunglassError } from '../../shared/status.ts';
import { describeError } from '../platform/log.ts';
import type { SecretStore } from '../platform/secrets.ts';
import type { CredentialSource, Credentials, Log } from '../sync/types.ts';

const sessionSchema = v.object({
  userId: v.string(),
  email: v.nullable(v.string()),
  accessToken: v.string(),
  refreshToken: v.string(),
  /** ms since 1970, host clock. */
  expiresAt: v.number(),
});
/** A signed-in user with both tokens, as the secret store keeps it. */
export type StoredSession = v.InferOutput<typeof sessionSchema>;

/** The part of the auth service that a session needs; both reject with `RunglassError`. */
export interface SessionAuth {
  refresh(refreshToken: string): Promise<StoredSession>;
  signOut(accessToken: string): Promise<void>;
}

export interface SessionOptions {
  readonly store: SecretStore;
  readonly auth: SessionAuth;
  /** Runs a task while no other window runs one. */
  readonly lock: <T>(task: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
  readonly changed: Emitter<void>;
  readonly log: Log;
}

/** A token is replaced this long before it expires, ms: time enough for a request that has just begun. */
export const expiryMargin = 60_000;

/** A server that does not answer must not hold up a sign-out, ms. */
const revokeTimeout = 5_000;

/**
 * The signed-in user of one backend. The secret store is the truth that all windows share: refresh tokens rotate,
 * so one window at a time refreshes (under `lock`) and the others take over what it wrote.
 */
export class Session implements CredentialSource, Disposable {
  readonly #options: SessionOptions;
  readonly #disposables = new DisposableStore();
  #session: StoredSession | null = null;
  #problem: Problem | null = null;
  #refreshing: Promise<Credentials | null> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#disposables.add(options.changed);
    this.#disposables.add(options.store.onDidChange(() => void this.#adopt()));
  }

  get account(): { readonly userId: string; readonly email: string | null } | null {
    return this.#session;
  }

  /** Why there is no account, when the server ended the session. */
  get problem(): Problem | null {
    return this.#problem;
  }

  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  /** Takes over what the secret store holds. */
  async load(): Promise<void> {
    this.#set(await this.#read());
  }

  async signIn(session: StoredSession): Promise<void> {
    await this.#options.store.write(JSON.stringify(session));
    this.#problem = null;
    this.#set(session);
  }

  /** Wipes the tokens at once and asks the server to revoke them. */
  async signOut(): Promise<void> {
    const session = this.#session;
    this.#problem = null;
    await this.#options.store.remove();
    this.#set(null);
    if (!session) return;
    const revoked = this.#options.auth.signOut(session.accessToken);
    const late = new Promise<void>((resolve) => setTimeout(resolve, revokeTimeout).unref());
    try {
      await Promise.race([revoked, late]);
    } catch (error) {
      this.#options.log.warn(`The server did not revoke the session: ${describeError(error)}`);
    }
  }

  async get({ force = false }: { readonly force?: boolean } = {}): Promise<Credentials | null> {
    if (this.#refreshing) return this.#refreshing;
    const session = this.#session;
    if (!session || this.#disposables.isDisposed) return null;
    if (!force && session.expiresAt - this.#options.now() > expiryMargin) return session;
    this.#refreshing = this.#options
      .lock(() => this.#refresh(session))
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#session = null;
  }

  async #refresh(stale: StoredSession): Promise<Credentials | null> {
    const stored = await this.#read();
    // Another window has refreshed, or signed out, while we waited for the lock.
    if (stored?.accessToken !== stale.accessToken) return this.#set(stored);
    try {
      const fresh = await this.#options.auth.refresh(stored.refreshToken);
      const latest = await this.#read();
      if (latest?.accessToken !== stored.accessToken) return this.#set(latest);
      await this.#options.store.write(JSON.stringify(fresh));
      return this.#set(fresh);
    } catch (error) {
      if (!(error instanceof RunglassError) || !endsSession(error.problem)) throw error;
      // Another window took us for dead, and used the refresh token up.
      const latest = await this.#read();
      if (latest && latest.accessToken !== stored.accessToken) return this.#set(latest);
      this.#options.log.warn(`The session has ended: ${describeError(error)}`);
      this.#problem = { reason: 'sessionExpired', detail: error.problem.detail };
      await this.#options.store.remove();
      return this.#set(null);
    }
  }

  async #adopt(): Promise<void> {
    try {
      this.#set(await this.#read());
    } catch (error) {
      this.#options.log.warn(`The secret store cannot be read: ${describeError(error)}`);
    }
  }

  async #read(): Promise<StoredSession | null> {
    const text = await this.#options.store.read();
    if (text === null) return null;
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), sessionSchema), text);
    if (!result.success) this.#options.log.warn('The stored session is unreadable; sign in again.');
    return result.success ? result.output : null;
  }

  #set(session: StoredSession | null): StoredSession | null {
    if (this.#disposables.isDisposed) return null;
    const changed = session?.accessToken !== this.#session?.accessToken;
    this.#session = session;
    if (session) this.#problem = null;
    if (changed) this.#options.changed.fire();
    return session;
  }
}

function endsSession(problem: Problem): boolean {
  return problem.reason === 'sessionExpired' || problem.reason === 'badCredentials';
}
