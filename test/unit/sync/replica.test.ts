import assert from 'node:assert/strict';
import { Replica } from '../../../src/extension/sync/replica.ts';
import type { PulledChange } from '../../../src/extension/sync/transport.ts';
import type { ReplicaBatch } from '../../../src/extension/sync/types.ts';
import { projectRow, runRow } from '../../fixtures/rows.ts';

function project(id: string, seq: number, name = `name ${seq}`): PulledChange {
  return { kind: 'row', table: 'projects', id, seq, row: projectRow(1, { id, name, sync_seq: seq }) };
}

function gone(id: string, seq: number, rowSeq = seq - 1): PulledChange {
  return { kind: 'tombstone', table: 'projects', id, seq, rowSeq, deletedAt: '2026-01-15T12:00:00Z' };
}

describe('Replica', () => {
  let replica: Replica;
  let batches: ReplicaBatch[];

  beforeEach(() => {
    let lives = 0;
    replica = new Replica(
      () => `life ${++lives}`,
      (error) => assert.fail(String(error)),
    );
    batches = [];
    replica.onDidChange((batch) => batches.push(batch));
  });

  it('publishes nothing before the commit, and never touches what it has published', () => {
    replica.apply(project('a', 1), 'pull');
    assert.equal(replica.tables.projects.size, 0);
    replica.commit();
    const before = replica.tables;
    replica.apply(project('a', 2), 'realtime');
    replica.apply(gone('b', 3), 'realtime');
    replica.commit();
    assert.equal(before.projects.get('a')?.name, 'name 1');
    assert.equal(replica.tables.projects.get('a')?.name, 'name 2');
    assert.equal(replica.tables.models, before.models, 'an untouched table keeps its identity');
  });

  it('tells the net difference of each row once a batch', () => {
    replica.apply(project('kept', 1), 'pull');
    replica.apply(project('dropped', 2), 'pull');
    replica.commit();
    for (const change of [project('kept', 3), project('kept', 4), project('brief', 5), gone('brief', 6)])
      replica.apply(change, 'realtime');
    replica.apply(project('new', 7), 'realtime');
    replica.apply(project('new', 8), 'realtime');
    replica.apply(gone('dropped', 9), 'realtime');
    replica.commit();
    const told = batches[1]?.changes.map((c) => [
      c.eventType,
      c.new?.id ?? c.old?.id,
      c.old?.sync_seq,
      c.seq,
    ]);
    assert.deepEqual(told, [
      ['UPDATE', 'kept', 1, 4],
      ['INSERT', 'new', undefined, 8],
      ['DELETE', 'dropped', 2, 9],
    ]);
  });

  it('names what was deleted without having been held, once and beside the changes', () => {
    replica.apply(project('a', 1), 'pull');
    replica.apply(gone('older', 2), 'pull');
    replica.commit();
    replica.apply(gone('older', 2), 'realtime');
    replica.commit();
    replica.apply(gone('a', 3), 'realtime');
    replica.apply(gone('oldest', 4), 'realtime');
    replica.commit();
    assert.deepEqual(
      batches.map(({ revision, changes, gone: names }) => [revision, changes.length, names]),
      [
        [1, 1, [{ table: 'projects', id: 'older' }]],
        [2, 1, [{ table: 'projects', id: 'oldest' }]],
      ],
    );
  });

  it('takes a version only if it is newer than the row and its tombstone', () => {
    assert.equal(replica.apply(project('a', 5), 'realtime'), 'applied');
    assert.equal(replica.apply(project('a', 5), 'pull'), 'stale');
    assert.equal(replica.apply(project('a', 4), 'pull'), 'stale');
    assert.equal(replica.apply(gone('a', 6), 'realtime'), 'applied');
    assert.equal(replica.apply(project('a', 5), 'pull'), 'stale');
    assert.equal(replica.apply(gone('b', 9), 'realtime'), 'applied');
    assert.equal(replica.apply(project('b', 8), 'pull'), 'stale');
    assert.equal(replica.apply(project('b', 10), 'realtime'), 'applied');
  });

  it('becomes a snapshot in one batch; what did not change keeps its identity', () => {
    for (const change of [project('same', 1), project('other', 2), project('gone', 3)])
      replica.apply(change, 'pull');
    replica.commit();
    const same = replica.tables.projects.get('same');
    replica.replace([project('same', 1), project('other', 20), project('new', 21)], 30);
    replica.commit();
    assert.equal(replica.tables.projects.get('same'), same);
    const told = batches[1]?.changes.map((c) => `${c.eventType} ${c.new?.id ?? c.old?.id} ${c.source}`);
    assert.deepEqual(told, ['DELETE gone pull', 'UPDATE other pull', 'INSERT new pull']);
  });

  it('goes back to lower numbers with a snapshot of another life', () => {
    replica.apply(project('a', 500), 'pull');
    replica.apply(gone('b', 501), 'realtime');
    replica.commit();
    replica.replace([project('a', 3, 'restored'), project('b', 4)], 5);
    replica.commit();
    assert.equal(replica.tables.projects.get('a')?.name, 'restored');
    assert.equal(replica.apply(project('b', 6), 'realtime'), 'applied');
  });

  it('takes a row of a snapshot although the one it holds has the same number', () => {
    replica.apply(project('a', 5, 'put together from two histories'), 'realtime');
    replica.commit();
    replica.replace([project('a', 5, 'as it is')], 5);
    replica.commit();
    assert.equal(replica.tables.projects.get('a')?.name, 'as it is');
  });

  it('begins a new life when wiped, and tells no change of it', () => {
    replica.apply(project('a', 1), 'pull');
    replica.commit();
    const { epoch } = replica;
    replica.wipe();
    assert.notEqual(replica.epoch, epoch);
    assert.deepEqual(batches[1], { epoch: replica.epoch, revision: 0, changes: [] });
    assert.equal(replica.tables.projects.size, 0);
  });

  it('merges a partial update into the row held', () => {
    const run = runRow(1, { sync_seq: 1, error: 'long text', progress: 0.1 });
    replica.apply({ kind: 'row', table: 'training_runs', id: run.id, seq: 1, row: run }, 'pull');
    const record = { id: run.id, sync_seq: 2, progress: 0.2 };
    assert.equal(
      replica.apply({ kind: 'partial', table: 'training_runs', id: run.id, seq: 2, record }, 'realtime'),
      'applied',
    );
    replica.commit();
    assert.deepEqual(replica.tables.training_runs.get(run.id), { ...run, sync_seq: 2, progress: 0.2 });
    const other = { kind: 'partial', table: 'training_runs', id: 'x', seq: 3, record } as const;
    assert.equal(replica.apply(other, 'realtime'), 'incomplete');
  });
});
