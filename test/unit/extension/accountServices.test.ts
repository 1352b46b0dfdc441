import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SecretStorage } from 'vscode';
import { AccountServices } from '../../../src/extension/accountServices.ts';
import type { ConnectedSession } from '../../../src/extension/accounts/types.ts';
import type { ActivityHost } from '../../../src/extension/activity/activityHost.ts';
import { SyncHost } from '../../../src/extension/sync/syncHost.ts';
import type { Sync } from '../../../src/extension/sync/types.ts';
import { openReplicaCache } from '../../../src/extension/sync.ts';
import { RunglassError } from '../../../src/shared/status.ts';
import { FakeAttention } from '../../fakes/account.ts';
import { emitter, LineLog } from './support/doubles.ts';

class Setup {
  readonly storage = mkdtempSync(path.join(os.tmpdir(), 'runglass-account-'));
  readonly syncHost = new SyncHost();
  readonly heard: string[] = [];
  readonly kept = new Map<string, string>();
  readonly secrets = {
    get: async (name: string) => this.kept.get(name),
    store: async (name: string, value: string) => void this.kept.set(name, value),
    delete: async (name: string) => void this.kept.delete(name),
    onDidChange: () => ({ dispose: () => {} }),
  };
  /** Who the session says is signed in. */
  account: { readonly userId: string; readonly email: null } | null = { userId: 'u1', email: null };
  readonly services = new AccountServices({
    syncHost: this.syncHost,
    activityHost: {
      activity: { disconnect: () => this.heard.push('disconnect') },
      connect: (account: { readonly user: string }) => this.heard.push(`connect ${account.user}`),
      assertWanted: () => {},
    } as unknown as ActivityHost,
    attention: () => new FakeAttention(true),
    backendOf: () => 'backend',
    secrets: this.secrets as unknown as SecretStorage,
    storage: this.storage,
    createLog: () => new LineLog(),
    createEmitter: emitter,
  });

  attach() {
    const endpoint = { url: 'http://127.0.0.1:9', publishableKey: 'k' };
    const { account } = this;
    const session = { account, get: async () => null, onDidChange: emitter().event } as unknown;
    const profile = { kind: 'remote', ...endpoint, label: 'x' } as const;
    return this.services.attach(endpoint, profile, session as ConnectedSession);
  }

  get open() {
    const { details, timeline, access } = this.services;
    return [details, timeline, access].map((part) => part !== null);
  }
}

describe('AccountServices', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });
  afterEach(() => {
    setup.syncHost.dispose();
    rmSync(setup.storage, { recursive: true, force: true });
  });

  it('have nothing to ask until somebody is signed in, and nothing once they are not', async () => {
    const start = await setup.attach();
    assert.deepEqual(setup.open, [false, false, false]);
    const stop = start({ userId: 'u1', email: null });
    assert.deepEqual(setup.open, [true, true, true]);
    stop.dispose();
    assert.deepEqual(setup.open, [false, false, false]);
    assert.deepEqual(setup.heard, ['connect u1', 'disconnect']);
  });

  it('are others for another account, so that nothing asked for one is answered to the next', async () => {
    const start = await setup.attach();
    const stop = start({ userId: 'u1', email: null });
    const { access, timeline } = setup.services;
    stop.dispose();
    start({ userId: 'u2', email: null });
    assert.notEqual(setup.services.access, access);
    assert.notEqual(setup.services.timeline, timeline);
    assert.match(setup.services.details?.key ?? '', /u2$/);
  });

  it('remove saved rows when the server has ended the session, whoever asked and whatever is open', async () => {
    const ended = async () => {
      throw new RunglassError({ reason: 'sessionExpired', detail: 'session_not_found' });
    };
    const auth = { signInWithPassword: ended, refresh: ended, check: ended, signOut: ended };
    const profile = { kind: 'remote', url: 'http://127.0.0.1:9', publishableKey: 'k', label: 'x' } as const;
    const rows = path.join(setup.storage, 'rows');
    for (const user of ['u1', 'u2']) await openReplicaCache(rows, 'backend', user).save(`rows of ${user}`);
    const session = await setup.services.openSession(profile, auth);
    await session.signIn({ userId: 'u1', email: null, accessToken: 'a', refreshToken: 'r', expiresAt: 0 });
    assert.equal(await session.get(), null);
    assert.equal(await openReplicaCache(rows, 'backend', 'u1').load(), null);
    assert.equal(await openReplicaCache(rows, 'backend', 'u2').load(), 'rows of u2');
  });

  it('pull what was written where nothing brings it by itself, whatever comes of that', () => {
    let pulls = 0;
    const status: { state: string } = { state: 'live' };
    const refresh = () => {
      pulls += 1;
      return Promise.reject(new Error('no network'));
    };
    setup.services.written();
    setup.syncHost.connect('u1', () => ({ status, refresh, dispose: () => {} }) as unknown as Sync);
    setup.syncHost.hold();
    setup.services.written();
    assert.equal(pulls, 0);
    for (status.state of ['polling', 'catchingUp', 'offline']) setup.services.written();
    assert.equal(pulls, 3);
  });
});
