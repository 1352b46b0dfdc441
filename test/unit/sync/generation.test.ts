import assert from 'node:assert/strict';
import { settle } from '../../fakes/clock.ts';
import { anna, ben, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;

describe('what was begun for another account, channel or question', () => {
  let harness: Harness;

  beforeEach(() => {
    harness = createHarness();
  });

  afterEach(() => {
    const { engine, clock, log } = harness;
    engine.dispose();
    assert.equal(clock.timerCount, 0);
    assert.deepEqual(log.errors, []);
  });

  function switchTo(userId: string): void {
    const { credentials, clock } = harness;
    credentials.set({
      userId,
      accessToken: `token of ${userId}`,
      expiresAt: clock.now() + 3_600_000,
    });
  }

  it('has no effect when a page of the old account arrives after the switch', async () => {
    const { backend, clock, names, batches } = harness;
    backend.write(anna, 'p1', 'of anna');
    await goLive(harness);
    backend.held = true;
    backend.write(anna, 'p1', 'of anna, newer', { stream: false });
    await clock.advance(61 * second);
    backend.write(ben, 'p2', 'of ben');
    switchTo(ben);
    await settle();
    backend.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p2: 'of ben' });
    const told = batches.flatMap(({ changes }) => changes.map((change) => change.new?.user_id));
    assert.ok(told.every((user) => user === ben));
  });

  it('has no effect when the old channel goes on talking', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    const old = backend.channel;
    switchTo(ben);
    await clock.advance(second);
    const channels = backend.channels.length;
    old.emit({ type: 'change', change: backend.write(anna, 'p1', 'of anna', { stream: false }) });
    old.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    await clock.advance(5 * second);
    assert.deepEqual(names(), {});
    assert.equal(engine.status.state, 'live');
    assert.equal(backend.channels.length, channels);
  });

  it('has no effect when an answer about the old token comes late', async () => {
    const { backend, clock, credentials, names } = harness;
    backend.write(anna, 'p1', 'of anna');
    backend.write(ben, 'p2', 'of ben');
    await goLive(harness);
    credentials.holdNext = true;
    switchTo(anna);
    await settle();
    switchTo(ben);
    await clock.advance(second);
    const { transports } = backend;
    credentials.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p2: 'of ben' });
    assert.equal(backend.transports, transports);
  });

  it('has no effect when a ping of the last round is answered in this one', async () => {
    const { backend, clock, engine, log } = harness;
    backend.heldPings = true;
    backend.pingProblem = { reason: 'accountBusy', detail: 'lock timeout' };
    engine.start();
    await clock.advance(second);
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    backend.pingProblem = null;
    backend.heldPings = false;
    await clock.advance(3 * second);
    assert.equal(engine.status.state, 'live');
    backend.release();
    await clock.advance(10);
    assert.ok(!log.lines.some((line) => line.includes('Ping failed')));
  });
});
