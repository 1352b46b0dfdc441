import assert from 'node:assert/strict';
import { startBackend, type TestBackend } from '../support/backend.ts';
import { findMutant, mutations } from './mutations.ts';

describe('the outbox without', function () {
  this.timeout(240_000);
  let backend: TestBackend;

  before(async () => {
    backend = await startBackend();
  });
  after(() => backend?.stop());

  for (const mutation of mutations)
    it(`${mutation.name}: the rounds find something ${mutation.rule}`, async () => {
      assert.ok(await findMutant(mutation, backend), 'the rounds do not see it');
    });
});
