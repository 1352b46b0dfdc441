import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SupabaseClient } from '@supabase/supabase-js';
import { describeEmbedded, makeClient } from '../../support/backend.ts';
import { joinPayload, PhoenixSocket } from '../../support/phoenix.ts';
import { Arena } from './arena.ts';

interface Person {
  readonly id: string;
  readonly token: string;
  readonly client: SupabaseClient;
}
type Row = Record<string, unknown>;
/** SQLSTATE or PostgREST's code, or null when it was done. */
type Outcome = string | null;

const denied = '42501';
/** A row of each table that an owner has, and what may be done with it over REST by whom. */
const tables: Readonly<
  Record<
    string,
    { row: (run: string) => Row; change: Row; owner: { insert: Outcome; update: Outcome; delete: Outcome } }
  >
> = {
  projects: {
    row: () => ({ name: 'p' }),
    change: { name: 'changed' },
    owner: { insert: null, update: null, delete: null },
  },
  training_runs: {
    row: () => ({ name: 'r', status: 'running' }),
    change: { name: 'changed' },
    owner: { insert: null, update: null, delete: null },
  },
  models: {
    row: () => ({ name: 'm' }),
    change: { name: 'changed' },
    owner: { insert: null, update: null, delete: null },
  },
  usage_tracking: {
    row: () => ({ metric: `m-${randomUUID()}`, day: '2026-01-01', amount: 1 }),
    change: { amount: 0 },
    owner: { insert: denied, update: denied, delete: denied },
  },
  subscriptions: {
    row: () => ({ plan: 'Pro', status: 'active' }),
    change: { plan: 'Free' },
    owner: { insert: denied, update: denied, delete: denied },
  },
  ide_sync_events: {
    row: () => ({ event_type: 'file.saved', occurred_at: '2026-01-01T00:00:00Z' }),
    change: { event_type: 'changed' },
    owner: { insert: null, update: denied, delete: denied },
  },
  training_run_metrics: {
    row: (run) => ({ run_id: run, step: Math.floor(Math.random() * 1e9), metrics: { loss: 1 } }),
    change: { metrics: {} },
    owner: { insert: null, update: null, delete: null },
  },
  training_run_configs: {
    row: (run) => ({ run_id: run, config: { lr: 1 } }),
    change: { config: {} },
    owner: { insert: null, update: null, delete: null },
  },
  sync_tombstones: {
    row: () => ({ sync_seq: 1, tbl: 'projects', pk: randomUUID() }),
    change: { sync_seq: 0 },
    owner: { insert: denied, update: denied, delete: denied },
  },
  sync_canaries: {
    row: () => ({ nonce: randomUUID(), sync_seq: 1 }),
    change: { sync_seq: 0 },
    owner: { insert: denied, update: denied, delete: denied },
  },
};
const synced = ['projects', 'training_runs', 'models', 'usage_tracking', 'subscriptions', 'ide_sync_events'];

