import assert from 'node:assert/strict';
import type { EventRow, RunRow } from '../../../src/shared/model.ts';
import { eventMoment } from '../../../src/webview/timeline/moments.ts';
import {
  answered,
  asked,
  filtered,
  type HeldRows,
  type Older,
  reaches,
  slid,
} from '../../../src/webview/timeline/older.ts';
import { olderMessage } from '../../fixtures/dashboard.ts';
import { ago, eventRow, fixtureId, minutes, runRow } from '../../fixtures/rows.ts';

const noFilter = { kind: null, project: null };

const from = (n: number): string => ago(n * minutes);
const map = <R extends { readonly id: string }>(rows: readonly R[]) =>
  new Map(rows.map((row) => [row.id, row]));
const held = (
  n: number | null,
  events: readonly EventRow[] = [],
  runs: readonly RunRow[] = [],
): HeldRows => ({
  events: map(events),
  runs: map(runs),
  from: n === null ? null : from(n),
});
const first = () => asked(null, noFilter, from(10), 1);
const ids = (older: Older | null) =>
  [...(older?.events.keys() ?? [])].map((id) => Number.parseInt(id.slice(-4), 16));

describe('older pages', () => {
  it('begin where the held rows end and go on where the answer says', () => {
    assert.deepEqual(first().next, { at: from(10), id: null });
    const next = { at: from(12), id: fixtureId('ide_sync_events', 12) };
    const page = answered(first(), olderMessage(1, { events: [eventRow(11), eventRow(12)], next }));
    assert.deepEqual(ids(page), [11, 12]);
    assert.equal(page?.asking.kind, 'idle');
    assert.deepEqual(asked(page, noFilter, from(3), 2).next, next);
    const end = answered(
      asked(page, noFilter, from(3), 2),
      olderMessage(2, { events: [eventRow(12), eventRow(13)] }),
    );
    assert.deepEqual(ids(end), [11, 12, 13]);
    assert.equal(end?.next, null);
  });

  it('take no answer that nobody waits for', () => {
    const waiting = first();
    assert.equal(answered(waiting, olderMessage(7, { events: [eventRow(11)] })), waiting);
    const page = answered(waiting, olderMessage(1));
    assert.equal(answered(page, olderMessage(1, { events: [eventRow(11)] })), page);
    assert.equal(answered(null, olderMessage(1, { events: [eventRow(11)] })), null);
  });

  it('tell a problem, keep their place and try again from it', () => {
    const failed = answered(
      first(),
      olderMessage(1, { problem: 'No answer.', next: { at: from(10), id: null } }),
    );
    assert.deepEqual(failed?.asking, { kind: 'problem', words: 'No answer.' });
    assert.deepEqual(asked(failed, noFilter, from(10), 2).next, { at: from(10), id: null });
  });

  it('stay under a narrower filter, whose request begins anew, and are forgotten under any other', () => {
    const git = { kind: 'git', project: null } as const;
    const page = answered(
      first(),
      olderMessage(1, { events: [eventRow(11)], next: { at: from(11), id: 'x' } }),
    );
    const narrower = filtered(asked(page, noFilter, from(10), 2), git);
    assert.deepEqual(ids(narrower), [11]);
    assert.equal(answered(narrower, olderMessage(2, { events: [eventRow(14)] })), narrower);
    assert.equal(filtered(narrower, noFilter), null);
    assert.equal(filtered(narrower, { kind: 'task', project: null }), null);
    assert.equal(filtered(page, noFilter), page);
  });

  it('keep events that the window lets go, and lose deleted ones', () => {
    const page = answered(
      first(),
      olderMessage(1, { events: [eventRow(11)], next: { at: from(11), id: 'x' } }),
    );
    const before = held(10, [eventRow(1), eventRow(5), eventRow(9)]);
    const after = slid(page, before, held(6, [eventRow(0)]));
    assert.deepEqual(ids(after), [11, 9], 'of 1, 5 and 9 only 9 lies before what is held');
    assert.equal(slid(after, held(6), held(6)), after);
    assert.equal(slid(null, before, held(6)), null);
  });

  it('keep runs that the window slides past, and lose deleted ones', () => {
    const run = (n: number, started: number) => runRow(n, { started_at: from(started) });
    const before = held(10, [], [run(1, 8), run(2, 5), run(3, 20)]);
    const after = slid(first(), before, held(6));
    assert.deepEqual([...(after?.runs.keys() ?? [])], [fixtureId('training_runs', 1)]);
    assert.equal(slid(after, held(6, [], [run(1, 8)]), held(6))?.runs.size, 0);
  });

  it('believe the held rows where they reach back again, and end when all is held', () => {
    const page = answered(first(), olderMessage(1, { events: [eventRow(11), eventRow(12), eventRow(30)] }));
    const after = slid(page, held(10), held(20, [eventRow(12)]));
    assert.deepEqual(ids(after), [12, 30]);
    assert.equal(slid(after, held(20), held(null)), null);
  });

  it('are complete down to where the next page begins', () => {
    const event = (n: number) => eventMoment(eventRow(n));
    const id = fixtureId('ide_sync_events', 12);
    const page = answered(first(), olderMessage(1, { next: { at: from(12), id } }));
    assert(page);
    assert.deepEqual(
      [9, 12, 13].map((n) => reaches(page, event(n))),
      [true, true, false],
    );
    assert.equal(reaches({ ...page, next: { at: from(12), id: `${id}0` } }, event(12)), false);
    assert.equal(reaches(first(), event(10)), false);
    assert.equal(reaches({ ...page, next: null }, event(900)), true);
  });
});
