import assert from 'node:assert/strict';
import { maxOwnEvents, OwnEvents } from '../../../../../src/extension/activity/outbox/ownEvents.ts';
import { event } from '../support.ts';

const now = 1_700_000_000_000;
const names = (count: number) => Array.from({ length: count }, (_, i) => `e${String(i).padStart(5, '0')}`);

/** A ledger, the rows that it is asked for, and what it says of them. */
function setup() {
  const own = new OwnEvents();
  const held = new Set<string>();
  const take = (ids: readonly string[], at = now) =>
    own.taken(
      ids.map((id) => event(id)),
      at,
    );
  const told = (
    asOf: number | null,
    {
      waiting = [],
      refused = [],
      at = now + 60_000,
    }: {
      readonly waiting?: readonly string[];
      readonly refused?: readonly string[];
      readonly at?: number;
    } = {},
  ) =>
    own
      .list(
        waiting.map((id) => event(id)),
        refused.map((id) => ({ event: event(id), reason: 'no' })),
        { has: (id) => held.has(id), asOf },
        at,
      )
      .map((one) => `${one.event.id} ${one.state}`);
  return { own, held, take, told };
}

describe('own events', () => {
  it('wait, are sent until the rows hold them, or are refused; oldest first', () => {
    const { held, take, told } = setup();
    assert.deepEqual(told(null, { waiting: ['b', 'd'], refused: ['a'] }), [
      'a refused',
      'b waiting',
      'd waiting',
    ]);
    take(['b']);
    assert.deepEqual(told(null, { waiting: ['d'], refused: ['a'] }), ['a refused', 'b sent', 'd waiting']);
    held.add('b');
    assert.deepEqual(told(null, { waiting: ['d'] }), ['d waiting']);
    held.delete('b');
    assert.deepEqual(told(null), [], 'what the rows had is theirs, also when they let it go');
  });

  it('are left to the rows also when the acknowledgement was lost', () => {
    const { held, told } = setup();
    held.add('a');
    assert.deepEqual(told(null, { waiting: ['a', 'b'] }), ['b waiting']);
  });

  it('are sent until the rows are of a moment after the acknowledgement: then they lie outside or were deleted', () => {
    const { take, told } = setup();
    take(['a']);
    for (const asOf of [null, now - 60_000, now]) assert.deepEqual(told(asOf), ['a sent'], String(asOf));
    assert.deepEqual(told(now + 1), []);
    assert.deepEqual(told(null), []);
  });

  it('are neither missing nor left over when the clock is set', () => {
    const hour = 3_600_000;
    const back = setup();
    back.take(['a'], now);
    // Set back after the acknowledgement; the proof is one by the new clock.
    assert.deepEqual(back.told(now - hour - 1, { at: now - hour }), ['a sent']);
    assert.deepEqual(back.told(now - hour + 1, { at: now - hour + 2 }), []);
    // Set back before it, and the proof is still by the old one.
    back.take(['b'], now - hour);
    assert.deepEqual(back.told(now, { at: now - hour + 5 }), ['b sent']);
    const forth = setup();
    forth.take(['a'], now);
    assert.deepEqual(forth.told(now - 1, { at: now + hour }), ['a sent']);
    assert.deepEqual(forth.told(now + hour, { at: now + hour }), []);
  });

  it('are the newest, of however many', () => {
    const { own, take, told } = setup();
    const all = names(10_000);
    take(all);
    assert.deepEqual(
      told(null),
      all.slice(-maxOwnEvents).map((id) => `${id} sent`),
    );
    assert.deepEqual(told(null, { waiting: ['a'], refused: ['b', 'z'] }).at(-1), 'z refused');
    assert.equal(told(null, { refused: ['z'] }).length, maxOwnEvents);
    let looks = 0;
    const has = () => {
      looks += 1;
      return true;
    };
    assert.deepEqual(own.list([], [], { has, asOf: null }, now), []);
    assert.equal(looks, maxOwnEvents, 'more are not held');
  });
});
