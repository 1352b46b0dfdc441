import assert from 'node:assert/strict';
import { settle, Timeline } from './timeline.ts';

const never = () => false;

describe('virtual time', () => {
  it('lets promises go on to their end, however long the chain', async () => {
    let steps = 0;
    const walk = async () => {
      while (steps < 10_000) {
        await null;
        steps += 1;
      }
    };
    void walk();
    await settle();
    assert.equal(steps, 10_000);
  });

  it('happens in order, and ties in the order in which they were asked for', async () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    timeline.after(20, () => seen.push('c'));
    timeline.after(10, () => seen.push('a'));
    timeline.reach(10, () => seen.push('b'));
    timeline.clock.setTimeout(() => seen.push('d'), 30);
    timeline.clock.setTimeout(() => seen.push('never'), 15).dispose();
    await timeline.runUntil(100, never);
    assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
    assert.equal(timeline.timerCount, 0);
  });

  it('goes on in the world while the host sleeps', async () => {
    const timeline = new Timeline();
    const seen: string[] = [];
    const note = (what: string) => () => seen.push(`${what} ${timeline.now}`);
    timeline.clock.setTimeout(note('timer'), 30);
    timeline.after(40, note('world'));
    timeline.reach(50, note('message'));
    timeline.after(10, () => timeline.sleep(100, { timersRun: false }));
    await timeline.runUntil(1_000, never);
    assert.deepEqual(seen, ['world 40', 'message 110', 'timer 130']);
  });
});
