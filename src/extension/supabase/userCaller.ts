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

/** Calls a function of the database and answers its JSON. */
export type UserCaller = (name: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>;

/**
 * Makes the function that calls for one user; it rejects with `RunglassError`. After a token was refused, the next
 * call asks for another. Throws `badUrl`.
 */
export function createUserCaller(options: UserCallerOptions): UserCaller {
  const { credentials, userId, assertWanted, ...backend } = options;
  let token: string | null = null;
  /** The server refuses the present token, whatever its date says. */
  let refused = false;
  const client = createBackendClient(backend, { accessToken: () => token });
  return async (name, args) => {
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
      return await callFunction(client, name, args);
    } catch (thrown) {
      const error = toRunglassError(thrown);
      refused = error.problem.reason === 'sessionExpired';
      throw error;
    }
  };
}
