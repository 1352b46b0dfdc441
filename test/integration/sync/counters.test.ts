import assert from 'node:assert/strict';
import { startBackend, type TestBackend, type TestUser } from '../../support/backend.ts';
import { FaultProxy } from '../../support/faultProxy.ts';
import { openSync, until } from './harness.ts';

/** What a request of HTTP takes besides the body that is counted, of signing in with it, bytes. */
const perRequest = 2_500;
/** What WebSockets add to a frame, and how many frames may come beside the changes, as heartbeats do. */
const frameHead = 8;
const otherFrames = 20;

describe('what sync counts', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let user: TestUser;
  let proxy: FaultProxy;

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
    proxy = await FaultProxy.start(backend.url);
  });
  after(async () => {
    await proxy?.stop();
    await backend?.stop();
  });

  it('is what a proxy between sees pass: requests exactly, bytes but for heads and frames', async () => {
    const live = await openSync({ ...backend, url: proxy.url }, user);
    const { sync } = live;
    const asked = () => proxy.requests.filter((path) => path.includes('/rest/v1/')).length;
    try {
      await live.reaches('live');
      const rows = Array.from({ length: 100 }, (_, n) => ({ user_id: user.id, name: `größer ${n} 🏃` }));
      await backend.admin.from('projects').insert(rows).throwOnError();
      await until('all changes', () => sync.counters.events.projects === 100 || null, 20_000, live.log);
      await sync.refresh();
      await until('all answers', () => sync.counters.http.requests === asked() || null, 20_000, live.log);
      const { http, socket } = sync.counters;
      const counted = http.bytesReceived + socket.bytesReceived + http.bytesSent + socket.bytesSent;
      const unseen = proxy.bytes.up + proxy.bytes.down - counted;
      assert.ok(unseen >= 0, `${-unseen} bytes too many`);
      const most = proxy.requests.length * perRequest + (100 + otherFrames) * frameHead;
      assert.ok(unseen <= most && most < counted / 2, `${unseen} bytes besides ${counted}, ${most} at most`);
    } finally {
      live.sync.dispose();
    }
  });
});
