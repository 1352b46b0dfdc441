import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { profile, timeWithin } from '../../../bench/activation/profile.ts';

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
    let over = false;
    const taken = profile(50).finally(() => {
      over = true;
    });
    while (!over) {
      const end = performance.now() + 5;
      while (performance.now() < end) Math.sqrt(end);
      await setImmediate();
    }
    const found = await taken;
    assert.ok(timeWithin(found, 'profile.test') > 0);
    assert.equal(timeWithin(found, 'nowhere'), 0);
  });
});
