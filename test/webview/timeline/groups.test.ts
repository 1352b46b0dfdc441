import assert from 'node:assert/strict';
import type { EventRow } from '../../../src/shared/model.ts';
import { type Entry, groupMoments } from '../../../src/webview/timeline/groups.ts';
import {
  compareMoments,
  eventMoment,
  type Moment,
  ownMoment,
  runMoments,
} from '../../../src/webview/timeline/moments.ts';
import { ago, eventRow, fixtureId, hours, minutes, outgoingEvent, runRow } from '../../fixtures/rows.ts';

const dayOf = (at: number): string => (Number.isNaN(at) ? '' : new Date(at).toISOString().slice(0, 10));

function group(moments: readonly Moment[], before: readonly Entry[] = []): readonly Entry[] {
  return groupMoments([...moments].sort(compareMoments), dayOf, before);
}

function event(n: number, fields: Partial<EventRow> = {}): Moment {
  return eventMoment(eventRow(n, fields));
}

/** Numbers of the events in each row. */
function numbers(entries: readonly Entry[]): number[][] {
  return entries.map(({ parts }) => parts.map(({ moment }) => Number.parseInt(moment.id.slice(-6), 16)));
}

describe('grouping of the timeline', () => {
  it('makes one row of neighbours of the same type and project', () => {
    const project_id = fixtureId('projects', 1);
    const moments = [event(0), event(1), event(2, { project_id }), event(3, { project_id }), event(4)];
    assert.deepEqual(numbers(group(moments)), [[0, 1], [2, 3], [4]]);
  });

  it('keeps neighbours apart by type, subject, run, day and 30 minutes', () => {
    const task = (n: number, group: string) => event(n, { event_type: 'task.ended', payload: { group } });
    assert.deepEqual(numbers(group([event(0), event(1, { event_type: 'file.created' }), event(2)])), [
      [0],
      [1],
      [2],
    ]);
    assert.deepEqual(numbers(group([task(0, 'build'), task(1, 'build'), task(2, 'test')])), [[0, 1], [2]]);
    assert.deepEqual(numbers(group([event(0), event(1, { run_id: fixtureId('training_runs', 1) })])), [
      [0],
      [1],
    ]);
    assert.deepEqual(numbers(group([event(12 * 60 - 1), event(12 * 60 + 1)])), [[719], [721]]);
    assert.deepEqual(numbers(group([event(0), event(30), event(61)])), [[0, 30], [61]]);
  });

  it('never hides a failure or a refusal in a row of several', () => {
    const ended = (n: number, exit_code: number) =>
      event(n, { event_type: 'task.ended', payload: { group: 'build', exit_code } });
    assert.deepEqual(numbers(group([ended(0, 0), ended(1, 0), ended(2, 1), ended(3, 1), ended(4, 0)])), [
      [0, 1],
      [2],
      [3],
      [4],
    ]);
    const own = (n: number, state: 'waiting' | 'refused') => ownMoment({ event: outgoingEvent(n), state });
    assert.deepEqual(numbers(group([own(0, 'waiting'), own(1, 'refused'), event(2)])), [[0], [1], [2]]);
    assert.deepEqual(numbers(group([own(0, 'waiting'), event(1)])), [[0, 1]]);
    const run = (n: number, status: string) =>
      runMoments(runRow(n, { status, started_at: null, finished_at: ago(n * minutes) }));
    const runs = [run(1, 'completed'), run(2, 'completed'), run(3, 'failed'), run(4, 'failed')].flat();
    assert.deepEqual(
      group(runs).map(({ parts }) => parts.length),
      [2, 1, 1],
    );
  });

  it('takes a start into its end, wherever it stands', () => {
    const started = (n: number, event_type: string) => event(n, { event_type, payload: {} });
    const ended = (n: number, event_type: string, start: unknown) =>
      event(n, { event_type, payload: { start_id: start } });
    const id = (n: number) => fixtureId('ide_sync_events', n);
    const rows = group([ended(0, 'task.ended', id(5)), event(2), started(5, 'task.started')]);
    assert.deepEqual(numbers(rows), [[0], [2]]);
    assert.equal(rows[0]?.parts[0].started?.id, id(5));
    // Another kind of thing, an event that is no start, itself, nothing at all.
    assert.equal(group([ended(0, 'task.ended', id(5)), started(5, 'debug.started')]).length, 2);
    assert.equal(group([ended(0, 'file.ended', id(5)), event(5)]).length, 2);
    assert.equal(group([ended(0, 'task.ended', id(0))]).length, 1);
    assert.equal(group([ended(0, 'task.ended', { a: 1 }), started(5, 'task.started')]).length, 2);
  });

  it('keeps the rows that are still the same, and their keys when newer moments join', () => {
    const old = [event(5, { event_type: 'git.switched' }), event(9)];
    const before = group([event(3), ...old]);
    const after = group([event(2), event(3), ...old], before);
    assert.equal(after.length, 3);
    assert.equal(after[0]?.key, before[0]?.key);
    assert.notEqual(after[0], before[0]);
    assert.equal(after[1], before[1]);
    assert.equal(after[2], before[2]);
  });

  it('orders by time to the microsecond, then by id, and puts unreadable times last', () => {
    const at = (n: number, occurred_at: string) => event(n, { occurred_at, event_type: `x.${n}` });
    const rows = group([
      at(1, 'not a time'),
      at(2, '2026-11-22T12:00:00.123455+00:00'),
      at(3, '2026-11-22T12:00:00.123456+00:00'),
      at(4, '2026-11-22T12:00:00.123455+00:00'),
      at(5, ago(hours)),
    ]);
    assert.deepEqual(numbers(rows).flat(), [3, 4, 2, 5, 1]);
  });
});
