import { type Problem, RunglassError } from '../shared/status.ts';
import type { Connection } from './accounts/connection.ts';
import type { SyncHost } from './sync/syncHost.ts';

/** What a refresh works on. */
export interface Refreshable {
  readonly connection: Pick<Connection, 'state' | 'open' | 'settled'>;
  readonly syncHost: SyncHost;
}

export interface Checkable extends Refreshable {
  readonly connection: Refreshable['connection'] & Pick<Connection, 'checkSession'>;
}

/**
 * Brings the rows up to date; connects first where that has failed. Settles when what the database held at the call is
 * in the replica, and rejects with `RunglassError` when it is not.
 */
export async function refreshNow({ connection, syncHost }: Refreshable): Promise<void> {
  if (connection.state.kind === 'failed') await connection.open();
  await connection.settled();
  const held = syncHost.hold();
  try {
    // An engine that gives way to another, as for another account, refreshes nothing: the one in its place has to.
    for (;;) {
      const { current } = syncHost;
      if (!current) throw new RunglassError(whyNot(connection));
      try {
        return await current.sync.refresh();
      } catch (error) {
        if (syncHost.current === current) throw error;
      }
    }
  } finally {
    held.dispose();
  }
}

/** As `refreshNow`; rejects as well when the server has ended the session, which tokens outlive: rows still come then. */
export async function refreshAndCheck(refreshable: Checkable): Promise<void> {
  const { connection } = refreshable;
  await Promise.all([refreshNow(refreshable), connection.checkSession({ force: true })]);
  if (connection.state.kind === 'signedOut') throw new RunglassError(whyNot(connection));
}

function whyNot({ state }: Refreshable['connection']): Problem {
  const problem = state.kind === 'failed' || state.kind === 'signedOut' ? state.problem : null;
  return problem ?? { reason: 'sessionExpired', detail: 'Nobody is signed in.' };
}
