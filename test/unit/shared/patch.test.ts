import assert from 'node:assert/strict';
import { applyPatches, emptyTables } from '../../../src/shared/patch.ts';
import { tables } from '../../../src/shared/tables.ts';
import { modelRow, projectRow, runRow } from '../../fixtures/rows.ts';

describe('applyPatches', () => {
  const first = runRow(1);
  const second = runRow(2);
  const before = applyPatches(emptyTables(), {
    projects: { up: [projectRow(1)], del: [] },
    training_runs: { up: [first, second], del: [] },
  });

  it('inserts, updates and deletes', () => {
    const changed = { ...first, name: 'changed' };
    const third = runRow(3);
    const after = applyPatches(before, { training_runs: { up: [changed, third], del: [second.id] } });
    assert.deepEqual([...after.training_runs.values()], [changed, third]);
  });

  it('leaves what it was given as it was', () => {
    const held = [...before.training_runs];
    applyPatches(before, { training_runs: { up: [{ ...first, name: 'other' }], del: [second.id] } });
    assert.deepEqual([...before.training_runs], held);
  });

  it('keeps the identity of every table and row that did not change', () => {
    const after = applyPatches(before, {
      training_runs: { up: [{ ...second, step: 9 }], del: [] },
      models: { up: [], del: [] },
    });
    for (const table of tables) {
      assert.equal(after[table] === before[table], table !== 'training_runs', table);
    }
    assert.equal(after.training_runs.get(first.id), first);
  });

  it('keeps the place of a row that is updated', () => {
    const after = applyPatches(before, { training_runs: { up: [{ ...first, step: 9 }], del: [] } });
    assert.deepEqual([...after.training_runs.keys()], [first.id, second.id]);
  });

  it('holds a row that one patch deletes and brings again', () => {
    const after = applyPatches(before, { training_runs: { up: [first], del: [first.id] } });
    assert.equal(after.training_runs.get(first.id), first);
  });

  it('takes the deletion of a row that it does not hold', () => {
    const after = applyPatches(before, { models: { up: [], del: [modelRow(9).id] } });
    assert.equal(after.models.size, 0);
  });
});
