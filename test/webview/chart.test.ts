import assert from 'node:assert/strict';
import { dayTicks, valueTicks } from '../../src/webview/charts/ticks.ts';

describe('chart ticks', () => {
  it('mark round values from zero to at least the highest', () => {
    assert.deepEqual(valueTicks(0, 0), [0, 25, 50, 75, 100]);
    assert.deepEqual(valueTicks(0, 218), [0, 100, 200, 300]);
    assert.deepEqual(valueTicks(0, 200), [0, 50, 100, 150, 200]);
    assert.deepEqual(valueTicks(0, 0.7), [0, 0.2, 0.4, 0.6, 0.8]);
    for (const max of [1, 3, 7, 11, 99, 101, 12_345, 9.9e8, 1e300, 1e-9]) {
      const ticks = valueTicks(0, max);
      assert.ok((ticks.at(-1) ?? 0) >= max, String(max));
      assert.ok(ticks.length >= 3 && ticks.length <= 6, `${max}: ${ticks}`);
    }
    assert.deepEqual(valueTicks(0, Number.NaN), valueTicks(0, 0));
    for (const max of [5e-324, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      assert.ok(valueTicks(0, max).length <= 6 && valueTicks(0, max).every(Number.isFinite), String(max));
    }
  });

  it('mark as many days as there is room for, the newest always', () => {
    const x = Array.from({ length: 30 }, (_, i) => i * 86_400);
    assert.deepEqual(dayTicks(x, 640, 64).length, 5);
    assert.equal(dayTicks(x, 640, 64).at(-1), x.at(-1));
    assert.deepEqual(dayTicks(x, 10, 64), [x.at(-1)]);
    assert.equal(dayTicks(x.slice(0, 7), 640, 64).length, 7);
  });
});
