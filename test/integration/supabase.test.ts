import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { RealtimePostgresChangesPayload, SupabaseClient } from '@supabase/supabase-js';
import type { Table } from '../../src/shared/model.ts';
import { tables } from '../../src/shared/tables.ts';
import { makeClient, startBackend, type TestBackend, type TestUser } from '../support/backend.ts';

type Change = RealtimePostgresChangesPayload<Record<string, unknown>>;

/** A row of each table, and what an update changes. */
const samples: { readonly [T in Table]: readonly [Record<string, unknown>, Record<string, unknown>] } = {
  projects: [{ name: 'p' }, { name: 'p2' }],
  training_runs: [
    { name: 'r', status: 'running' },
    { status: 'completed', progress: 1 },
  ],
  models: [{ name: 'm' }, { size_bytes: 7_000_000_000 }],
  usage_tracking: [{ metric: 'tokens', amount: 12.5 }, { amount: 13 }],
  subscriptions: [{ plan: 'pro' }, { status: 'past_due' }],
  ide_sync_events: [{ event_type: 'file_saved' }, { payload: { files: 2 } }],
};

describe('supabase-js against the backend', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let a: TestUser;
  let b: TestUser;

  before(async function () {
    this.timeout(120_000);
    backend = await startBackend();
    [a, b] = [await backend.newUser(), await backend.newUser()];
  });
  after(() => backend?.stop());

  it('signs in with the right password only, renews and signs out', async () => {
    const client = backend.anonymous();
    const wrong = await client.auth.signInWithPassword({ email: a.email, password: 'not this' });
    assert.equal(wrong.error?.code, 'invalid_credentials');
    const right = await client.auth.signInWithPassword({ email: a.email, password: a.password });
    assert.equal(right.data.user?.id, a.id);
    const refreshed = await client.auth.refreshSession();
    assert.ok(refreshed.data.session);
    assert.notEqual(refreshed.data.session.refresh_token, right.data.session?.refresh_token);
    assert.equal((await client.auth.signOut()).error, null);
  });

  it('refuses a wrong key', async () => {
    const { error, status } = await makeClient(backend.url, 'sb_publishable_wrong').from('projects').select();
    assert.ok(error);
    assert.equal(status, 401);
  });

  it('reads and writes rows through REST', async () => {
    const inserted = await a.client.from('projects').insert({ name: 'REST' }).select().single();
    assert.equal(inserted.error, null);
    assert.equal(inserted.data.user_id, a.id);
    assert.match(inserted.data.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/);
    const { id } = inserted.data;
    const updated = await a.client
      .from('projects')
      .update({ color: '#00ff00' })
      .eq('id', id)
      .select()
      .single();
    assert.equal(updated.data?.color, '#00ff00');
    assert.ok(updated.data.sync_seq > inserted.data.sync_seq);
    const upserted = await a.client.from('projects').upsert({ id, name: 'upserted' }).select().single();
    assert.equal(upserted.data?.name, 'upserted');
    const run = await a.client
      .from('training_runs')
      .insert({ name: 'of REST', project_id: id })
      .select()
      .single();
    assert.equal(run.error, null);
    const embedded = await a.client
      .from('training_runs')
      .select('name, projects!runglass_training_runs_project(name)')
      .eq('id', run.data.id)
      .single();
    assert.deepEqual(embedded.data, { name: 'of REST', projects: { name: 'upserted' } });
    const counted = await a.client.from('projects').select('*', { count: 'exact', head: true });
    assert.equal(counted.count, 1);
    assert.equal((await a.client.from('training_runs').delete().eq('project_id', id)).error, null);
    assert.equal((await a.client.from('projects').delete().eq('id', id)).error, null);
  });

  it('says what is wrong with a bad request', async () => {
    const bad = await a.client.from('projects').insert({ name: 'x', status: 'no such' });
    assert.equal(bad.error?.code, '23514');
    const unknown = await a.client.from('nothing_here').select();
    assert.equal(unknown.error?.code, 'PGRST205');
    const foreign = await a.client.rpc('log_run', { run_id: randomUUID() });
    assert.equal(foreign.error?.code, 'RG002');
    assert.equal(foreign.status, 400);
    const missing = await a.client.rpc('no_such_function');
    assert.equal(missing.error?.code, 'PGRST202');
  });

  it('answers RPCs as the caller', async () => {
    const run = await a.client
      .from('training_runs')
      .insert({ name: 'rpc', status: 'running' })
      .select()
      .single();
    const logged = await a.client.rpc('log_run', {
      run_id: run.data?.id,
      points: [
        { step: 1, metrics: { loss: 2.5 } },
        { step: 2, metrics: { loss: 2.25 } },
      ],
      patch: { progress: 0.5 },
    });
    assert.equal(logged.error, null);
    assert.equal(logged.data.step, 2);
    const history = await a.client.rpc('run_metrics', { run_id: run.data?.id });
    assert.deepEqual(
      history.data.points.map((point: { metrics: unknown }) => point.metrics),
      [{ loss: 2.5 }, { loss: 2.25 }],
    );
    const foreign = await b.client.rpc('log_run', { run_id: run.data?.id, points: [] });
    assert.ok(foreign.error, "another user's run cannot be logged to");
    const event = { id: randomUUID(), event_type: 'file_saved', occurred_at: new Date().toISOString() };
    assert.equal((await a.client.rpc('log_ide_sync_events', { events: [event] })).data.accepted, 1);
    assert.equal((await a.client.rpc('log_ide_sync_events', { events: [event] })).data.duplicates, 1);
    assert.equal((await a.client.rpc('record_usage', { metric: 'requests', amount: 3 })).data.used, 3);
    const pulled = await a.client.rpc('sync_pull');
    const seen = new Set(pulled.data.changes.map((change: { tbl: string }) => change.tbl));
    assert.ok(seen.has('training_runs') && seen.has('ide_sync_events') && seen.has('usage_tracking'));
    const other = await b.client.rpc('sync_pull');
    assert.deepEqual(other.data.changes, []);
  });

  for (const table of tables) {
    it(`keeps the rows of ${table} to their owner, both ways`, async () => {
      for (const [owner, stranger] of [
        [a, b],
        [b, a],
      ] as const) {
        const id = randomUUID();
        const row = { ...samples[table][0], id, user_id: owner.id };
        assert.equal((await backend.admin.from(table).insert(row)).error, null);
        const own = await owner.client.from(table).select('id').eq('id', id);
        assert.equal(own.data?.length, 1, 'the owner sees it');
        for (const client of [stranger.client, backend.anonymous()]) {
          const seen = await client.from(table).select('id').eq('id', id);
          assert.equal(seen.data?.length ?? 0, 0, 'nobody else does');
          await client.from(table).update(samples[table][1]).eq('id', id);
          await client.from(table).delete().eq('id', id);
          const forged = { ...samples[table][0], id: randomUUID(), user_id: owner.id };
          assert.ok((await client.from(table).insert(forged)).error, 'nor writes it in their name');
        }
        const after = await backend.admin.from(table).select().eq('id', id).single();
        for (const [column, value] of Object.entries(samples[table][0])) {
          assert.deepEqual(after.data[column], value, 'nor changed it');
        }
        assert.equal((await backend.admin.from(table).delete().eq('id', id)).error, null);
      }
    });
  }

  it('delivers every event of the six tables, tombstones and canary to their owner, both ways', async function () {
    this.timeout(120_000);
    const streams = [await watch(a), await watch(b)] as const;
    for (const [index, owner] of [a, b].entries()) {
      const [own, other] = index === 0 ? [streams[0], streams[1]] : [streams[1], streams[0]];
      // What came before is told to both before a canary is.
      await goLive(streams[0], a.client);
      await goLive(streams[1], b.client);
      const before = other.length;
      for (const table of tables) {
        const id = randomUUID();
        const [row, patch] = samples[table];
        const step = async (write: PromiseLike<{ error: unknown }>, event: string, on: string = table) => {
          assert.equal((await write).error, null);
          return arrival(
            own,
            (change) => change.eventType === event && change.table === on && idOf(change) === id,
          );
        };
        const insert = backend.admin.from(table).insert({ ...row, id, user_id: owner.id });
        const inserted = await step(insert, 'INSERT');
        assert.equal((inserted.new as { user_id: string }).user_id, owner.id);
        const updated = await step(backend.admin.from(table).update(patch).eq('id', id), 'UPDATE');
        for (const [column, value] of Object.entries(patch)) {
          assert.deepEqual((updated.new as Record<string, unknown>)[column], value);
        }
        const gone = await step(backend.admin.from(table).delete().eq('id', id), 'INSERT', 'sync_tombstones');
        assert.equal((gone.new as { tbl: string }).tbl, table);
      }
      const foreign = other.slice(before).filter((change) => change.table !== 'sync_canaries');
      assert.deepEqual(foreign, [], 'the other user hears nothing of it');
    }
  });

  /** All changes that a user's one channel with the bindings of the engine brings. */
  async function watch(user: TestUser): Promise<Change[]> {
    const changes: Change[] = [];
    const channel = user.client.channel(`watch-${user.id}`);
    for (const table of [...tables, 'sync_tombstones', 'sync_canaries']) {
      channel.on(
        'postgres_changes',
        { event: '*', schema: 'public', table, filter: `user_id=eq.${user.id}` },
        (change: Change) => changes.push(change),
      );
    }
    const ok = new Promise<void>((resolve, reject) => {
      channel.on('system', {}, (message: { extension: string; status: string; message: string }) => {
        if (message.extension !== 'postgres_changes') return;
        if (message.status === 'ok') resolve();
        else reject(new Error(message.message));
      });
    });
    channel.subscribe();
    await ok;
    return changes;
  }
});

function idOf(change: Change): unknown {
  const row = change.new as Record<string, unknown>;
  return change.table === 'sync_tombstones' ? row.pk : row.id;
}

/** Only a change that comes proves that changes come: pings until a canary is back. */
async function goLive(stream: readonly Change[], client: SupabaseClient): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const nonce = randomUUID();
    assert.equal((await client.rpc('sync_ping', { nonce })).error, null);
    const back = (change: Change) =>
      change.table === 'sync_canaries' && (change.new as { nonce?: string }).nonce === nonce;
    if (await arrival(stream, back, 5000).catch(() => null)) return;
  }
  assert.fail('no canary came back');
}

async function arrival(
  stream: readonly Change[],
  wanted: (change: Change) => boolean,
  timeout = 15_000,
): Promise<Change> {
  const end = Date.now() + timeout;
  for (;;) {
    const found = stream.find(wanted);
    if (found) return found;
    if (Date.now() > end) assert.fail(`it did not come; these did: ${JSON.stringify(stream.slice(-5))}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
