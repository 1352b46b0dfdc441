import assert from 'node:assert/strict';
import { findBlindSpots } from './coverage.ts';
import { commandFor, replay } from './replay.ts';
import { drawSchedule } from './schedule.ts';
import { simulate } from './simulation.ts';
import { type Survey, survey } from './survey.ts';

const seeds = 500;

describe('the engine in worlds that go wrong', () => {
  let result: Survey;

  before(async () => {
    result = await survey({ from: 1, seeds });
  });

  it(`keeps its promises in ${seeds} of them`, async () => {
    const [first] = result.failed;
    if (!first) return assert.equal(result.seeds, seeds);
    const list = result.failed.map(({ seed, rule }) => `${commandFor(seed)}  (${rule})`);
    assert.fail(`${list.join('\n')}\n\n${await replay(first.seed)}`);
  });

  it('goes every way between its states and meets every fault', () => {
    assert.deepEqual(findBlindSpots(result), []);
  });

  it('does the same again for the same seed, byte for byte', async () => {
    for (const seed of [1, 2, 3]) {
      const first = await simulate(drawSchedule(seed), true);
      const second = await simulate(drawSchedule(seed), true);
      assert.ok(first.trace.length > 50);
      assert.equal(second.trace.join('\n'), first.trace.join('\n'));
    }
  });
});
