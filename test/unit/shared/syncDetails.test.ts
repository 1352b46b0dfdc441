import assert from 'node:assert/strict';
import { compareCost } from '../../../src/shared/syncDetails.ts';
import { tables } from '../../../src/shared/tables.ts';
import { countersFixture, measuredSections } from '../../fixtures/syncDetails.ts';

describe('compareCost', () => {
  const counters = countersFixture();

  it('multiplies the events of each table with the bytes of its own query', () => {
    const cost = compareCost(counters, measuredSections);
    for (const { table, events, refetch } of cost.tables) {
      const section = measuredSections.find((measured) => measured.table === table);
      assert.ok(section && 'bytes' in section);
      assert.equal(refetch, events * section.bytes);
    }
    assert.equal(
      cost.refetch,
      cost.tables.reduce((sum, { refetch }) => sum + (refetch ?? 0), 0),
    );
    assert.equal(cost.events, 2_377);
    assert.ok(cost.complete);
  });

  it('counts every byte of sync, both ways', () => {
    assert.equal(compareCost(counters, []).spent, 31_400 + 412_900 + 24_800 + 1_684_000);
    assert.equal(compareCost(counters, []).requests, 214);
  });

  it('knows nothing of refetching before it was measured', () => {
    const cost = compareCost(counters, []);
    assert.equal(cost.refetch, null);
    assert.deepEqual(
      cost.tables.map(({ table }) => table),
      [...tables],
    );
    assert.ok(cost.tables.every(({ measurement, refetch }) => measurement === null && refetch === null));
  });

  it('is incomplete only when a table with events could not be measured', () => {
    const failed = measuredSections.map((section) =>
      section.table === 'models' ? { table: section.table, problem: 'No.' } : section,
    );
    assert.ok(!compareCost(counters, failed).complete);
    const still = countersFixture({ events: { ...counters.events, models: 0 } });
    assert.ok(compareCost(still, failed).complete);
  });
});
