import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AccountServices } from '../../../src/extension/accountServices.ts';
import type { ConnectedSession } from '../../../src/extension/accounts/connection.ts';
import type { ActivityHost } from '../../../src/extension/activity/activityHost.ts';
import { SyncHost } from '../../../src/extension/sync/syncHost.ts';
import type { Sync } from '../../../src/extension/sync/types.ts';
import { FakeAttention } from '../../fakes/account.ts';
import { emitter, LineLog } from './support/doubles.ts';

class Setup {
  readonly storage = mkdtempSync(path.join(os.tmpdir(), 'runglass-account-'));
  readonly syncHost = new SyncHost();
  readonly heard: string[] = [];
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
    secrets: {} as never,
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
