import assert from 'node:assert/strict';
import { row, table } from '../../../bench/rows.ts';
import { median, perSecond, quantile } from '../../../bench/statistics.ts';

describe("the benchmarks' rows", () => {
  it('are judged by the goal before they are rounded', () => {
    assert.deepEqual(row('latency', 1.200_04, 'x', { atMost: 1.2 }), {
      name: 'latency',
      value: 1.2,
      unit: 'x',
      goal: '≤ 1.2',
      ok: false,
    });
    assert.equal(row('requests', 0, 'requests', { exactly: 0 }).ok, true);
    assert.equal(row('requests', 1, 'requests', { exactly: 0 }).ok, false);
  });

  it('without a goal are right', () => {
    assert.deepEqual(row('bytes', 1_234_567, 'bytes'), {
      name: 'bytes',
      value: 1_234_567,
      unit: 'bytes',
      goal: null,
      ok: true,
    });
  });

  it('become a table that shows what is missed', () => {
    const lines = table([
      row('a', 12_345.6, 'ms'),
      row('longer', 2, 'requests', { atMost: 2 }),
      row('c', 3, 'x', { exactly: 0 }),
    ]).split('\n');
    assert.deepEqual(lines, [
      '         value  unit      goal',
      'a       12,350  ms',
      'longer       2  requests  ≤ 2   ✔',
      'c            3  x         = 0   ✘ missed',
    ]);
  });
});

describe('statistics', () => {
  it('take the nearest rank, whatever the order', () => {
    const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
    assert.equal(median(values), 5);
    assert.equal(quantile(values, 0.95), 10);
    assert.equal(quantile(values, 0), 1);
    assert.deepEqual(values[0], 5);
  });

  it('say that nothing was measured', () => {
    assert.throws(() => median([]), /Nothing was measured/);
  });

  it('counts how often something happens by the time between', () => {
    assert.equal(perSecond([100, 150, 200, 250]), 20);
    assert.throws(() => perSecond([100]), /did not happen twice/);
    assert.throws(() => perSecond([]), /did not happen twice/);
  });
});
