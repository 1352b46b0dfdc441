import type { SupabaseClient } from '@supabase/supabase-js';
import { RunglassError } from '../../shared/status.ts';
import type { CredentialSource } from '../sync/types.ts';
import { type Backend, callFunction, createBackendClient } from './client.ts';
import { toRunglassError } from './errors.ts';

export interface UserCallerOptions extends Backend {
  readonly credentials: CredentialSource;
  /** For whom is called; nothing goes out while somebody else is signed in. */
  readonly userId: string;
  /** Asked when nothing is left but to make the request, after a token was waited for; throws what the call rejects with. */
  readonly assertWanted?: () => void;
}

/** Makes one request with a client that acts for one user. */
export type AsUser = <T>(request: (client: SupabaseClient) => Promise<T>) => Promise<T>;
/** Calls a function of the database and answers its JSON. */
export type UserCaller = (name: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/**
 * Makes the function that acts for one user; it rejects with `RunglassError`. After a token was refused, the next
 * request asks for another. Throws `badUrl`.
 */
function createAsUser(options: UserCallerOptions): AsUser {
  const { credentials, userId, assertWanted, ...backend } = options;
  let token: string | null = null;
  /** The server refuses the present token, whatever its date says. */
  let refused = false;
  const client = createBackendClient(backend, { accessToken: () => token });
  return async (request) => {
    const signedIn = await credentials.get(refused ? { force: true } : undefined);
    if (signedIn?.userId !== userId)
      throw new RunglassError({
        reason: 'sessionExpired',
        detail: 'The user for whom this is asked is not signed in.',
      });
    assertWanted?.();
    token = signedIn.accessToken;
    refused = false;
    try {
      return await request(client);
    } catch (thrown) {
      const error = toRunglassError(thrown);
      refused = error.problem.reason === 'sessionExpired';
      throw error;
    }
  };
}

/** Makes the function that calls functions of the database for one user; see `createAsUser`. */
export function createUserCaller(options: UserCallerOptions): UserCaller {
  const asUser = createAsUser(options);
  return (name, args) => asUser((client) => callFunction(client, name, args));
}

/** For what somebody waits for: a token that is refused is renewed at once, and the request made once more. */
export function createPatientAsUser(options: UserCallerOptions): AsUser {
  const asUser = createAsUser(options);
  return async (request) => {
    try {
      return await asUser(request);
    } catch (error) {
      if (!(error instanceof RunglassError) || error.problem.reason !== 'sessionExpired') throw error;
      return asUser(request);
    }
  };
}
