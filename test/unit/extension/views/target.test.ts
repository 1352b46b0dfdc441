import assert from 'node:assert/strict';
import { comparedOf, targetOf } from '../../../../src/extension/views/target.ts';

describe('what a command of rows is about', () => {
  it('is a row of a side view, or what its click passes', () => {
    assert.deepEqual(targetOf({ id: 'run/r1' }), { kind: 'run', id: 'r1' });
    assert.deepEqual(targetOf({ kind: 'model', id: 'm1', more: 1 }), { kind: 'model', id: 'm1' });
    for (const other of [null, 'r1', {}, { kind: 'run' }, { kind: 'user', id: 'u1' }])
      assert.equal(targetOf(other), null);
  });

  it('are 2 to 10 different runs to compare', () => {
    assert.deepEqual(comparedOf(['r2', { kind: 'run', id: 'r1' }, 'r2']), ['r2', 'r1']);
    const many = Array.from({ length: 11 }, (_, n) => `r${n}`);
    assert.equal(comparedOf(many.slice(1))?.length, 10);
    for (const other of [
      undefined,
      'r1',
      [],
      ['r1', 'r1'],
      ['r1', 2],
      ['r1', { kind: 'model', id: 'm' }],
      many,
    ])
      assert.equal(comparedOf(other), null);
  });
});
