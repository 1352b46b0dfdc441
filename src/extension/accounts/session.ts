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

/** In place of a session that the server has ended: all windows are to say so, also those that open later. */
const endedSchema = v.object({ ended: v.string() });

/** What the secret store holds, read. */
interface Kept {
  readonly session: StoredSession | null;
  /** Why there is none, when the server ended it. */
  readonly problem: Problem | null;
}

const nothingKept: Kept = { session: null, problem: null };

/** The part of the auth service that a session needs; all reject with `RunglassError`. */
export interface SessionAuth {
  refresh(refreshToken: string): Promise<StoredSession>;
  /** Rejects with `sessionExpired` when the server does not know the session any more. */
  check(accessToken: string): Promise<void>;
  signOut(accessToken: string): Promise<void>;
}

export interface SessionOptions {
  readonly store: SecretStore;
  readonly auth: SessionAuth;
  /** Runs a task while no other window runs one. */
  readonly lock: <T>(task: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
  /** The server has ended the session of a user: no row of theirs is to be kept. */
  readonly ended: (userId: string) => Promise<void>;
  readonly changed: Emitter<void>;
  readonly log: Log;
}

/** A token is replaced this long before it expires, ms: time enough for a request that has just begun. */
export const expiryMargin = 60_000;

/** A server that does not answer must not hold up a sign-out, ms. */
const revokeTimeout = 5_000;

/** The server is not asked more often than this whether it still knows the session, ms. */
const checkPause = 300_000;

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
  /** When the server was last seen to know the session, or asked. */
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#disposables.add(options.changed);
    this.#disposables.add(options.store.onDidChange(() => void this.#adopt()));
  }

  get account(): { readonly userId: string; readonly email: string | null } | null {
    return this.#session;
  }

  /** As it was read last, fresh or not; nobody is asked. */
  get stored(): Credentials | null {
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
    this.#checkedAt = this.#options.now();
    this.#set({ session, problem: null });
  }

  /** As `signIn`; the session that was kept before, which nobody could end any more, ends on the server as well. */
  async replaceWith(session: StoredSession): Promise<void> {
    const former = (await this.#read()).session;
    await this.signIn(session);
    if (former) void this.#revoke(former);
  }

  /**
   * Wipes the tokens at once and asks the server to revoke them; false when it did not within 5 s. No token is kept to
   * try that again later: signing out leaves none on this machine.
   */
  async signOut(): Promise<boolean> {
    // Not the one of this window: another one may have renewed it, of which VS Code in a browser tells nobody.
    const session = (await this.#read()).session ?? this.#session;
    await this.#options.store.remove();
    this.#set(nothingKept);
    if (!session) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), revokeTimeout);
    });
    return await Promise.race([this.#revoke(session), late]).finally(() => clearTimeout(timer));
  }

  /**
   * Asks the server whether it still knows the session, which may have been ended elsewhere while the token looks valid:
   * at most every five minutes, unless `force`. What ends it is told as a change. Never rejects.
   */
  async check({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const { now, auth, log } = this.#options;
    if (!this.#session || (!force && Math.abs(now() - this.#checkedAt) < checkPause)) return;
    this.#checkedAt = now();
    try {
      const credentials = await this.get();
      if (credentials) await auth.check(credentials.accessToken);
    } catch (error) {
      if (!(error instanceof RunglassError) || !endsSession(error.problem))
        return log.debug(`The session could not be checked: ${describeError(error)}`);
      // The refresh says whether it is the token or the session that the server does not take.
      await this.get({ force: true }).catch((failure: unknown) =>
        log.warn(`The session could not be renewed: ${describeError(failure)}`),
      );
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

  /** The server takes no token that has expired, not even to end its session. */
  async #revoke({ accessToken, refreshToken, expiresAt }: StoredSession): Promise<boolean> {
    const { auth, now, log } = this.#options;
    const renewed = async () => (await auth.refresh(refreshToken)).accessToken;
    try {
      await auth.signOut(expiresAt > now() ? accessToken : await renewed());
      return true;
    } catch (error) {
      // Ended elsewhere before.
      if (error instanceof RunglassError && endsSession(error.problem)) return true;
      log.warn(`The server did not revoke the session: ${describeError(error)}`);
      return false;
    }
  }

  async #refresh(stale: StoredSession): Promise<Credentials | null> {
    const kept = await this.#read();
    // Another window has refreshed, or signed out, while we waited for the lock.
    if (kept.session?.accessToken !== stale.accessToken) return this.#set(kept);
    const stored = kept.session;
    try {
      const session = await this.#options.auth.refresh(stored.refreshToken);
      const latest = await this.#read();
      if (latest.session?.accessToken !== stored.accessToken) return this.#set(latest);
      await this.#options.store.write(JSON.stringify(session));
      this.#checkedAt = this.#options.now();
      return this.#set({ session, problem: null });
    } catch (error) {
      if (!(error instanceof RunglassError) || !endsSession(error.problem)) throw error;
      // Another window took us for dead, and used the refresh token up.
      const latest = await this.#read();
      if (latest.session?.accessToken !== stored.accessToken) return this.#set(latest);
      this.#options.log.warn(`The session has ended: ${describeError(error)}`);
      const { detail } = error.problem;
      await this.#options.store.write(JSON.stringify({ ended: detail }));
      this.#set({ session: null, problem: { reason: 'sessionExpired', detail } });
      await this.#options
        .ended(stored.userId)
        .catch((failure: unknown) => this.#options.log.warn(`Saved rows stay: ${describeError(failure)}`));
      return null;
    }
  }

  async #adopt(): Promise<void> {
    try {
      this.#set(await this.#read());
    } catch (error) {
      this.#options.log.warn(`The secret store cannot be read: ${describeError(error)}`);
    }
  }

  async #read(): Promise<Kept> {
    const text = await this.#options.store.read();
    if (text === null) return nothingKept;
    const schema = v.pipe(v.string(), v.parseJson(), v.union([sessionSchema, endedSchema]));
    const { success, output } = v.safeParse(schema, text);
    if (!success) {
      this.#options.log.warn('The stored session is unreadable; sign in again.');
      return nothingKept;
    }
    return 'ended' in output
      ? { session: null, problem: { reason: 'sessionExpired', detail: output.ended } }
      : { session: output, problem: null };
  }

  #set({ session, problem }: Kept): StoredSession | null {
    if (this.#disposables.isDisposed) return null;
    const changed =
      session?.accessToken !== this.#session?.accessToken || problem?.detail !== this.#problem?.detail;
    this.#session = session;
    this.#problem = problem;
    if (changed) this.#options.changed.fire();
    return session;
  }
}

function endsSession(problem: Problem): boolean {
  return problem.reason === 'sessionExpired' || problem.reason === 'badCredentials';
}
