import { type Disposable, toDisposable } from '../../../shared/disposable.ts';
import { RunglassError } from '../../../shared/status.ts';
import { sameSecret } from '../../platform/randomSecret.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { StoredSession } from '../session.ts';
import { type Answer, readPasted } from './callback.ts';
import type { PendingSignIn, PendingSignIns } from './pendingSignIns.ts';
import { challengeOf } from './pkce.ts';

/** The part of the auth service that takes what a browser or a mail came with; all reject with `RunglassError`. */
export interface BrowserAuth {
  sendCode(email: string, challenge: ChallengeOfSignIn): Promise<void>;
  verifyCode(email: string, code: string): Promise<StoredSession>;
  verifyLink(type: string, tokenHash: string): Promise<StoredSession>;
  authorize(provider: string, challenge: ChallengeOfSignIn): Promise<string>;
  redeem(answer: Answer, verifier: string): Promise<StoredSession>;
  signOut(accessToken: string): Promise<void>;
}

interface ChallengeOfSignIn {
  readonly redirectTo: string;
  readonly challenge: string;
}

export interface BrowserSignInOptions {
  readonly profile: RemoteProfile;
  readonly auth: BrowserAuth;
  readonly pending: PendingSignIns;
  /** The address by which a browser comes back to this VS Code, wherever it runs. */
  readonly callbackAddress: (state: string) => Promise<string>;
}

/** One sign-in that goes on in a browser or by mail, until it comes back or is pasted. */
export class BrowserSignIn implements Disposable {
  readonly #options: BrowserSignInOptions;
  #pending: PendingSignIn | null = null;
  /** What the server is told of it; null once a browser has come back. */
  #challenge: ChallengeOfSignIn | null = null;
  #page: string | null = null;
  #waiting: Disposable | null = null;
  #onSession: ((session: Promise<StoredSession>) => void) | null = null;
  /** Came before anybody listened. */
  #early: Promise<StoredSession> | null = null;

  constructor(options: BrowserSignInOptions) {
    this.#options = options;
  }

  /** Has a mail sent with a code and a link; the link of an earlier one to the same address goes on being waited for. */
  async mail(email: string): Promise<void> {
    const same = this.#pending?.email === email && (await this.#isOpen()) ? this.#challenge : null;
    await this.#options.auth.sendCode(email, same ?? (await this.#begin(email)));
  }

  /** The page of `provider` to open in a browser: the same one until a browser has come back from it, or it is too old. */
  async authorize(provider: string): Promise<string> {
    if (!(await this.#isOpen())) this.#page = null;
    this.#page ??= await this.#options.auth.authorize(provider, await this.#begin(null));
    return this.#page;
  }

  /** Calls `onSession` when the browser comes back, or has done so already. */
  listen(onSession: (session: Promise<StoredSession>) => void): Disposable {
    this.#onSession = onSession;
    const early = this.#early;
    this.#early = null;
    if (early) onSession(early);
    return toDisposable(() => {
      this.#onSession = null;
    });
  }

  /** A session for what the user pasted or typed; rejects with `RunglassError`, null for what is nothing of the kind. */
  async take(text: string): Promise<StoredSession | null> {
    const { auth } = this.#options;
    const pending = this.#pending;
    const pasted = readPasted(text);
    if (!pasted || !pending) return null;
    const { email } = pending;
    switch (pasted.kind) {
      case 'digits':
        return email === null ? null : await auth.verifyCode(email, pasted.digits);
      case 'link':
        return await ofAccount(await auth.verifyLink(pasted.type, pasted.tokenHash), email, auth);
      case 'answer':
        if (pasted.state !== null && !sameSecret(pasted.state, pending.state))
          throw new RunglassError({
            reason: 'signInRefused',
            why: 'stale',
            detail: 'The address is of another sign-in.',
          });
        return await redeem(pending, pasted.answer, auth);
      default:
        return pasted satisfies never;
    }
  }

  /** A browser may come back to it. */
  get isWaiting(): boolean {
    return this.#challenge !== null;
  }

  /** Nobody here waits any more: the window that the browser comes back to goes on with it. */
  leave(): void {
    this.#onSession = null;
    this.#waiting?.dispose();
    this.#pending = null;
  }

  /** Ends it, unless it was left: a browser that comes back later changes nothing. */
  dispose(): void {
    this.#onSession = null;
    void this.#forget();
  }

  async #begin(email: string | null): Promise<ChallengeOfSignIn> {
    const { pending, profile, auth, callbackAddress } = this.#options;
    await this.#forget();
    const begun = await pending.begin(profile, email);
    this.#pending = begun;
    this.#waiting = pending.await(begun.state, (answer) => this.#cameBack(redeem(begun, answer, auth)));
    this.#challenge = {
      redirectTo: await callbackAddress(begun.state),
      challenge: challengeOf(begun.verifier),
    };
    return this.#challenge;
  }

  async #isOpen(): Promise<boolean> {
    return this.#pending !== null && (await this.#options.pending.isOpen(this.#pending.state));
  }

  #cameBack(session: Promise<StoredSession>): void {
    this.#challenge = null;
    this.#page = null;
    // Whoever listens next hears of it, and of its failure.
    session.catch(() => {});
    if (this.#onSession) this.#onSession(session);
    else this.#early = session;
  }

  async #forget(): Promise<void> {
    const former = this.#pending;
    this.#waiting?.dispose();
    this.#pending = null;
    this.#waiting = null;
    this.#challenge = null;
    this.#page = null;
    this.#early = null;
    if (former) await this.#options.pending.take(former.state);
  }
}

/** A session for what a browser came back with; rejects with `RunglassError`. */
export async function redeem(
  { verifier, email }: PendingSignIn,
  answer: Answer,
  auth: BrowserAuth,
): Promise<StoredSession> {
  return ofAccount(await auth.redeem(answer, verifier), email, auth);
}

/** Nobody is to be signed in to an account that somebody else sent a link for. */
async function ofAccount(
  session: StoredSession,
  email: string | null,
  auth: BrowserAuth,
): Promise<StoredSession> {
  if (email === null || session.email?.toLowerCase() === email.toLowerCase()) return session;
  await auth.signOut(session.accessToken).catch(() => {});
  throw new RunglassError({
    reason: 'signInRefused',
    why: 'otherAccount',
    detail: 'The link is of another account.',
  });
}
