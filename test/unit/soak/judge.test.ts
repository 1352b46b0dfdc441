import assert from 'node:assert/strict';
import { fewestForGrowth, growing, growth, tooMany } from '../../soak/judge.ts';
import { fewestRounds, planRounds, type RoundPlan } from '../../soak/plan.ts';
import type { Census } from '../../soak/probe/census.ts';

const census: Census = {
  ...{ heap: 40_000_000, rss: 200_000_000, resources: { Timeout: 3 }, descriptors: 40 },
  ...{ timers: 20, nodeListeners: 150, emitters: 14, listeners: 42, stores: 35, functions: 70_000 },
  ...{ editorListeners: 400, objects: 300_000 },
};

describe('the judge of a soak', () => {
  it('finds one listener, emitter or store more', () => {
    for (const name of ['emitters', 'listeners', 'stores'] as const)
      assert.deepEqual(tooMany(census, { ...census, [name]: census[name] + 1 }), [
        `${census[name] + 1} ${name}, ${census[name]} before`,
      ]);
  });

  it('lets what VS Code shares go up and down, and finds what goes on', () => {
    assert.deepEqual(tooMany(census, { ...census, resources: { Timeout: 7, PipeWrap: 2 }, timers: 26 }), []);
    assert.deepEqual(tooMany(census, { ...census, resources: { Timeout: 8 }, descriptors: 47 }), [
      '8 Timeout, 3 before',
      '47 descriptors, 40 before',
    ]);
  });

  it('finds a kind of handle that was not there before', () => {
    assert.deepEqual(tooMany(census, { ...census, resources: { Timeout: 3, TCPSocketWrap: 5 } }), [
      '5 TCPSocketWrap, 0 before',
    ]);
  });

  it('tells growth from what fills once and from noise', () => {
    const rounds = [...Array(12).keys()];
    assert.equal(growth(rounds.map((n) => 100 + 7 * n)), 7);
    assert.equal(growth(rounds.map((n) => (n === 0 ? 100 : 900))), 0);
    assert.equal(growth(rounds.map((n) => (n === 6 ? 5_000 : 100))), 0);
    assert.equal(growth(rounds.slice(0, fewestForGrowth - 1)), null);
    const samples = rounds.map((n) => ({ heap: 100 + 7 * n, nodes: 5 }));
    assert.deepEqual(growing([samples], { heap: 7, nodes: 0 }), []);
    assert.deepEqual(growing([samples], { heap: 6, nodes: 0 }), ['heap grows by 7.0 a round, more than 6.0']);
  });

  it('finds in several processes what the noise of one hides', () => {
    const life = (rise: number) => [...Array(12).keys()].map((n) => ({ heap: 100 + rise * n }));
    const short = life(9).slice(0, fewestForGrowth - 1);
    assert.deepEqual(growing([life(3), life(-3), life(2), life(2), short], { heap: 4 }), []);
    assert.deepEqual(growing([life(3), life(2), life(2), life(3)], { heap: 4 }), [
      'heap grows by 2.5 a round in the mean of 4 processes, more than 2.0',
    ]);
  });
});

describe('the plan of a soak', () => {
  const take = (seed: number, count: number): RoundPlan[] => {
    const rounds = planRounds(seed);
    return Array.from({ length: count }, () => rounds.next().value);
  };

  it('is the same for the same seed', () => {
    assert.deepEqual(take(3, 100), take(3, 100));
    assert.notDeepEqual(take(3, 100), take(4, 100));
  });

  it('cuts the network, restarts the backend and reloads the window within the fewest rounds', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const rounds = take(seed, fewestRounds);
      assert.equal(rounds.filter(({ reload }) => reload).length, 1);
      const weathers = rounds.map(({ weather }) => weather).sort();
      assert.deepEqual(weathers, ['cut', 'restart', 'slow', 'sockets cut']);
    }
  });

  it('leaves a window and a backend alone for long enough to see what grows', () => {
    const reloads = take(1, 500).flatMap(({ reload, round }) => (reload ? [round] : []));
    const lives = reloads.slice(1).map((round, n) => round - (reloads[n] ?? 0));
    assert.ok(lives.some((life) => life >= 2 * fewestForGrowth));
  });
});
