import assert from 'node:assert/strict';
import { Pacer } from '../../../src/extension/platform/pacer.ts';
import { VirtualClock } from '../../fakes/clock.ts';

describe('a pacer', () => {
  let clock: VirtualClock;
  let ran: number[];
  let pacer: Pacer;
  beforeEach(() => {
    clock = new VirtualClock();
    const start = clock.now();
    ran = [];
    pacer = new Pacer(clock, () => ran.push(clock.now() - start));
  });

  it('runs at the earliest time that was asked for, once', async () => {
    for (const ms of [500, 100, 300]) pacer.runIn(ms);
    await clock.advance(1_000);
    assert.deepEqual(ran, [100]);
  });

  it('is not put off by whoever asks without a pause, and runs again when asked again', async () => {
    for (let n = 0; n < 10; n++) {
      pacer.runIn(100);
      await clock.advance(30);
    }
    assert.deepEqual(ran, [100, 220]);
  });

  it('runs no more once it is disposed', async () => {
    pacer.runIn(100);
    pacer.dispose();
    pacer.runIn(100);
    await clock.advance(1_000);
    assert.deepEqual([ran, clock.timerCount], [[], 0]);
  });
});
