import assert from 'node:assert/strict';
import { startBackend, type TestBackend, type TestUser } from '../../support/backend.ts';
import { FaultProxy } from '../../support/faultProxy.ts';
import { openSync, until } from './harness.ts';

/** What HTTP adds to a body, both heads together, bytes. */
const heads = 2_500;
/** What WebSockets add to a frame of these sizes, and how many frames may come beside the changes, as heartbeats do. */
const frameHead = 8;
const otherFrames = 10;

describe('what sync counts', function () {
  this.timeout(60_000);
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
    const all = () => {
      const { http, socket } = live.sync.counters;
      return {
        requests: http.requests,
        counted: http.bytesReceived + socket.bytesReceived + http.bytesSent + socket.bytesSent,
        seen: proxy.bytes.up + proxy.bytes.down,
        asked: proxy.requests.filter((path) => path.includes('/rest/v1/')).length,
      };
    };
    try {
      // The proxy sees a request when it begins, and it is counted when it has ended.
      const settled = () =>
        until('all requests counted', () => all().requests === all().asked || null, 10_000, live.log);
      await live.reaches('live');
      await settled();
      const before = all();
      const rows = Array.from({ length: 100 }, (_, n) => ({ user_id: user.id, name: `größer ${n} 🏃` }));
      await backend.admin.from('projects').insert(rows).throwOnError();
      await live.sees(
        'the last',
        (change) => change.table === 'projects' && change.new?.name === 'größer 99 🏃',
      );
      await live.sync.refresh();
      await settled();
      const after = all();
      const requests = after.requests - before.requests;
      assert.equal(requests, after.asked - before.asked);
      assert.equal(live.sync.counters.events.projects, 100);
      const unseen = after.seen - before.seen - (after.counted - before.counted);
      assert.ok(unseen >= 0, `${-unseen} bytes too many`);
      const heading = requests * heads + (100 + otherFrames) * frameHead;
      assert.ok(unseen <= heading, `${unseen} bytes not counted, of heads ${heading} at most`);
    } finally {
      live.sync.dispose();
    }
  });
});
