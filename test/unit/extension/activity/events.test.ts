import assert from 'node:assert/strict';
import { createUuidV7 } from '../../../../src/extension/activity/events.ts';

describe('UUID version 7', () => {
  const make = (times: readonly number[]) => {
    let at = 0;
    const next = createUuidV7(() => times[Math.min(at++, times.length - 1)] ?? 0);
    return times.map(next);
  };
  const start = 1_700_000_000_000;

  it('has the form of RFC 9562 and says the time', () => {
    const [id = ''] = make([start]);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), start);
  });

  it('is in order within a millisecond and whatever the clock does, and differs', () => {
    for (const times of [
      Array.from({ length: 1_000 }, (_, i) => start + i),
      Array.from({ length: 20_000 }, () => start),
      [start, start + 5, start - 3_600_000, start - 1, start + 6, 0, start + 1e9, start],
    ]) {
      const ids = make(times);
      assert.deepEqual(ids, [...ids].sort());
      assert.equal(new Set(ids).size, times.length);
    }
  });
});
