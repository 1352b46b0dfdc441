import type { Sync } from '../../../src/extension/sync/types.ts';
import { AuthClient, createSync, type Session } from '../../../src/extension/sync.ts';
import type { RowChange } from '../../../src/shared/changes.ts';
import type { SyncState } from '../../../src/shared/status.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../../fakes/account.ts';
import type { TestBackend, TestUser } from '../../support/backend.ts';

/** The shipped engine on a real backend, signed in through the shipped AuthClient. */
export interface LiveSync {
  readonly sync: Sync;
  readonly session: Session;
  readonly credentials: FakeCredentials;
  readonly log: FakeLog;
  readonly changes: RowChange[];
  /** Resolves when the state is reached; fails with the log after `ms`. */
  reaches(state: SyncState, ms?: number): Promise<void>;
  /** Resolves with the first change, past or future, that fits. */
  sees(what: string, fits: (change: RowChange) => boolean, ms?: number): Promise<RowChange>;
}

export async function openSync(backend: TestBackend, user: TestUser): Promise<LiveSync> {
  const { url, publishableKey } = backend;
  const session = await new AuthClient({ url, publishableKey }).signInWithPassword(user.email, user.password);
  const credentials = new FakeCredentials(session);
  const log = new FakeLog();
  const attention = new FakeAttention(true);
  const sync = createSync({ url, publishableKey, credentials, attention, log });
  const changes: RowChange[] = [];
  sync.replica.onDidChange((batch) => changes.push(...batch.changes));
  return {
    sync,
    session,
    credentials,
    log,
    changes,
    reaches: (state, ms = 30_000) =>
      until(`state ${state}`, () => sync.status.state === state || null, ms, log),
    sees: async (what, fits, ms = 30_000) => {
      let found: RowChange | undefined;
      await until(
        what,
        () => {
          found = changes.find(fits);
          return found ? true : null;
        },
        ms,
        log,
      );
      if (!found) throw new Error(what);
      return found;
    },
  };
}

/** Waits until `check` answers something; fails after `ms` with the last lines of the log. */
export async function until(
  what: string,
  check: () => true | null,
  ms: number,
  log?: FakeLog,
): Promise<void> {
  const end = Date.now() + ms;
  while (!check()) {
    if (Date.now() > end)
      throw new Error(`${what}: not within ${ms} ms\n${log?.lines.slice(-25).join('\n') ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
