import assert from 'node:assert/strict';
import { Counters } from '../../../src/extension/sync/counters.ts';
import { Flow } from '../../../src/extension/sync/flow.ts';
import type { StreamedChange } from '../../../src/extension/sync/transport.ts';
import { FakeLog } from '../../fakes/account.ts';
import { settle, VirtualClock } from '../../fakes/clock.ts';
import { FakeBackend } from '../../fakes/transport.ts';
import { anna } from './harness.ts';

describe('Flow', () => {
  let clock: VirtualClock;
  let backend: FakeBackend;
  let flow: Flow;
  const names = () => [...flow.replica.tables.projects.values()].map(({ name }) => name).sort();

  beforeEach(() => {
    clock = new VirtualClock();
    backend = new FakeBackend(clock);
    const counters = new Counters(clock.now());
    flow = new Flow({
      clock,
      log: new FakeLog(),
      counters,
      newEpoch: () => 'life',
      onPullStarted: () => {},
      onReached: () => {},
      onPulled: () => {},
      onPullFailed: (error) => assert.fail(String(error)),
      onGap: () => flow.pullSoon('gap'),
      onCanary: () => {},
    });
    flow.open(backend.open({ userId: anna, accessToken: () => 't', traffic: counters }));
  });

  afterEach(() => {
    flow.dispose();
    assert.equal(clock.timerCount, 0);
  });

  it('keeps what arrives while another life of the database is being taken', async () => {
    for (const id of ['a', 'b']) backend.write(anna, id, `old ${id}`);
    await flow.pull('start');
    backend.restore('e2');
    for (const id of ['c', 'd']) backend.write(anna, id, `new ${id}`);
    backend.held = 'snapshots';
    const pulled = flow.pull('the database was restored');
    await settle();
    // Its number follows on what was held before, and on what the snapshot will hold.
    flow.offer(backend.write(anna, 'e', 'came meanwhile'));
    backend.release();
    await pulled;
    await clock.advance(50);
    assert.deepEqual(names(), ['came meanwhile', 'new c', 'new d']);
    assert.equal(flow.cursor, backend.head(anna));
  });

  it('has 20 batches a second in a burst, the first at once', async () => {
    await flow.pull('start');
    let batches = 0;
    flow.replica.onDidChange(() => {
      batches += 1;
    });
    flow.offer(backend.write(anna, 'first', 'first') as StreamedChange);
    await clock.advance(0);
    assert.equal(batches, 1);
    for (let i = 0; i < 1_000; i++) {
      flow.offer(backend.write(anna, `p${i % 7}`, `name ${i}`) as StreamedChange);
      await clock.advance(1);
    }
    assert.ok(batches >= 19 && batches <= 22, `${batches} batches`);
  });

  it('shows changes that come one by one as they come', async () => {
    await flow.pull('start');
    let batches = 0;
    flow.replica.onDidChange(() => {
      batches += 1;
    });
    for (let i = 1; i <= 20; i++) {
      await clock.advance(20);
      flow.offer(backend.write(anna, 'p', `name ${i}`) as StreamedChange);
      await clock.advance(0);
      assert.equal(batches, i);
    }
  });

  it('does not pull again and again for a number that no pull can explain', async () => {
    await flow.pull('start');
    flow.offer({ kind: 'canary', seq: 1_000, nonce: 'of another life' });
    await clock.advance(10_000);
    assert.ok(backend.pulls.length <= 2, `${backend.pulls.length} pulls`);
    assert.equal(flow.cursor, backend.head(anna));
  });
});
