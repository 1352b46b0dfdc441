import { type Disposable, DisposableStore, toDisposable } from '../../shared/disposable.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import { clearsUp, type Problem, RunglassError } from '../../shared/status.ts';
import { describeError } from '../platform/log.ts';
import { problemOf } from '../platform/problem.ts';
import type { Clock, Log } from '../sync/types.ts';
import {
  backendId,
  type EmbeddedProfile,
  type Profile,
  type Profiles,
  type RemoteProfile,
} from './profiles.ts';
import type { StoredSession } from './session.ts';
import type {
  Account,
  Auth,
  ConnectedSession,
  ConnectionState,
  Endpoint,
  Local,
  LocalEndpoint,
  LocalUser,
} from './types.ts';

export interface ConnectionOptions {
  readonly profiles: Profiles;
  readonly openLocal: () => Promise<Local>;
  /** Loads what talks to a backend; the first call loads supabase-js. */
  readonly openAuth: (endpoint: Endpoint) => Promise<Auth>;
  readonly openSession: (profile: Profile, auth: Auth) => Promise<ConnectedSession>;
  /** Somebody is signed in: starts whatever works for them, and returns how to stop it. */
  readonly attach: (
    endpoint: Endpoint,
    profile: Profile,
    session: ConnectedSession,
  ) => Promise<(account: Account) => Disposable>;
  /** Removes what is kept here of an account that is not the one of the moment. */
  readonly wipe: (profile: Profile, account: Account) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly changed: Emitter<void>;
}

/** The local backend is started again after these pauses, ms; then the user is asked. */
const restartPauses = [500, 2_000, 10_000] as const;
/** What keeps the local backend from starting may pass by itself; it is looked at again after so long, ms. */
const lookAgainAfter = 15_000;
/** A backend that ran this long may be started again from the first pause, ms. */
const steadyAfter = 60_000;

/**
 * Leads from the chosen profile to a signed-in account, and back.
 *
 *   none -- choose --> starting --> ready <--> signedOut
 *                         |           |
 *                         +-> failed <+  the local backend exits: starting again, three times, and again
 *                                        whenever what keeps it from starting may have passed
 *
 * Every attempt owns a scope; what an older attempt still awaits finds its scope disposed and has no effect.
 */
