import assert from 'node:assert/strict';
import { Sequencer } from '../../../src/extension/sync/sequencer.ts';
import type { StreamedChange } from '../../../src/extension/sync/transport.ts';

const change = (seq: number): StreamedChange => ({ kind: 'canary', seq, nonce: String(seq) });

describe('Sequencer', () => {
  let applied: number[];
  let refused: Set<number>;
  let sequencer: Sequencer;

  beforeEach(() => {
    applied = [];
    refused = new Set();
    sequencer = new Sequencer(({ seq }) => {
      if (refused.has(seq)) return false;
      applied.push(seq);
      return true;
    });
  });

  it('keeps everything until the first pull says where it stands', () => {
    for (const seq of [7, 5, 6]) assert.equal(sequencer.offer(change(seq)), 'taken');
    assert.deepEqual(applied, []);
    assert.equal(sequencer.hasGap, false);
    sequencer.rebase(5, 0);
    assert.deepEqual(applied, [6, 7]);
    assert.equal(sequencer.cursor, 7);
  });

  it('applies each change once and in order', () => {
    sequencer.rebase(0, 0);
    const outcomes = [1, 3, 3, 1, 2, 2].map((seq) => sequencer.offer(change(seq)));
    assert.deepEqual(applied, [1, 2, 3]);
    assert.deepEqual(outcomes, ['taken', 'taken', 'known', 'known', 'taken', 'known']);
  });

  it('stays below a change that cannot be applied whole', () => {
    sequencer.rebase(0, 0);
    refused.add(2);
    sequencer.offer(change(3));
    sequencer.offer(change(1));
    assert.equal(sequencer.offer(change(2)), 'lost');
    assert.equal(sequencer.cursor, 1);
    assert.equal(sequencer.advance(2, true, 0), 'taken');
    assert.deepEqual(applied, [1, 3]);
  });

  it('drops what a complete pull shows to be of another life, and keeps what came after the pull began', () => {
    sequencer.rebase(0, 0);
    sequencer.offer(change(900));
    const mark = sequencer.mark();
    sequencer.offer(change(12));
    sequencer.advance(10, true, mark);
    assert.equal(sequencer.hasSeen(900), false);
    assert.equal(sequencer.hasSeen(12), true);
    sequencer.offer(change(11));
    assert.deepEqual(applied, [11, 12]);
    assert.equal(sequencer.hasGap, false);
  });

  it('never goes back in a pull, but does in a snapshot', () => {
    sequencer.rebase(10, 0);
    sequencer.advance(4, true, 0);
    assert.equal(sequencer.cursor, 10);
    sequencer.rebase(4, 0);
    assert.equal(sequencer.cursor, 4);
  });

  it('does not go on between two pages of a pull: a page may have passed a version over', () => {
    sequencer.rebase(3, 0);
    sequencer.offer(change(6));
    const mark = sequencer.mark();
    sequencer.advance(5, false, mark);
    sequencer.offer(change(7));
    assert.deepEqual(applied, []);
    assert.equal(sequencer.hasGap, false, 'the next page is on its way');
    sequencer.advance(6, true, mark);
    assert.deepEqual(applied, [7]);
  });

  it('takes a tombstone in the place of the last version too, which may never come', () => {
    const places: string[] = [];
    sequencer = new Sequencer(({ kind, seq }, place) => places.push(`${kind} ${seq} at ${place}`) > 0);
    const gone: StreamedChange = {
      ...{ kind: 'tombstone', table: 'projects', id: 'p', seq: 5, rowSeq: 2 },
      deletedAt: '2026-01-15T12:00:00Z',
    };
    sequencer.rebase(0, 0);
    for (const one of [gone, change(1), gone, change(3)]) sequencer.offer(one);
    assert.deepEqual(places, ['canary 1 at 1', 'tombstone 5 at 2', 'canary 3 at 3']);
    assert.equal(sequencer.hasGap, true);
    assert.equal(sequencer.offer(change(4)), 'taken');
    assert.deepEqual(places.slice(3), ['canary 4 at 4', 'tombstone 5 at 5']);
  });

  it('prefers the last version itself to the tombstone in its place', () => {
    const gone: StreamedChange = {
      ...{ kind: 'tombstone', table: 'projects', id: 'p', seq: 5, rowSeq: 2 },
      deletedAt: '2026-01-15T12:00:00Z',
    };
    sequencer.rebase(0, 0);
    assert.deepEqual(
      [gone, change(2), change(2)].map((one) => sequencer.offer(one)),
      ['taken', 'taken', 'known'],
    );
    sequencer.offer(change(1));
    assert.deepEqual(applied, [1, 2]);
  });

  it('holds no more than it must: an endless gap asks for a pull instead', () => {
    sequencer.rebase(0, 0);
    const outcomes = new Set<string>();
    for (let seq = 2; seq < 6_000; seq++) outcomes.add(sequencer.offer(change(seq)));
    assert.ok(outcomes.has('lost'));
  });
});
