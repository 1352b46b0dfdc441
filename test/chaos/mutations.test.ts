import assert from 'node:assert/strict';
import { buildMutant, mutations } from './mutations.ts';
import { survey } from './survey.ts';

/** The engine itself keeps its promises in all of these (simulation.test.ts). */
const seeds = 500;

describe('the engine without', () => {
  for (const mutation of mutations)
    it(`${mutation.name} breaks its promises`, async () => {
      const worker = await buildMutant(mutation);
      const { failed } = await survey({ from: 1, seeds, enough: 1, worker });
      assert.ok(failed.length > 0, `it kept its promises in ${seeds} worlds: the simulation does not see it`);
    });
});
