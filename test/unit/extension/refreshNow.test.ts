import assert from 'node:assert/strict';
import type { ConnectionState } from '../../../src/extension/accounts/types.ts';
import { refreshAndCheck, refreshNow } from '../../../src/extension/refreshNow.ts';
import { SyncHost } from '../../../src/extension/sync/syncHost.ts';
import type { Sync } from '../../../src/extension/sync/types.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';

const profile = { kind: 'embedded', signedOut: false } as const;
const ready: ConnectionState = { kind: 'ready', profile, account: { userId: 'u', email: null } };
const failed = (problem: Problem): ConnectionState => ({ kind: 'failed', profile, problem });
const problem: Problem = { reason: 'dataFolderInUse', detail: 'x' };

class Setup {
  state: ConnectionState = ready;
  /** What opening leads to. */
  opensTo: ConnectionState = ready;
  readonly syncHost = new SyncHost();
  readonly refreshed: string[] = [];

  connect(name: string, refresh: () => Promise<void> = async () => {}): void {
    const sync = {
      refresh: async () => {
        await refresh();
        this.refreshed.push(name);
      },
      dispose: () => {},
    } as unknown as Sync;
    this.syncHost.connect(name, () => sync);
  }

  /** What asking the server for the session leads to. */
  checksTo: ConnectionState | null = null;

  async run(refresh: typeof refreshAndCheck = refreshNow): Promise<void> {
    const setup = this;
    await refresh({
      connection: {
        get state() {
          return setup.state;
        },
        open: async () => {
          this.state = this.opensTo;
          if (this.state.kind === 'ready') this.connect('opened');
        },
        settled: async () => {},
        checkSession: async () => {
          this.state = this.checksTo ?? this.state;
        },
      },
      syncHost: this.syncHost,
    });
  }
}

const rejectsWith = (expected: Problem) => (error: unknown) =>
  error instanceof RunglassError && error.problem === expected;

describe('a refresh that was asked for', () => {
  it('opens the engine for as long as it takes', async () => {
    const setup = new Setup();
    setup.connect('engine');
    await setup.run();
    assert.deepEqual([setup.refreshed, setup.syncHost.current], [['engine'], null]);
  });

  it('connects again first where that has failed', async () => {
    const setup = new Setup();
    setup.state = failed(problem);
    await setup.run();
    assert.deepEqual(setup.refreshed, ['opened']);
  });

  it('does not succeed when connecting again fails, or ends signed out', async () => {
    const setup = new Setup();
    setup.state = failed({ reason: 'portInUse', detail: 'before' });
    setup.opensTo = failed(problem);
    await assert.rejects(setup.run(), rejectsWith(problem));
    const ended: Problem = { reason: 'sessionExpired', detail: 'revoked' };
    setup.opensTo = { kind: 'signedOut', profile, problem: ended };
    await assert.rejects(setup.run(), rejectsWith(ended));
    setup.opensTo = { kind: 'signedOut', profile, problem: null };
    setup.state = failed(problem);
    await assert.rejects(setup.run(), RunglassError);
  });

  it('is done by the engine that took the place of the one that was asked', async () => {
    const setup = new Setup();
    setup.connect('former', async () => {
      setup.connect('next');
      throw new RunglassError({ reason: 'sessionExpired', detail: 'disposed' });
    });
    await setup.run();
    assert.deepEqual(setup.refreshed, ['next']);
  });

  it('rejects with what it failed of', async () => {
    const setup = new Setup();
    setup.connect('engine', async () => {
      throw new RunglassError(problem);
    });
    await assert.rejects(setup.run(), rejectsWith(problem));
  });

  it('does not succeed when the server turns out to have ended the session, whose token still brings rows', async () => {
    const setup = new Setup();
    setup.connect('engine');
    await setup.run(refreshAndCheck);
    const ended: Problem = { reason: 'sessionExpired', detail: 'revoked' };
    setup.checksTo = { kind: 'signedOut', profile, problem: ended };
    await assert.rejects(setup.run(refreshAndCheck), rejectsWith(ended));
    assert.deepEqual(setup.refreshed, ['engine', 'engine']);
  });
});
