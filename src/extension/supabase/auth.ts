import * as v from 'valibot';
import { RunglassError, type SignInRefusal } from '../../shared/status.ts';
import type { Backend } from './client.ts';
import { problemOfCallback, problemOfFailure, problemOfResponse, wasReset } from './errors.ts';
import { createFetch, parseBackendUrl } from './http.ts';

/** A signed-in user. */
export interface Session {
  readonly userId: string;
  readonly email: string | null;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ms since 1970, host clock. */
  readonly expiresAt: number;
}

/** Where a sign-in in a browser comes back to, and what only the one who asked can redeem its code with (RFC 7636). */
export interface CodeChallenge {
  readonly redirectTo: string;
  /** S256 of the verifier, base64url. */
  readonly challenge: string;
}

/** What a browser came back with. */
export type CodeAnswer =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly error: string; readonly code: string; readonly detail: string };

/** The ways to sign in that a server has switched on. */
export interface SignInWays {
  readonly email: boolean;
  /** As the server names them: `github`. */
  readonly providers: readonly string[];
}

const tokenSchema = v.object({
  access_token: v.string(),
  refresh_token: v.string(),
  /** Seconds from now; the date in the answer would be by the server's clock. */
  expires_in: v.number(),
  user: v.object({ id: v.string(), email: v.nullish(v.string()) }),
});

const settingsSchema = v.object({ external: v.record(v.string(), v.unknown()) });

/** Listed among the providers, but not signed in with in a browser. */
const noProviders = new Set(['email', 'phone', 'anonymous_users']);

/** What is asked of the server to sign in, and so what a refusal that has no name means. */
type Question = 'password' | 'refresh' | 'code' | 'provider' | 'exchange' | 'user';

/** A redirect must come within this, ms. */
const patience = 10_000;

/**
 * Sign-in, renewal and sign-out over the Auth API. Not supabase-js's own client: that one repeats a renewal for up
 * to 30 s, and a refresh token that rotates on a request nobody waits for any more is lost.
 */
export class AuthClient {
  readonly #url: string;
  readonly #key: string;
  readonly #fetch = createFetch();

  /** Throws `badUrl`. */
  constructor({ url, publishableKey }: Backend) {
    this.#url = `${parseBackendUrl(url)}/auth/v1`;
    this.#key = publishableKey;
  }

