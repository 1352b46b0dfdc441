import assert from 'node:assert/strict';
import { decodeChanges, decodeStreamed } from '../../../src/extension/supabase/wire.ts';
import { decodeRow, decodeUpdate } from '../../../src/extension/sync/decode.ts';
import { eventRow, modelRow, projectRow, subscriptionRow } from '../../fixtures/rows.ts';

describe('decoding rows', () => {
  const row = projectRow(1, { sync_seq: 5 });

  it('lets go of columns that it does not know', () => {
    assert.deepEqual(decodeRow('projects', { ...row, added_later: 1 }), {
      kind: 'row',
      table: 'projects',
      id: row.id,
      seq: 5,
      row,
    });
  });

  it('fills columns that an older schema lacks', () => {
    const { description: _, color: __, ...old } = row;
    const decoded = decodeRow('projects', old);
    assert.deepEqual(decoded?.kind === 'row' && decoded.row, { ...row, description: null, color: null });
  });

  it('reads as empty what is nested too deeply to be told to the page', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
    for (const [levels, is] of [
      [50, { a: nested(50) }],
      [5_000, {}],
    ] as const) {
      const decoded = decodeRow('ide_sync_events', eventRow(1, { payload: { a: nested(levels) } }));
      assert.deepEqual(
        decoded?.kind === 'row' && JSON.stringify('payload' in decoded.row && decoded.row.payload),
        JSON.stringify(is),
      );
    }
  });

  it('keeps of a plan the limits that the database enforces, and calls no metric unlimited that it cannot read', () => {
    const limits = {
      tokens: { limit: 100, hard: true, unit: null },
      requests: { limit: 5, hard: 'true', unit: 7 },
      storage_bytes: { limit: null },
      ...{ gpu_minutes: { limit: '30' }, embeddings: {}, images: 12, audio: null },
    };
    const decoded = decodeRow('subscriptions', { ...subscriptionRow(0), limits });
    const read = decoded?.kind === 'row' && 'limits' in decoded.row ? decoded.row.limits : null;
    assert.deepEqual(JSON.parse(JSON.stringify(read)), {
      tokens: { limit: 100, hard: true },
      requests: { limit: 5 },
      storage_bytes: { limit: null },
    });
  });

  it('names the column of a row that does not fit, and still which row and version it is', () => {
    const decoded = decodeRow('projects', { ...row, name: 7 });
    assert.equal(decoded?.kind, 'unreadable');
    assert.equal(decoded.id, row.id);
    assert.equal(decoded.seq, 5);
    assert.match(decoded.kind === 'unreadable' ? decoded.detail : '', /^name: /);
  });

  it('is lost on a row without id or seq', () => {
    for (const wrong of [null, 'x', [], {}, { id: 'x' }, { ...row, sync_seq: '5' }, { ...row, sync_seq: 0 }])
      assert.equal(decodeRow('projects', wrong), null);
  });

  it('knows an update that lacks unchanged wide values from a whole one', () => {
    const model = modelRow(1);
    assert.equal(decodeUpdate('models', model)?.kind, 'row');
    const { description: _, ...rest } = model;
    assert.equal(decodeUpdate('models', rest)?.kind, 'partial');
    assert.equal(decodeUpdate('models', { name: 'no id' }), null);
  });

  it('reads a page: unknown tables are left out, a row that does not fit stops nothing', () => {
    const changes = decodeChanges([
      { tbl: 'projects', seq: 5, row },
      { tbl: 'added_later', seq: 6, row: {} },
      { tbl: 'models', seq: 7, row: { id: 'm', sync_seq: 7 } },
      { tbl: 'models', seq: 8, id: 'x', row_seq: 3, deleted_at: '2026-01-15T12:00:00Z' },
      { tbl: 'models', seq: 9, row: {} },
    ]);
    assert.deepEqual(
      changes.map(({ kind, seq }) => `${kind} ${seq}`),
      ['row 5', 'unreadable 7', 'tombstone 8', 'unreadable 9'],
    );
  });

  it('reads tombstones and canaries from the socket', () => {
    const record = { user_id: 'u', tbl: 'models', pk: 'x', sync_seq: 8, row_seq: 3, deleted_at: 'now' };
    const tombstone = { kind: 'tombstone', table: 'models', id: 'x', seq: 8, rowSeq: 3, deletedAt: 'now' };
    assert.deepEqual(decodeStreamed('sync_tombstones', 'INSERT', record), tombstone);
    assert.equal(decodeStreamed('sync_tombstones', 'INSERT', { ...record, tbl: 'other' }), null);
    assert.deepEqual(decodeStreamed('sync_canaries', 'UPDATE', { nonce: 'n', sync_seq: 3 }), {
      kind: 'canary',
      seq: 3,
      nonce: 'n',
    });
    assert.equal(decodeStreamed('sync_canaries', 'UPDATE', {}), null);
    assert.equal(decodeStreamed('other', 'INSERT', record), null);
  });
});
