import assert from 'node:assert/strict';
import { runCosts } from '../../../src/shared/runCost.ts';
import type { MetricUsage } from '../../../src/shared/usage.ts';
import { runRow } from '../../fixtures/rows.ts';

function metric(name: string, used: number, limit: number | null): MetricUsage {
  return { metric: name, used, limit } as MetricUsage;
}

const usage = [metric('tokens', 900, 1_000), metric('gpu_minutes', 50, 1_000), metric('requests', 7, null)];

describe('cost of a run', () => {
  it('puts the metric first whose limit it weighs on most, and those without a limit last', () => {
    const run = runRow(0, {
      step: 500,
      total_steps: 1_000,
      usage: { requests: 9, gpu_minutes: 95, tokens: 50 },
    });
    assert.deepEqual(runCosts(run, usage), [
      { metric: 'tokens', used: 50, left: 100, toFinish: 50, share: 0.5, short: false },
      { metric: 'gpu_minutes', used: 95, left: 950, toFinish: 95, share: 0.1, short: false },
      { metric: 'requests', used: 9, left: null, toFinish: 9, share: null, short: false },
    ]);
  });

  it('is short when what is left does not last until it is done', () => {
    const run = runRow(0, { step: 100, total_steps: 1_000, usage: { tokens: 20 } });
    const [cost] = runCosts(run, usage);
    assert.equal(cost?.toFinish, 180);
    assert.equal(cost?.short, true);
    const [exact] = runCosts(runRow(0, { step: 1, total_steps: 2, usage: { tokens: 100 } }), usage);
    assert.equal(exact?.toFinish, 100);
    assert.equal(exact?.short, false);
  });

  it('foretells nothing of a run that has ended or tells no progress', () => {
    for (const fields of [
      { status: 'completed' },
      { status: 'stopped' },
      { step: 0 },
      { step: null, total_steps: null },
    ]) {
      const [cost] = runCosts(runRow(0, { ...fields, usage: { tokens: 5_000 } }), usage);
      assert.equal(cost?.toFinish, null);
      assert.equal(cost?.short, false);
      assert.equal(cost?.share, 50);
    }
  });

  it('weighs without end on a limit of which nothing is left', () => {
    const [cost] = runCosts(runRow(0, { usage: { tokens: 1 } }), [metric('tokens', 1_200, 1_000)]);
    assert.equal(cost?.left, 0);
    assert.equal(cost?.share, Number.POSITIVE_INFINITY);
    assert.equal(cost?.short, true);
  });

  it('leaves out amounts that are none', () => {
    const odd = { a: 0, b: -4, c: Number.NaN, d: Number.POSITIVE_INFINITY };
    assert.deepEqual(runCosts(runRow(0, { usage: odd }), usage), []);
  });

  it('tells what was used of a metric that the account does not have', () => {
    const [cost] = runCosts(runRow(0, { usage: { watts: 3 } }), usage);
    assert.equal(cost?.used, 3);
    assert.equal(cost?.left, null);
  });
});
