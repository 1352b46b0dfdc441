import * as v from 'valibot';
import { RunglassError } from '../../shared/status.ts';
import type { Backend } from './client.ts';
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

const tokenSchema = v.object({
  access_token: v.string(),
  refresh_token: v.string(),
  /** Seconds from now; the date in the answer would be by the server's clock. */
  expires_in: v.number(),
  user: v.object({ id: v.string(), email: v.nullish(v.string()) }),
});

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

  /** Rejects with `badCredentials`, `badKey`, `unreachable`, `timeout`, `server`. */
  signInWithPassword(email: string, password: string): Promise<Session> {
    return this.#token('password', { email, password });
  }

  /** A new session for a refresh token, which is used up; rejects with `sessionExpired` when it is not valid. */
  refresh(refreshToken: string): Promise<Session> {
    return this.#token('refresh_token', { refresh_token: refreshToken });
  }

  /** Ends this session on the server, not those of other devices. */
  async signOut(accessToken: string): Promise<void> {
    await this.#post('/logout?scope=local', accessToken, {});
  }

  async #token(grant: 'password' | 'refresh_token', body: Record<string, string>): Promise<Session> {
    const askedAt = Date.now();
    const answer = await this.#readAnswer(grant, body);
    return {
      userId: answer.user.id,
      email: answer.user.email ?? null,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token,
      expiresAt: askedAt + answer.expires_in * 1000,
    };
  }

  async #readAnswer(grant: string, body: Record<string, string>): Promise<v.InferOutput<typeof tokenSchema>> {
    try {
      const response = await this.#post(`/token?grant_type=${grant}`, this.#key, body);
      return v.parse(v.pipe(v.string(), v.parseJson(), tokenSchema), await response.text());
    } catch (error) {
      throw readRefusal(error, grant);
    }
  }

  #post(path: string, bearer: string, body: Record<string, string>): Promise<Response> {
    return this.#fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: {
        apikey: this.#key,
        authorization: `Bearer ${bearer}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  }
}

/** A refused token request says what was refused only together with what was asked. */
function readRefusal(error: unknown, grant: string): RunglassError {
  if (v.isValiError(error)) {
    const detail = 'The sign-in service answered in a form that this version does not read.';
    return new RunglassError({ reason: 'server', status: 200, detail }, error);
  }
  if (!(error instanceof RunglassError)) throw error;
  const { problem } = error;
  const refused =
    problem.reason === 'sessionExpired' ||
    problem.reason === 'badCredentials' ||
    (problem.reason === 'server' && (problem.status === 400 || problem.status === 403));
  if (!refused) return error;
  const reason = grant === 'password' ? 'badCredentials' : 'sessionExpired';
  return new RunglassError({ reason, detail: problem.detail }, error);
}
