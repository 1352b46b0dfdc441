import { RunglassError } from '../../shared/status.ts';
import { type Backend, callFunction, createBackendClient } from './client.ts';
import { toRunglassError } from './errors.ts';

/** SQLSTATE that a function answers to somebody who is not signed in. */
const notAllowed = /\(42501\)|\(28000\)/;

/**
 * Finds out, before anybody types a password, whether a Supabase with our migrations answers at this address and
 * takes this key. Rejects with `badUrl`, `unreachable`, `timeout` (8 s), `badKey`, `notMigrated` or `server`.
 */
export async function checkBackend(backend: Backend): Promise<void> {
  const client = createBackendClient(backend, { accessToken: () => null, timeoutMs: 8_000 });
  try {
    await callFunction(client, 'sync_pull', {});
    throw new RunglassError({
      reason: 'badUrl',
      detail: 'Something answers here that is no backend of ours.',
    });
  } catch (error) {
    const failure = toRunglassError(error);
    if (!isRefusalOfNobody(failure)) throw failure;
  }
}

/** Refused for want of a user is what a working backend must do. */
function isRefusalOfNobody({ problem }: RunglassError): boolean {
  return (
    problem.reason === 'sessionExpired' ||
    problem.reason === 'notGranted' ||
    (problem.reason === 'server' && notAllowed.test(problem.detail))
  );
}
