import assert from 'node:assert/strict';
import { Refusal } from '../../../src/extension/sync/refusal.ts';

const ask = { ask: true, tell: false };
const wait = { ask: false, tell: false };
const tell = { ask: false, tell: true };

describe('Refusal', () => {
  it('waits in silence, however many pulls are refused, until one with the new token is', () => {
    const refusal = new Refusal();
    assert.deepEqual(refusal.refused(), ask);
    refusal.pulling();
    assert.deepEqual(refusal.refused(), wait);
    assert.equal(refusal.answered(), true);
    assert.deepEqual(refusal.refused(), wait, 'a pull that began with the old token');
    refusal.pulling();
    assert.deepEqual(refusal.refused(), tell);
    refusal.clear();
    assert.deepEqual(refusal.refused(), ask);
  });

  it('asks again once it was told, and goes on telling until a pull is taken', () => {
    const refusal = new Refusal();
    refusal.refused();
    refusal.answered();
    refusal.pulling();
    assert.deepEqual(refusal.refused(), tell);
    refusal.pulling();
    assert.deepEqual(refusal.refused(), { ask: true, tell: true });
    assert.deepEqual(refusal.refused(), tell, 'the new token is on its way');
    assert.equal(refusal.answered(), true);
    refusal.pulling();
    assert.deepEqual(refusal.refused(), tell);
    refusal.clear();
    assert.deepEqual(refusal.refused(), ask);
  });

  it('asks nobody when the token is being renewed anyway', () => {
    const refusal = new Refusal();
    assert.equal(refusal.answered(), false);
    refusal.expired();
    assert.deepEqual(refusal.refused(), wait);
    assert.equal(refusal.answered(), true);
  });
});