  /** What a server says that it offers; e-mail alone where it does not say. Never rejects. */
  async ways(): Promise<SignInWays> {
    try {
      const answer = await twice(() => this.#send('/settings', this.#key));
      const { external } = await this.#read(answer, settingsSchema);
      const on = Object.keys(external).filter((name) => external[name] === true);
      return { email: on.includes('email'), providers: on.filter((name) => !noProviders.has(name)) };
    } catch {
      return { email: true, providers: [] };
    }
  }

  /** Rejects with `badCredentials`, `badKey`, `signInRefused`, `tooMany`, `unreachable`, `timeout`, `server`. */
  signInWithPassword(email: string, password: string): Promise<Session> {
    return this.#session('password', '/token?grant_type=password', { email, password });
  }

  /** A new session for a refresh token, which is used up; rejects with `sessionExpired` when it is not valid. */
  refresh(refreshToken: string): Promise<Session> {
    return this.#session('refresh', '/token?grant_type=refresh_token', { refresh_token: refreshToken });
  }

  /** Has a mail sent with a code and a link; to an address without an account it rejects with `signInRefused`. */
  async sendCode(email: string, { redirectTo, challenge }: CodeChallenge): Promise<void> {
    const path = `/otp?${new URLSearchParams({ redirect_to: redirectTo })}`;
    const method = { code_challenge: challenge, code_challenge_method: 's256' };
    await this.#post(path, this.#key, { email, create_user: false, ...method });
  }

  /** The code of a mail; rejects with `signInRefused` when it is wrong. */
  async verifyCode(email: string, token: string): Promise<Session> {
    try {
      return await this.#session('code', '/verify', { type: 'email', email, token });
    } catch (error) {
      // Supabase Lite, and servers of before 2023, know the code by its former name only.
      if (!(error instanceof RunglassError) || !isUnknownType(error)) throw error;
      return this.#session('code', '/verify', { type: 'magiclink', email, token });
    }
  }

  /** What is in the link of a mail, which need not be opened for that. */
  verifyLink(type: string, tokenHash: string): Promise<Session> {
    return this.#session('code', '/verify', { type, token_hash: tokenHash });
  }

  /**
   * The page of `provider`, which leads to `redirectTo` with a code. The server is asked here and not by the browser: what
   * it refuses is told in the form, and VS Code, which takes an address apart when it forwards a port for it, has no
   * address within another one to spoil.
   */
  async authorize(provider: string, { redirectTo, challenge }: CodeChallenge): Promise<string> {
    const query = { provider, redirect_to: redirectTo, code_challenge: challenge };
    const path = `/authorize?${new URLSearchParams({ ...query, code_challenge_method: 's256' })}`;
    try {
      const page = await twice(() => this.#askWhereTo(path));
      // Only pages: whoever runs a server is not to start programs here.
      if (page && /^https?:$/.test(page.protocol)) return page.href;
      throw new RunglassError({ reason: 'server', status: 302, detail: 'It led to no page of a provider.' });
    } catch (error) {
      throw readRefusal(error, 'provider');
    }
  }

  /** Redeems what a browser came back with; rejects with `signInRefused` when that is a refusal, or not ours. */
  async redeem(answer: CodeAnswer, verifier: string): Promise<Session> {
    if (answer.kind === 'refused')
      throw new RunglassError(problemOfCallback(answer.error, answer.code, answer.detail));
    const body = { auth_code: answer.code, code_verifier: verifier };
    return this.#session('exchange', '/token?grant_type=pkce', body);
  }

  /** Asks whether the server still knows the session of a token; rejects with `sessionExpired` when it does not. */
  async check(accessToken: string): Promise<void> {
    try {
      await twice(() => this.#send('/user', accessToken));
    } catch (error) {
      throw readRefusal(error, 'user');
    }
  }

  /** Ends this session on the server, not those of other devices. */
  async signOut(accessToken: string): Promise<void> {
    await this.#post('/logout?scope=local', accessToken, {});
  }

  /** Where an answer redirects to; rejects with `RunglassError` when it does not. */
  async #askWhereTo(path: string): Promise<URL | null> {
    let response: Response;
    let text: string;
    try {
      const signal = AbortSignal.timeout(patience);
      const headers = { apikey: this.#key };
      response = await fetch(`${this.#url}${path}`, { redirect: 'manual', headers, signal });
      text = await response.text();
    } catch (error) {
      throw new RunglassError(problemOfFailure(error, patience, this.#url), error);
    }
    const { status, headers } = response;
    const location = headers.get('location');
    if (status >= 300 && status < 400 && location) return URL.parse(location, this.#url);
    throw new RunglassError(problemOfResponse(status, text, headers.get('content-type') ?? ''));
  }

  async #session(
    question: Question,
    path: string,
    body: Readonly<Record<string, unknown>>,
  ): Promise<Session> {
    const askedAt = Date.now();
    try {
      const ask = () => this.#post(path, this.#key, body);
      // Everything else that a session is got for is used up by the first request.
      const answer = await this.#read(await (question === 'password' ? twice(ask) : ask()), tokenSchema);
      return {
        userId: answer.user.id,
        email: answer.user.email ?? null,
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token,
        expiresAt: askedAt + answer.expires_in * 1000,
      };
    } catch (error) {
      throw readRefusal(error, question);
    }
  }

  async #read<T extends v.GenericSchema>(response: Response, schema: T): Promise<v.InferOutput<T>> {
    return v.parse(v.pipe(v.string(), v.parseJson(), schema), await response.text());
  }

  #post(path: string, bearer: string, body: Readonly<Record<string, unknown>>): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.#send(path, bearer, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #send(path: string, bearer: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, apikey: this.#key, authorization: `Bearer ${bearer}` };
    return this.#fetch(`${this.#url}${path}`, { ...init, headers });
  }
}

/**
 * Asks once more when the connection was reset: one that was kept for the next request may have been closed meanwhile.
 * Only for what may be done twice.
 */
async function twice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!wasReset(error)) throw error;
    return await ask();
  }
}

/** "Invalid email verification type" and "Unsupported verification type", which have no code of their own. */
function isUnknownType({ problem }: RunglassError): boolean {
  return problem.reason === 'signInRefused' && problem.why === 'other';
}

/** A refusal says what was refused only together with what was asked. */
function readRefusal(error: unknown, question: Question): RunglassError {
  if (v.isValiError(error)) {
    const detail = 'The sign-in service answered in a form that this version does not read.';
    return new RunglassError({ reason: 'server', status: 200, detail }, error);
  }
  if (!(error instanceof RunglassError)) throw error;
  const { problem, retryAfter } = error;
  const { detail } = problem;
  const because = (why: SignInRefusal) =>
    new RunglassError({ reason: 'signInRefused', why, detail }, error, retryAfter);
  const isBanned = problem.reason === 'signInRefused' && problem.why === 'banned';
  const isRefused = problem.reason === 'sessionExpired' || problem.reason === 'badCredentials';
  const isUnnamed = problem.reason === 'server' && [400, 403, 422].includes(problem.status);
  switch (question) {
    case 'password':
      if (!isRefused && !isUnnamed) return error;
      return new RunglassError({ reason: 'badCredentials', detail }, error);
    case 'refresh':
      if (!isRefused && !isUnnamed && !isBanned) return error;
      return new RunglassError({ reason: 'sessionExpired', detail }, error);
    case 'user':
      return isRefused || isBanned ? new RunglassError({ reason: 'sessionExpired', detail }, error) : error;
    case 'code':
      return isUnnamed ? because('other') : isRefused ? because('wrongCode') : error;
    case 'provider':
      return isUnnamed ? because('wayDisabled') : error;
    case 'exchange':
      return isUnnamed || isRefused ? because('stale') : error;
    default:
      return question satisfies never;
  }
}
