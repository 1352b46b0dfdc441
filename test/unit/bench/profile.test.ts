import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type Profile, profile, timeWithin } from '../../../bench/activation/profile.ts';

/** A profile of so many ms in which this file works. */
async function profileOfWork(ms: number): Promise<Profile> {
  let over = false;
  const taken = profile(ms).finally(() => {
    over = true;
  });
  while (!over) {
    const end = performance.now() + 5;
    while (performance.now() < end) Math.sqrt(end);
    await setImmediate();
  }
  return await taken;
}

describe('a profile of the extension host', () => {
  it('counts what ours called, and not what called it', () => {
    const nodes = [
      { id: 1, callFrame: { url: '' }, children: [2, 5] },
      { id: 2, callFrame: { url: 'node:internal/timers' }, children: [3] },
      { id: 3, callFrame: { url: 'file:///ours/dist/extension.js' }, children: [4] },
      { id: 4, callFrame: { url: 'node:events' } },
      { id: 5, callFrame: { url: 'file:///theirs/extension.js' } },
    ];
    const samples = [1, 2, 3, 4, 4, 5];
    const timeDeltas = [1_000, 2_000, 3_000, 4_000, 5_000, 6_000];
    assert.equal(timeWithin({ nodes, samples, timeDeltas }, '/ours/'), 12);
  });

  it('finds what ran in this process', async () => {
    let within = 0;
    // On a busy machine the thread that takes the samples may not have its turn in 50 ms.
    while (within === 0) {
      const found = await profileOfWork(50);
      assert.equal(timeWithin(found, 'nowhere'), 0);
      within = timeWithin(found, 'profile.test');
    }
  });
});