export class Connection implements Disposable {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { kind: 'none' };
  #scope = new DisposableStore();
  #session: ConnectedSession | null = null;
  #opening: Promise<void> | null = null;
  /** Where the local backend of this scope was found. */
  #local: LocalEndpoint | null = null;
  #startedAt = 0;
  #restarts = 0;
  #disposed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  /** Where the chosen backend answers; null while none is chosen and while the local one does not run. */
  get endpoint(): Endpoint | null {
    if (this.#state.kind === 'none') return null;
    const { profile } = this.#state;
    return profile.kind === 'remote' ? profile : this.#local;
  }

  /** How to sign in to the local backend, which answers on this machine only; null while it is not chosen and running. */
  get localUser(): LocalUser | null {
    return this.#local?.user ?? null;
  }

  /** Of the chosen backend, with or without an account in it; null before it has been read. */
  get session(): ConnectedSession | null {
    return this.#session;
  }

  /** Connects to the remembered profile; settles when it is ready, signed out or failed, and never rejects. */
  async open(): Promise<void> {
    this.#restarts = 0;
    this.#opening = this.#open();
    await this.#opening;
  }

  /** Waits until connecting has come to an end, whichever. */
  async settled(): Promise<void> {
    const { event } = this.#options.changed;
    while (this.#state.kind === 'starting' && !this.#disposed)
      await new Promise<void>((resolve) => {
        const listening = event(() => {
          listening.dispose();
          resolve();
        });
      });
  }

  /** Makes `profile` the chosen one and connects to it. */
  async choose(profile: Profile): Promise<void> {
    await this.#options.profiles.choose(profile);
    await this.open();
  }

  /** Chooses the embedded backend, unless that is under way or done. */
  async chooseEmbedded(): Promise<void> {
    const state = this.#state;
    // Not what is shown, which is behind what was chosen last.
    const embedded = this.#options.profiles.current?.kind === 'embedded';
    if (embedded && state.kind === 'starting' && this.#opening) return await this.#opening;
    if (embedded && state.kind === 'ready') return;
    await this.choose({ kind: 'embedded', signedOut: false });
  }

  /** Stores `session` for `profile`, which becomes the chosen one, and connects. */
  async signIn(profile: RemoteProfile, session: StoredSession): Promise<void> {
    const stored = await this.openSession(profile);
    await stored.replaceWith(session).finally(() => stored.dispose());
    await this.choose(profile);
  }

  /** Wipes and revokes the session; false when the server could not be told. The embedded backend is let go of as well. */
  async signOut(): Promise<boolean> {
    const state = this.#state;
    if (state.kind === 'none') return true;
    const session = this.#session;
    const scope = this.#scope;
    const { profile } = state;
    if (profile.kind === 'embedded') await this.#options.profiles.choose({ ...profile, signedOut: true });
    const told = (await session?.signOut()) ?? true;
    if (profile.kind === 'embedded' && scope === this.#scope) await this.open();
    return told;
  }

  /** Signs out of any backend, and wipes what is kept of its account; false when the server could not be told. */
  async signOutOf(profile: Profile): Promise<boolean> {
    const state = this.#state;
    const isChosen = state.kind !== 'none' && backendId(state.profile) === backendId(profile);
    if (isChosen && (this.#session || profile.kind === 'embedded')) return await this.signOut();
    const stored = await this.openSession(profile);
    try {
      await stored.load();
      const { account } = stored;
      const told = await stored.signOut();
      if (account) await this.#options.wipe(profile, account);
      return told;
    } finally {
      stored.dispose();
    }
  }

  /** The session that is kept for a backend, chosen or not; for the caller to dispose. */
  async openSession(profile: Profile): Promise<ConnectedSession> {
    const endpoint = profile.kind === 'remote' ? profile : this.#local;
    if (!endpoint) throw new RunglassError({ reason: 'backendFailed', detail: 'It does not run.' });
    return await this.#options.openSession(profile, await this.#options.openAuth(endpoint));
  }

  /** Notices a session that was ended elsewhere; the local backend's is ours alone. Never rejects. */
  async checkSession(options?: { readonly force?: boolean }): Promise<void> {
    const state = this.#state;
    if (state.kind === 'ready' && state.profile.kind === 'remote') await this.#session?.check(options);
  }

  /** Says a backend's name as it is by now. */
  renamed(): void {
    this.#set(this.#state);
  }

  dispose(): void {
    this.#disposed = true;
    this.#scope.dispose();
    this.#options.changed.dispose();
  }

  async #open(): Promise<void> {
    const scope = this.#newScope();
    const { profiles } = this.#options;
    const profile = profiles.current;
    if (this.#disposed) return;
    if (!profile) return this.#set({ kind: 'none' });
    this.#remember(profiles.stay(profile));
    if (profile.kind === 'embedded' && profile.signedOut)
      return this.#set({ kind: 'signedOut', profile, problem: null });
    this.#set({ kind: 'starting', profile });
    try {
      if (profile.kind === 'remote') return await this.#signIn(profile, profile, null, scope);
      const backend = await this.#openLocal(profile, scope);
      const local = await this.#startLocal(profile, scope, backend);
      // Disposed while it was starting: what has come up since goes as well.
      if (scope.isDisposed) return backend.dispose();
      if (!local) return;
      this.#startedAt = this.#options.clock.now();
      this.#local = local;
      await this.#signIn(profile, local, local.user, scope);
    } catch (error) {
      if (!scope.isDisposed) this.#fail(profile, error);
    }
  }

  async #signIn(profile: Profile, endpoint: Endpoint, user: LocalUser | null, scope: DisposableStore) {
    const auth = await this.#options.openAuth(endpoint);
    const session = scope.add(await this.#options.openSession(profile, auth));
    const attach = await this.#options.attach(endpoint, profile, session);
    await session.load();
    const renew = user && (() => signInLocal(session, auth, user));
    if (!scope.isDisposed) await renew?.();
    if (scope.isDisposed) return;
    this.#session = session;
    // Another window's write may have lost it.
    if (session.account && profile.kind === 'remote') this.#remember(this.#options.profiles.save(profile));
    this.#follow(profile, session, attach, scope, renew);
    void this.checkSession();
  }

  async #openLocal(profile: EmbeddedProfile, scope: DisposableStore): Promise<Local> {
    const backend = scope.add(await this.#options.openLocal());
    scope.add(backend.onDidExit(() => this.#restart(profile, scope, backend)));
    return backend;
  }

  #follow(
    profile: Profile,
    session: ConnectedSession,
    attach: (account: Account) => Disposable,
    scope: DisposableStore,
    renew: (() => Promise<void>) | null,
  ): void {
    let attached: { readonly userId: string; readonly stop: Disposable } | null = null;
    const follow = () => {
      const { account, problem } = session;
      if (attached && attached.userId !== account?.userId) {
        attached.stop.dispose();
        attached = null;
      }
      if (account && !attached) attached = { userId: account.userId, stop: attach(account) };
      if (account) this.#set({ kind: 'ready', profile, account });
      else if (renew && problem) this.#renew(profile, scope, renew);
      else this.#set({ kind: 'signedOut', profile, problem });
    };
    scope.add(session.onDidChange(follow));
    scope.add(toDisposable(() => attached?.stop.dispose()));
    follow();
  }

  #renew(profile: Profile, scope: DisposableStore, renew: () => Promise<void>): void {
    this.#set({ kind: 'starting', profile });
    renew().catch((error: unknown) => {
      if (!scope.isDisposed) this.#fail(profile, error);
    });
  }

  /** Whoever is signed in stays so meanwhile: the engine shows what it has, and says that it is offline. */
  #restart(profile: EmbeddedProfile, scope: DisposableStore, backend: Local): void {
    const { clock, log } = this.#options;
    if (scope.isDisposed) return;
    if (clock.now() - this.#startedAt > steadyAfter) this.#restarts = 0;
    const pause = restartPauses[this.#restarts];
    if (pause === undefined) {
      const detail = `The local backend ended ${restartPauses.length + 1} times.`;
      const problem: Problem = { reason: 'backendFailed', detail };
      log.error(detail);
      this.#set({ kind: 'failed', profile, problem });
      return;
    }
    this.#restarts += 1;
    log.warn(`The local backend has ended; starting it again in ${pause} ms.`);
    // Without a session yet, what is under way is going to fail and begins anew instead.
    if (this.#session) this.#startLater(profile, scope, backend, pause);
    else this.#newScope().add(clock.setTimeout(() => void this.#open(), pause));
  }

  #startLater(profile: EmbeddedProfile, scope: DisposableStore, backend: Local, pause: number): void {
    const timer = scope.add(
      this.#options.clock.setTimeout(() => {
        // It may go on like this for days.
        scope.delete(timer);
        void this.#startAgain(profile, scope, backend);
      }, pause),
    );
  }

  async #startAgain(profile: EmbeddedProfile, scope: DisposableStore, backend: Local): Promise<void> {
    const local = await this.#startLocal(profile, scope, backend);
    if (!local || scope.isDisposed) return;
    this.#startedAt = this.#options.clock.now();
    const same = local.url === this.#local?.url && local.publishableKey === this.#local.publishableKey;
    if (!same || this.#state.kind === 'failed') await this.#open();
  }

  /** Null when it does not start: what is shown stays, with the reason, until it does. */
  async #startLocal(profile: EmbeddedProfile, scope: DisposableStore, backend: Local) {
    try {
      return await backend.start((step) => {
        if (!scope.isDisposed && this.#state.kind === 'starting')
          this.#set({ kind: 'starting', profile, step });
      });
    } catch (error) {
      if (scope.isDisposed) return null;
      const problem = problemOf(error);
      const isKnown = this.#state.kind === 'failed' && this.#state.problem.reason === problem.reason;
      if (!isKnown) this.#options.log.error(`The local backend does not start: ${describeError(error)}`);
      if (clearsUp(problem.reason)) this.#startLater(profile, scope, backend, lookAgainAfter);
      this.#set({ kind: 'failed', profile, problem });
      return null;
    }
  }

  #fail(profile: Profile, error: unknown): void {
    this.#options.log.error(`Connecting failed: ${describeError(error)}`);
    this.#newScope();
    this.#set({ kind: 'failed', profile, problem: problemOf(error) });
  }

  /** Ends what the previous scope held; what still runs for it sees that it is disposed. */
  #newScope(): DisposableStore {
    this.#scope.dispose();
    this.#session = null;
    this.#local = null;
    const scope = new DisposableStore();
    if (this.#disposed) scope.dispose();
    else this.#scope = scope;
    return scope;
  }

  #remember(written: Promise<void>): void {
    written.catch((error: unknown) =>
      this.#options.log.warn(`The backend could not be remembered: ${describeError(error)}`),
    );
  }

  #set(state: ConnectionState): void {
    const { profiles, changed } = this.#options;
    this.#state = state.kind === 'none' ? state : { ...state, profile: profiles.latest(state.profile) };
    changed.fire();
  }
}

/** The account of the embedded backend is ours to keep signed in: its data may have been replaced meanwhile. */
async function signInLocal(session: ConnectedSession, auth: Auth, user: LocalUser): Promise<void> {
  const valid = session.account?.email === user.email ? await session.get().catch(() => null) : null;
  if (!valid) await session.signIn(await auth.signInWithPassword(user.email, user.password));
}
