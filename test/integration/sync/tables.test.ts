import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Table } from '../../../src/shared/model.ts';
import { startBackend, type TestBackend, type TestUser } from '../../support/backend.ts';
import { type LiveSync, openSync } from './harness.ts';

/** One row of each table as another client writes it, a change of it, and who may write it. */
const cases: readonly {
  readonly table: Table;
  readonly by: 'user' | 'admin';
  readonly insert: Readonly<Record<string, unknown>>;
  readonly update: Readonly<Record<string, unknown>>;
}[] = [
  {
    table: 'projects',
    by: 'user',
    insert: { name: 'Atlas', status: 'active' },
    update: { name: 'Borealis' },
  },
  {
    table: 'training_runs',
    by: 'user',
    insert: { name: 'run 1', status: 'running', metrics: { loss: 2.5 } },
    update: { progress: 0.5, metrics: { loss: 1.25 } },
  },
  {
    table: 'models',
    by: 'user',
    insert: { name: 'model', version: '1', status: 'ready', tags: ['a', 'b'], size_bytes: 123_456_789_012 },
    update: { status: 'deployed', tags: ['b'] },
  },
  {
    table: 'usage_tracking',
    by: 'admin',
    insert: { metric: 'tokens', day: new Date().toISOString().slice(0, 10), amount: 12.5 },
    update: { amount: 99.75 },
  },
  {
    table: 'subscriptions',
    by: 'admin',
    insert: {
      plan: 'Pro',
      status: 'active',
      current_period_start: '2026-01-01T00:00:00Z',
      current_period_end: '2026-02-01T00:00:00Z',
      limits: { tokens: { limit: 1000, unit: 'tokens' } },
    },
    update: { plan: 'Team' },
  },
  {
    table: 'ide_sync_events',
    by: 'admin',
    insert: {
      event_type: 'file.saved',
      occurred_at: '2026-01-15T12:00:00Z',
      payload: { language: 'python' },
    },
    update: { payload: { language: 'typescript' } },
  },
];

describe('sync of the six tables', function () {
  this.timeout(180_000);

  let backend: TestBackend;
  let user: TestUser;
  let stranger: TestUser;
  let live: LiveSync;

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
    stranger = await backend.newUser();
  });
  after(() => backend?.stop());

  // Anew for each: after a minute a pull may be quicker than the socket.
  beforeEach(async () => {
    live = await openSync(backend, user);
    await live.reaches('live');
  });
  afterEach(() => live?.sync.dispose());

  for (const { table, by, insert, update } of cases) {
    it(`${table}: INSERT, UPDATE and DELETE by another client arrive over the socket`, async () => {
      const client = by === 'user' ? user.client : backend.admin;
      const id = randomUUID();
      const inserted = await client.from(table).insert({ id, user_id: user.id, ...insert });
      assert.equal(inserted.error, null);
      const first = await live.sees('INSERT', (c) => c.eventType === 'INSERT' && c.new?.id === id);
      assert.equal(first.source, 'realtime');
      assert.equal(first.old, null);
      assert.partialDeepStrictEqual(withoutTimes(first.new), withoutTimes(insert));

      const updated = await client.from(table).update(update).eq('id', id);
      assert.equal(updated.error, null);
      const second = await live.sees('UPDATE', (c) => c.eventType === 'UPDATE' && c.new?.id === id);
      assert.equal(second.source, 'realtime');
      assert.partialDeepStrictEqual(withoutTimes(second.new), withoutTimes({ ...insert, ...update }));
      assert.deepEqual(second.old, first.new);
      assert.ok(second.seq > first.seq);

      const removed = await client.from(table).delete().eq('id', id);
      assert.equal(removed.error, null);
      const third = await live.sees('DELETE', (c) => c.eventType === 'DELETE' && c.old?.id === id);
      assert.equal(third.source, 'realtime');
      assert.equal(third.new, null);
      assert.equal(live.sync.replica.tables[table].has(id), false);
      assert.equal(live.sync.status.state, 'live');
    });
  }

  it('holds what the database holds after a burst, without a row of another user', async () => {
    const mine = Array.from({ length: 60 }, (_, i) => ({
      id: randomUUID(),
      user_id: user.id,
      name: `burst ${i}`,
    }));
    await Promise.all([
      ...mine.map((row) => user.client.from('projects').insert(row)),
      stranger.client.from('projects').insert({ user_id: stranger.id, name: 'not yours' }),
    ]);
    await user.client
      .from('projects')
      .delete()
      .in(
        'id',
        mine.slice(0, 20).map(({ id }) => id),
      );
    await user.client
      .from('projects')
      .update({ name: 'changed' })
      .in(
        'id',
        mine.slice(20, 40).map(({ id }) => id),
      );
    await live.sync.refresh();
    const { data } = await user.client.from('projects').select('id,name,sync_seq').order('id');
    const held = [...live.sync.replica.tables.projects.values()]
      .map(({ id, name, sync_seq }) => ({ id, name, sync_seq }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.equal(held.length, 40);
    assert.deepEqual(held, data);
  });

  it('measures the latency of the stream', () => {
    const { latency, clockOffset } = live.sync.status;
    assert.ok(latency !== null && latency >= 0 && latency < 60_000, `${latency} ms`);
    assert.ok(Math.abs(clockOffset) < 60_000, `${clockOffset} ms`);
  });
});

/** Timestamps come back in another notation. */
function withoutTimes(row: unknown): Record<string, unknown> {
  const entries = Object.entries(row ?? {});
  return Object.fromEntries(entries.filter(([key]) => !/_at$|_start$|_end$/.test(key)));
}
