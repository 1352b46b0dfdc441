import assert from 'node:assert/strict';
import { Burst } from '../../../../../src/extension/activity/collectors/burst.ts';
import { Tally } from '../../../../../src/extension/activity/collectors/tally.ts';
import { ManualClock } from '../../support/doubles.ts';

const limits = { quiet: 200, longest: 5_000 };

function create() {
  const clock = new ManualClock();
  let over = 0;
  const burst = new Burst(clock, limits, () => {
    over += 1;
  });
  return { clock, burst, over: () => over };
}

describe('a burst', () => {
  it('is one, however much comes, until nothing has come for a while', async () => {
    const { clock, burst, over } = create();
    for (let i = 0; i < 1_000; i += 1) burst.touch();
    await clock.advance(150);
    burst.touch();
    await clock.advance(199);
    assert.equal(over(), 0);
    await clock.advance(1);
    assert.equal(over(), 1);
    burst.touch();
    await clock.advance(200);
    assert.deepEqual([over(), clock.timerCount], [2, 0]);
  });

  it('that goes on and on ends every five seconds, wherever the clock is set', async () => {
    const { clock, burst, over } = create();
    for (let i = 0; i < 101; i += 1) {
      burst.touch();
      clock.jump(i % 2 ? -86_400_000 : 86_400_000);
      await clock.advance(100);
    }
    assert.equal(over(), 2);
  });

  it('ends when it is told to, once, and is given up when it is disposed', async () => {
    const { clock, burst, over } = create();
    burst.end();
    assert.equal(over(), 0);
    burst.touch();
    burst.end();
    burst.end();
    assert.equal(over(), 1);
    burst.touch();
    burst.dispose();
    await clock.advance(10_000);
    assert.deepEqual([over(), clock.timerCount], [1, 0]);
  });
});

describe('a tally', () => {
  const period = 120_000;

  it('tells the first at once and the rest with the next after the period, and loses none', () => {
    const tally = new Tally(period);
    const told = [0, 1_000, 2_000, period, period + 1].map((at) => tally.count('a', at));
    assert.deepEqual(told, [1, 0, 0, 3, 0]);
    assert.equal(tally.count('b', 1_000, 5), 5);
    assert.deepEqual(tally.rest(), { keys: ['a'], times: 1 });
    assert.deepEqual(tally.rest(), { keys: [], times: 0 });
  });

  it('of more keys than it holds loses nothing either', () => {
    const tally = new Tally(period);
    let told = 0;
    for (let i = 0; i < 30_000; i += 1) {
      told += tally.count(`f${i}`, 0);
      told += tally.count(`f${i}`, 1);
    }
    assert.equal(told + tally.rest().times, 60_000);
  });
});
