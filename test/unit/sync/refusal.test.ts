import assert from 'node:assert/strict';
import { Refusal } from '../../../src/extension/sync/refusal.ts';

describe('Refusal', () => {
  it('waits in silence, however many pulls are refused, until one with the new token is', () => {
    const refusal = new Refusal();
    assert.equal(refusal.refused(), 'ask');
    refusal.pulling();
    assert.equal(refusal.refused(), 'wait');
    assert.equal(refusal.answered(), true);
    assert.equal(refusal.refused(), 'wait', 'a pull that began with the old token');
    refusal.pulling();
    assert.equal(refusal.refused(), 'tell');
    refusal.clear();
    assert.equal(refusal.refused(), 'ask');
  });

  it('asks nobody when the token is being renewed anyway', () => {
    const refusal = new Refusal();
    assert.equal(refusal.answered(), false);
    refusal.expired();
    assert.equal(refusal.refused(), 'wait');
    assert.equal(refusal.answered(), true);
  });
});