describeEmbedded('row level security over the wire', function () {
  this.timeout(120_000);
  let arena: Arena;
  let admin: SupabaseClient;
  let anon: SupabaseClient;
  let ada: Person;
  let eve: Person;
  let run: string;
  let project: string;

  before(async () => {
    arena = await Arena.open(['--migrations', path.resolve('test/fixtures/catalog')]);
    const { url, publishableKey, secretKey } = arena.backend.ready;
    [admin, anon] = [makeClient(url, secretKey), makeClient(url, publishableKey)];
    const signUp = async (): Promise<Person> => {
      const client = makeClient(url, publishableKey);
      const { data } = await client.auth.signUp({
        email: `test-${randomUUID()}@runglass.test`,
        password: randomUUID(),
        // Nobody is made another by what they say of themselves.
        options: { data: { role: 'service_role', sub: arena.token, app_metadata: { role: 'service_role' } } },
      });
      assert.ok(data.session);
      return { id: data.session.user.id, token: data.session.access_token, client };
    };
    [ada, eve] = [await signUp(), await signUp()];
    run = randomUUID();
    project = randomUUID();
    await ada.client.from('projects').insert({ id: project, name: 'secret project' }).throwOnError();
    await ada.client
      .from('training_runs')
      .insert({ id: run, name: 'secret run', status: 'running', project_id: project })
      .throwOnError();
    await ada.client
      .rpc('log_run', { run_id: run, points: [{ step: 1, metrics: { loss: 1 } }] })
      .throwOnError();
    await ada.client
      .from('training_run_configs')
      .insert({ run_id: run, config: { lr: 1 } })
      .throwOnError();
    await ada.client.from('models').insert({ name: 'secret model', run_id: run }).throwOnError();
    for (const table of ['usage_tracking', 'subscriptions'])
      await admin
        .from(table)
        .insert({ ...tables[table]?.row(run), user_id: ada.id })
        .throwOnError();
    await ada.client
      .from('ide_sync_events')
      .insert({ ...tables.ide_sync_events?.row(run) })
      .throwOnError();
    const gone = await ada.client
      .from('projects')
      .insert({ name: 'gone' })
      .select('id')
      .single()
      .throwOnError();
    await ada.client.from('projects').delete().eq('id', gone.data.id).throwOnError();
    await ada.client.rpc('sync_ping', { nonce: randomUUID() }).throwOnError();
  });
  after(() => arena?.close());

  /** What is in a table of Ada's, whoever looks. */
  const everything = async (table: string) =>
    (await admin.from(table).select().eq('user_id', ada.id).throwOnError()).data;
  const outcome = async (asked: PromiseLike<{ error: { code: string } | null }>): Promise<Outcome> =>
    (await asked).error?.code ?? null;
  const names = Object.keys(tables);

  it('is probed on every table and function that there is', async () => {
    const { data } = await admin.rpc('test_catalog').throwOnError();
    assert.deepEqual(data.tables, [...names].sort());
    assert.deepEqual([...new Set(data.functions)], Object.keys(functions).sort());
  });

  for (const [table, { row, change, owner }] of Object.entries(tables)) {
    it(`${table}: whoever has no account reads and writes nothing`, async () => {
      const before = await everything(table);
      assert.ok(before && before.length > 0);
      const [first] = before as Row[];
      const own = anon.from(table);
      const forged = { ...row(run), user_id: ada.id };
      for (const [verb, asked] of Object.entries({
        select: own.select(),
        count: own
          .select('*', { count: 'exact', head: true })
          .throwOnError()
          .then(
            ({ count }) => ({ error: { code: `counted ${count}` } }),
            () => ({ error: { code: denied } }),
          ),
        insert: own.insert(forged),
        upsert: own.upsert({ ...first, ...change }),
        update: own.update(change).eq('user_id', ada.id),
        delete: own.delete().not('user_id', 'is', null),
      }))
        assert.equal(await outcome(asked), denied, verb);
      assert.deepEqual(await everything(table), before);
    });

    it(`${table}: its owner may what is written down, and another user nothing of it`, async () => {
      const before = await everything(table);
      const [first] = before as Row[];
      assert.ok(first);
      const own = eve.client.from(table);
      const select = async (query: string) => {
        const url = `${arena.backend.ready.url}/rest/v1/${table}?${query}`;
        const headers = { ...arena.headers, authorization: `Bearer ${eve.token}`, prefer: 'count=exact' };
        const answer = await fetch(url, { headers });
        return { body: await answer.text(), range: answer.headers.get('content-range') };
      };
      // Nothing is seen, and nothing told by counting, by other ways to say a condition or by what hangs on a row.
      for (const query of [
        '',
        `user_id=eq.${ada.id}`,
        `or=(user_id.eq.${ada.id},user_id.not.is.null)`,
        `not.or=(user_id.eq.${eve.id})`,
        `user_id=not.eq.${eve.id}&order=user_id&limit=1000&offset=0`,
        `user_id=in.(${ada.id},${eve.id})`,
        `select=count&user_id=eq.${ada.id}`,
      ]) {
        const { body, range } = await select(query);
        assert.ok(!body.includes(ada.id) && !body.includes('secret'), `${query}: ${body}`);
        if (!query.startsWith('select=count')) assert.match(range ?? '*/0', /\/0$/, query);
      }
      for (const [how, forged] of Object.entries({
        owner: { ...row(run), user_id: ada.id },
        ...(synced.includes(table)
          ? { 'owner and number': { ...row(run), user_id: ada.id, sync_seq: 1 } }
          : {}),
      }))
        assert.equal(await outcome(own.insert(forged)), denied, how);
      // Of one's own, as far as one may; nothing hangs on a run of another, whose key is taken (23505) or no key here (23503).
      const onForeignRun = table.startsWith('training_run_');
      const refused = table === 'training_run_configs' ? '23505' : '23503';
      const inserted = await outcome(own.insert(row(run)));
      assert.equal(inserted, owner.insert ?? (onForeignRun ? refused : null), 'insert');
      const taken = await outcome(own.upsert({ ...first, user_id: eve.id, ...change }));
      assert.notEqual(taken, null, 'upsert over a row of another');
      assert.equal(await outcome(own.update(change).eq('user_id', ada.id)), owner.update, 'update');
      assert.equal(
        await outcome(own.update({ user_id: ada.id }).eq('user_id', eve.id)),
        owner.update ?? (onForeignRun ? null : denied),
        'given away',
      );
      assert.equal(await outcome(own.delete().eq('user_id', ada.id)), owner.delete, 'delete');
      assert.deepEqual(await everything(table), before);
      const ofAda = await outcome(ada.client.from(table).update(change).eq('user_id', randomUUID()));
      assert.equal(ofAda, owner.update, 'the owner');
    });
  }

  it('keeps numbers and times of the server from being made up', async () => {
    for (const table of synced.filter((name) => tables[name]?.owner.insert === null)) {
      const id = randomUUID();
      const forged = {
        id,
        sync_seq: 9_000_000_000_000_000,
        created_at: '1999-01-01',
        updated_at: '2999-01-01',
      };
      await eve.client
        .from(table)
        .insert({ ...tables[table]?.row(run), ...forged })
        .throwOnError();
      const made = await eve.client
        .from(table)
        .select('sync_seq,updated_at')
        .eq('id', id)
        .single()
        .throwOnError();
      assert.ok(made.data.sync_seq < 1_000, `${table} ${made.data.sync_seq}`);
      assert.ok(Date.parse(made.data.updated_at) < Date.now() + 60_000, `${table} ${made.data.updated_at}`);
      if (tables[table]?.owner.update !== null) continue;
      await eve.client.from(table).update({ sync_seq: 1 }).eq('id', id).throwOnError();
      const later = await eve.client.from(table).select('sync_seq').eq('id', id).single().throwOnError();
      assert.ok(later.data.sync_seq >= made.data.sync_seq, table);
    }
  });

  it('lets nothing be hung on another’s row, nor seen through one’s own', async () => {
    const insert = (table: string, values: Row) => outcome(eve.client.from(table).insert(values));
    assert.equal(await insert('training_runs', { name: 'x', project_id: project }), '23503');
    assert.equal(await insert('models', { name: 'x', run_id: run }), '23503');
    assert.equal(await insert('models', { name: 'x', project_id: project }), '23503');
    const event = { ...tables.ide_sync_events?.row(run), id: randomUUID() };
    // An event may name what is no longer there, so that any id is taken; what it names is not shown.
    await insert('ide_sync_events', { ...event, run_id: run, project_id: project });
    const constraint = 'runglass_training_runs_project';
    for (const select of [`*,projects!${constraint}(*)`, `projects!${constraint}(name)`]) {
      const { data } = await eve.client.from('training_runs').select(select);
      assert.doesNotMatch(JSON.stringify(data ?? []), /secret/);
    }
  });

  /** What each function answers to a stranger who names ids of Ada's: a code, or whatever may be answered. */
  const functions: Record<string, { args: () => Row; anon: Outcome; user: Outcome }> = {
    sync_pull: { args: () => ({}), anon: denied, user: null },
    sync_ping: { args: () => ({ nonce: randomUUID() }), anon: denied, user: null },
    sync_doctor: { args: () => ({}), anon: denied, user: null },
    log_ide_sync_events: {
      args: () => ({ events: [{ id: randomUUID(), event_type: 'x', user_id: ada.id, run_id: run }] }),
      anon: denied,
      user: null,
    },
    record_usage: {
      args: () => ({ metric: 'tokens', amount: 1, project_id: project }),
      anon: denied,
      user: '23503',
    },
    log_run: {
      args: () => ({ run_id: run, points: [{ step: 9, metrics: { loss: 0 } }] }),
      anon: denied,
      user: 'RG002',
    },
    run_metrics: { args: () => ({ run_id: run }), anon: denied, user: null },
    runs_page: { args: () => ({ before_at: '2100-01-01', before_id: run }), anon: denied, user: null },
    timeline_page: { args: () => ({ project }), anon: denied, user: null },
    sync_prune: { args: () => ({}), anon: denied, user: denied },
    sync_lock: { args: () => ({ user_ids: [ada.id] }), anon: denied, user: denied },
  };

  it('holds in every function', async () => {
    const before = await Promise.all(names.map(everything));
    for (const [name, { args, anon: nobody, user }] of Object.entries(functions)) {
      const asAnon = await anon.rpc(name, args());
      assert.equal(
        asAnon.error?.code ?? null,
        nobody,
        `${name} without an account: ${asAnon.error?.message}`,
      );
      const asEve = await eve.client.rpc(name, args());
      assert.equal(asEve.error?.code ?? null, user, `${name} as another user: ${asEve.error?.message}`);
      const told = JSON.stringify(asEve.data ?? null);
      assert.ok(!told.includes(ada.id) && !told.includes('secret'), `${name}: ${told}`);
    }
    assert.deepEqual(await Promise.all(names.map(everything)), before);
  });

  it('holds in Realtime: of another’s rows nobody hears but that the key of one is gone', async () => {
    const { url, publishableKey } = arena.backend.ready;
    const topic = 'realtime:listen';
    const listen = async (token: string | null, bindings: readonly object[]) => {
      const socket = await PhoenixSocket.open(url, publishableKey);
      socket.push('1', '1', topic, 'phx_join', joinPayload(bindings, token ?? publishableKey));
      await socket.until(() => socket.of(topic, 'system').length > 0);
      return socket;
    };
    const whole = [
      ...synced,
      'sync_tombstones',
      'sync_canaries',
      'training_run_metrics',
      'training_run_configs',
    ];
    const published = synced.map((table) => ({ event: '*', schema: 'public', table }));
    const owner = await listen(ada.token, published);
    const strangers = [
      await listen(eve.token, published),
      await listen(
        eve.token,
        synced.map((table) => ({ event: '*', schema: 'public', table, filter: `user_id=eq.${ada.id}` })),
      ),
      await listen(eve.token, [
        { event: '*', schema: 'public', table: 'training_runs', filter: `id=eq.${run}` },
      ]),
      await listen(eve.token, [{ event: '*', schema: '*' }]),
    ];
    const nobodies = [await listen(null, published), await listen(null, [{ event: '*', schema: 'public' }])];
    for (const table of whole.filter((name) => !synced.includes(name))) {
      const socket = await listen(eve.token, [{ event: '*', schema: 'public', table }]);
      const [{ status }] = socket.of(topic, 'system') as [{ status: string }];
      const isCanary = table === 'sync_canaries' || table === 'sync_tombstones';
      assert.ok(status === 'error' || isCanary, `${table} is published`);
      strangers.push(socket);
    }
    const doomed = randomUUID();
    await ada.client.from('projects').insert({ id: doomed, name: 'secret doomed' }).throwOnError();
    await ada.client.from('projects').update({ name: 'secret still' }).eq('id', doomed).throwOnError();
    await ada.client.from('training_runs').update({ name: 'secret again' }).eq('id', run).throwOnError();
    await admin.from('subscriptions').update({ plan: 'secret plan' }).eq('user_id', ada.id).throwOnError();
    await ada.client.rpc('sync_ping', { nonce: randomUUID() }).throwOnError();
    await ada.client.from('projects').delete().eq('id', doomed).throwOnError();
    type Told = { data: { type: string; record?: Row; old_record?: Row } };
    const changes = (socket: PhoenixSocket) => socket.of(topic, 'postgres_changes') as Told[];
    await owner.until(() => changes(owner).some(({ data }) => data.type === 'DELETE'));
    for (const socket of [...strangers, ...nobodies]) {
      // The answer comes after whatever the batch of the deletion had for this socket.
      socket.push(null, 'h', 'phoenix', 'heartbeat', {});
      await socket.until(() => socket.of('phoenix', 'phx_reply').length === 1);
      const heard = changes(socket).map(({ data: { type, record, old_record: old } }) => ({
        type,
        record,
        old,
      }));
      if (strangers.includes(socket))
        assert.ok(
          heard.every((change) =>
            isDeepStrictEqual(change, { type: 'DELETE', record: undefined, old: { id: doomed } }),
          ),
          JSON.stringify(heard),
        );
      // Whoever may not read the table at all hears that something happened, as on the real server.
      else
        assert.ok(
          !JSON.stringify(heard).includes(doomed) &&
            heard.every(({ record = {} }) => isDeepStrictEqual(record, {})),
        );
      const text = JSON.stringify(
        socket.frames.filter(([, , , event]) => event !== 'phx_reply' && event !== 'system'),
      );
      assert.ok(!text.includes(ada.id) && !text.includes('secret'), text);
      socket.close();
    }
    owner.close();
  });
});
