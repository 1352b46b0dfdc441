import assert from 'node:assert/strict';
import { createSyncFunctions } from '../../../src/extension/sync/subscriptions.ts';
import { SyncHost } from '../../../src/extension/sync/syncHost.ts';
import { AuthClient, createSync } from '../../../src/extension/sync.ts';
import { DisposableStore } from '../../../src/shared/disposable.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../../fakes/account.ts';
import { startBackend, type TestBackend, type TestUser } from '../../support/backend.ts';
import { FaultProxy } from '../../support/faultProxy.ts';
import { until } from './harness.ts';

describe('what the last unsubscribe releases', function () {
  this.timeout(180_000);

  let backend: TestBackend;
  let user: TestUser;
  let proxy: FaultProxy;
  /** What a failing test must not leave running. */
  const opened = new DisposableStore();

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
    proxy = await FaultProxy.start(backend.url);
  });

  after(async () => {
    opened.dispose();
    await proxy?.stop();
    await backend?.stop();
  });

  it('has one socket for all subscriptions, and none, no timer and no listener after the last', async () => {
    const session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    const credentials = new FakeCredentials(session);
    const attention = new FakeAttention(true);
    const host = opened.add(new SyncHost());
    const functions = createSyncFunctions(host, () => null);
    const options = { url: proxy.url, publishableKey: backend.publishableKey, credentials, attention };
    host.connect(user.id, () => createSync({ ...options, log: new FakeLog() }));
    const timers = countTimers();

    for (let round = 0; round < 2; round++) {
      const heard: string[] = [];
      const unsubscribes = [
        functions.subscribeToProjectsUpdates(user.id, (change) => heard.push(`one ${change.eventType}`)),
        functions.subscribeToModelsUpdates(user.id, () => heard.push('never')),
        functions.subscribeToAllUpdates(user.id, {
          projects: (change) => heard.push(`all ${change.eventType}`),
        }),
      ];
      const { current } = host;
      assert.ok(current);
      await until('live', () => current.sync.status.state === 'live' || null, 20_000);
      assert.equal(proxy.webSockets.open, 1, 'one socket');
      heard.length = 0;
      const { error } = await user.client
        .from('projects')
        .insert({ user_id: user.id, name: `round ${round}` });
      assert.equal(error, null);
      await until('both handlers', () => heard.length >= 2 || null, 20_000);
      assert.deepEqual(heard.sort(), ['all INSERT', 'one INSERT']);

      for (const unsubscribe of unsubscribes) {
        assert.ok(host.current, 'the engine stays as long as one subscription does');
        unsubscribe();
        unsubscribe();
      }
      assert.equal(host.current, null);
      assert.equal(credentials.listenerCount, 0);
      assert.equal(attention.listenerCount, 0);
      assert.equal(host.listenerCount, 0);
      await until('the server to lose the socket', () => proxy.webSockets.open === 0 || null, 20_000);
      await until('no timer', () => countTimers() <= timers || null, 20_000);
    }
    assert.equal(proxy.webSockets.opened, 2, 'one socket a round');
  });

  it('lets go of a socket that is still being opened', async () => {
    const session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    const options = { url: proxy.url, publishableKey: backend.publishableKey, log: new FakeLog() };
    const timers = countTimers();
    const sync = opened.add(
      createSync({
        ...options,
        credentials: new FakeCredentials(session),
        attention: new FakeAttention(true),
      }),
    );
    const before = proxy.webSockets.opened;
    await until('a socket', () => proxy.webSockets.opened > before || null, 10_000);
    sync.dispose();
    await until('the server to lose the socket', () => proxy.webSockets.open === 0 || null, 20_000);
    await until('no timer', () => countTimers() <= timers || null, 20_000);
  });
});

/** Timers that keep this process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
