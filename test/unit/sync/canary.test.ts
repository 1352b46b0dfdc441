import assert from 'node:assert/strict';
import { Canary } from '../../../src/extension/sync/canary.ts';
import { settle, VirtualClock } from '../../fakes/clock.ts';
import { seededRandom } from './harness.ts';

describe('Canary', () => {
  const seq = 7;
  let clock: VirtualClock;
  let cursor: number | null;
  let told: string[];
  let nonces: string[];
  let canary: Canary;

  beforeEach(() => {
    clock = new VirtualClock();
    cursor = null;
    told = [];
    nonces = [];
    canary = new Canary({
      clock,
      random: seededRandom(),
      cursor: () => cursor,
      onSeen: (latency) => told.push(`seen after ${latency}`),
      onLate: () => told.push('late'),
      onMissing: () => told.push('missing'),
      onFailed: () => told.push('failed'),
    });
  });

  const ping = async (nonce: string) => {
    nonces.push(nonce);
    return { seq, now: clock.now() };
  };

  it('is seen when it has come back and everything before it is held', async () => {
    canary.start(ping);
    await settle();
    await clock.advance(120);
    canary.echo(nonces[0] ?? '', seq);
    assert.deepEqual(told, [], 'there may be changes before it that are not held');
    cursor = seq - 1;
    canary.check();
    assert.deepEqual(told, []);
    cursor = seq;
    canary.check();
    assert.deepEqual(told, ['seen after 120']);
    assert.equal(clock.timerCount, 0);
  });

  it('does not take the canary of another window for its own', async () => {
    cursor = 100;
    canary.start(ping);
    await settle();
    canary.echo('00000000-0000-4000-8000-000000000000', seq);
    assert.deepEqual(told, []);
  });

  it('is late twice and then missing, with a new nonce each time', async () => {
    cursor = 100;
    canary.start(ping);
    await clock.advance(16_000);
    assert.deepEqual(told, ['late', 'late', 'missing']);
    assert.equal(new Set(nonces).size, 3);
    assert.match(nonces[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('says that a ping failed, and tries again', async () => {
    canary.start(() => Promise.reject(new Error('no')));
    await clock.advance(6_000);
    assert.deepEqual(told, ['failed', 'late', 'failed']);
  });

  it('says nothing once stopped', async () => {
    canary.start(ping);
    await settle();
    canary.stop();
    cursor = 100;
    canary.echo(nonces[0] ?? '', seq);
    await clock.advance(60_000);
    assert.deepEqual(told, []);
  });
});
