import assert from 'node:assert/strict';
import http from 'node:http';
import { describeEmbedded } from '../support/backend.ts';
import { type OwnTables, startOwnTables, userA, userB } from '../support/ownTables.ts';
import { joinPayload, PhoenixSocket, signToken } from '../support/phoenix.ts';

interface ChangePayload {
  readonly ids: readonly string[];
  readonly data: {
    readonly type: string;
    readonly record?: Record<string, unknown>;
    readonly old_record?: Record<string, unknown>;
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    readonly errors: readonly string[] | null;
    readonly commit_timestamp: string | null;
  };
}

describeEmbedded('realtime protocol', function () {
  this.timeout(120_000);
  let backend: OwnTables;
  const sockets: PhoenixSocket[] = [];

  before(async () => {
    backend = await startOwnTables();
  });
  after(() => backend?.stop());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  const connect = async () => {
    const socket = await PhoenixSocket.open(backend.ready.url, backend.ready.publishableKey);
    sockets.push(socket);
    return socket;
  };
  const join = async (socket: PhoenixSocket, topic: string, bindings: readonly object[], token: string) => {
    socket.push('1', '1', topic, 'phx_join', joinPayload(bindings, token));
    await socket.until(() => socket.of(topic, 'system').length > 0);
    return socket.of(topic, 'system')[0] as { status: string; message: string };
  };
  const changes = (socket: PhoenixSocket, topic: string) =>
    socket.of(topic, 'postgres_changes') as ChangePayload[];

  it('ends a channel whose token expires, and lets it join again', async () => {
    const socket = await connect();
    const topic = 'realtime:expiring';
    await join(socket, topic, [{ event: '*', schema: 'public', table: 'notes' }], backend.token(userA, 4));
    await socket.until(() => socket.of(topic, 'phx_close').length === 1);
    const { message, ...rest } = socket.of(topic, 'system')[1] as { readonly message: string };
    assert.match(message, /^Token has expired \d seconds ago$/);
    assert.deepEqual(rest, { extension: 'system', status: 'error', channel: 'expiring' });
    socket.push('1', '2', topic, 'access_token', { access_token: backend.token(userA) });
    await socket.until(() => socket.of(topic, 'phx_reply').length === 2);
    assert.deepEqual(socket.of(topic, 'phx_reply')[1], {
      status: 'error',
      response: { reason: 'unmatched topic' },
    });
    socket.push('3', '3', topic, 'phx_join', joinPayload([], backend.token(userA)));
    await socket.until(() => socket.of(topic, 'phx_reply').length === 3);
  });

  it('refuses a bad token in a join after 5 s that block the whole socket', async () => {
    const socket = await connect();
    const began = Date.now();
    const expired = backend.token(userA, -10);
    socket.push('1', '1', 'realtime:late', 'phx_join', joinPayload([], expired));
    socket.push(null, '2', 'phoenix', 'heartbeat', {});
    await socket.until(() => socket.of('phoenix', 'phx_reply').length === 1);
    assert.ok(Date.now() - began > 4900, 'the heartbeat waited');
    const [reply] = socket.of('realtime:late', 'phx_reply') as { response: { reason: string } }[];
    assert.match(reply?.response.reason ?? '', /^InvalidJWTToken: Token has expired \d\d seconds ago$/);
  });

  it('closes a channel at a bad access_token', async () => {
    const cases: readonly [string, string][] = [
      ['garbage', 'The token provided is not a valid JWT'],
      [signToken({ role: 'authenticated', exp: 4e9 }, 'another secret'), ':signature_error'],
      [signToken({ sub: userA, exp: 4e9 }, backend.secret), 'Fields `role` and `exp` are required in JWT'],
    ];
    for (const [token, message] of cases) {
      const socket = await connect();
      await join(
        socket,
        'realtime:t',
        [{ event: '*', schema: 'public', table: 'notes' }],
        backend.token(userA),
      );
      socket.push('1', '2', 'realtime:t', 'access_token', { access_token: token });
      await socket.until(() => socket.of('realtime:t', 'phx_close').length === 1);
      assert.equal((socket.of('realtime:t', 'system')[1] as { message: string }).message, message);
    }
  });

  it('sees rows as the user of the newest token', async () => {
    const socket = await connect();
    const topic = 'realtime:renewed';
    await join(socket, topic, [{ event: '*', schema: 'public', table: 'notes' }], backend.token(userA));
    socket.push('1', '2', topic, 'access_token', { access_token: backend.token(userB) });
    await socket.until(() => socket.of(topic, 'system').length === 2);
    await backend.sql(`insert into notes (id, user_id) values (gen_random_uuid(), '${userA}')`);
    await backend.sql(`insert into notes (id, user_id) values (gen_random_uuid(), '${userB}')`);
    await socket.until(() => changes(socket, topic).length > 0);
    assert.deepEqual(
      changes(socket, topic).map(({ data }) => data.record?.user_id),
      [userB],
    );
  });

  it('asks every kind of filter of the database, and ANDs them', async () => {
    const socket = await connect();
    const filters: Readonly<Record<string, readonly number[]>> = {
      'n=eq.2': [2],
      'n=neq.2': [1, 3],
      'n=lt.2': [1],
      'n=lte.2': [1, 2],
      'n=gt.2': [3],
      'n=gte.2': [2, 3],
      'n=in.(1,3)': [1, 3],
      'n=not.in.(1,3)': [2],
      'title=like.t%': [1, 2],
      'title=ilike.T%': [1, 2, 3],
      'title=match.^t[12]': [1, 2],
      'title=imatch.^t3': [3],
      'title=isdistinct.t1': [2, 3],
      'title=not.is.null': [1, 2, 3],
      'n=gt.1,n=lt.3': [2],
    };
    for (const [index, filter] of Object.keys(filters).entries()) {
      const topic = `realtime:f${index}`;
      const bindings = [{ event: 'INSERT', schema: 'public', table: 'notes', filter }];
      const { status } = await join(socket, topic, bindings, backend.token(userA));
      assert.equal(status, 'ok', filter);
    }
    const last = [{ event: 'INSERT', schema: 'public', table: 'open_default' }];
    await join(socket, 'realtime:last', last, backend.token(userA));
    await backend.sql(`insert into notes (id, user_id, title, n) values
      (gen_random_uuid(), '${userA}', 't1', 1), (gen_random_uuid(), '${userA}', 't2', 2),
      (gen_random_uuid(), '${userA}', 'T3', 3)`);
    // Changes come in their order: after this one none of those is to come.
    await backend.sql("insert into open_default values (55, 'last', '')");
    await socket.until(() => changes(socket, 'realtime:last').length === 1);
    await backend.sql('delete from open_default where id = 55');
    for (const [index, [filter, wanted]] of Object.entries(filters).entries()) {
      const got = changes(socket, `realtime:f${index}`).map(({ data }) =>
        Number(String(data.record?.n).slice(1)),
      );
      assert.deepEqual(got, wanted, filter);
    }
  });

  it('sends one frame with all matching ids, and one more for another select', async () => {
    const socket = await connect();
    const binding = { event: '*', schema: 'public', table: 'open_default' };
    await join(
      socket,
      'realtime:ids',
      [binding, binding, { ...binding, select: ['grp'] }],
      backend.token(userA),
    );
    await backend.sql("insert into open_default values (77, 'g', 'v')");
    await socket.until(() => changes(socket, 'realtime:ids').length === 2);
    const [all, some] = changes(socket, 'realtime:ids');
    assert.equal(all?.ids.length, 2);
    assert.equal(all?.ids[0], all?.ids[1]);
    assert.deepEqual(some?.data.record, { id: '#77', grp: 'g' });
    await backend.sql('delete from open_default where id = 77');
  });

  it('leaves out columns that the role may not read, and says 400 and 401', async () => {
    const socket = await connect();
    const token = backend.token(userA);
    await join(socket, 'realtime:cp', [{ event: '*', schema: 'public', table: 'colpriv' }], token);
    await join(
      socket,
      'realtime:np',
      [{ event: '*', schema: 'public', table: 'nopk', filter: 'a=eq.9' }],
      token,
    );
    await backend.sql("insert into colpriv values (1, null, 'p', 's')");
    await socket.until(() => changes(socket, 'realtime:cp').length === 1);
    const [readable] = changes(socket, 'realtime:cp');
    assert.deepEqual(readable?.data.record, { id: '#1', user_id: null, pub: 'p' });
    assert.deepEqual(
      readable?.data.columns.map(({ name }) => name),
      ['id', 'user_id', 'pub'],
    );
    await backend.sql('revoke select (id) on colpriv from authenticated');
    await backend.sql("insert into colpriv values (2, null, 'p', 's')");
    await backend.sql('insert into nopk values (1)');
    await socket.until(() => changes(socket, 'realtime:np').length === 1);
    const errors = [changes(socket, 'realtime:cp')[1], changes(socket, 'realtime:np')[0]].map(
      (change) => change?.data,
    );
    assert.deepEqual(
      errors.map((data) => [data?.errors, data?.record, data?.columns, data?.commit_timestamp]),
      [
        [['Error 401: Unauthorized'], {}, [], null],
        [['Error 400: Bad Request, no primary key'], {}, [], null],
      ],
    );
    await backend.sql('grant select (id) on colpriv to authenticated');
  });

  it('gives all changes of a transaction one commit time, in order', async () => {
    const socket = await connect();
    await join(
      socket,
      'realtime:tx',
      [{ event: '*', schema: 'public', table: 'open_default' }],
      backend.token(userA),
    );
    await backend.sql(`do $x$ begin
      for i in 1..1200 loop insert into open_default values (1000 + i, 'tx', i::text); end loop; end $x$`);
    await socket.until(() => changes(socket, 'realtime:tx').length === 1200);
    const got = changes(socket, 'realtime:tx').map(({ data }) => data);
    assert.deepEqual(
      got.map(({ record }) => record?.v),
      Array.from({ length: 1200 }, (_, i) => String(i + 1)),
    );
    assert.equal(new Set(got.map(({ commit_timestamp: time }) => time)).size, 1);
    await backend.sql("delete from open_default where grp = 'tx'");
  });

  it('follows tables that are published later, and tells live channels', async () => {
    const socket = await connect();
    const token = backend.token(userA);
    await join(socket, 'realtime:all', [{ event: '*', schema: 'public' }], token);
    const failed = await join(
      socket,
      'realtime:one',
      [{ event: '*', schema: 'public', table: 'later' }],
      token,
    );
    assert.equal(failed.status, 'error');
    await backend.sql('create table later (id int primary key)');
    await backend.sql('alter publication supabase_realtime add table later');
    await socket.until(() => socket.of('realtime:all', 'system').length === 2);
    await backend.sql('insert into later values (1)');
    await socket.until(() => changes(socket, 'realtime:all').length === 1);
    assert.deepEqual(changes(socket, 'realtime:all')[0]?.data.record, { id: '#1' });
    assert.equal(socket.of('realtime:one', 'system').length, 1, 'a failed binding is not retried');
    const { data } = await backend.admin.from('later').select();
    assert.deepEqual(data, [{ id: 1 }], 'REST knows the new table, too');
    await backend.sql('drop table later');
  });

  it('cuts a change over 1 MiB down to its small values', async () => {
    const socket = await connect();
    await join(
      socket,
      'realtime:big',
      [{ event: 'INSERT', schema: 'public', table: 'open_default' }],
      backend.token(userA),
    );
    await backend.sql("insert into open_default values (99, 'small', repeat('x', 1100000))");
    await socket.until(() => changes(socket, 'realtime:big').length === 1);
    const [change] = changes(socket, 'realtime:big');
    assert.deepEqual(change?.data.errors, ['Error 413: Payload Too Large']);
    assert.deepEqual(change?.data.record, { id: '#99', grp: 'small' });
    await backend.sql('delete from open_default where id = 99');
  });

  it('refuses a socket without a key, with a wrong one and from another site, with the reason', async () => {
    const upgrade = (query: string, headers: Record<string, string> = {}) =>
      new Promise<string>((resolve, reject) => {
        http
          .get(`${backend.ready.url}/realtime/v1/websocket?${query}`, {
            headers: {
              connection: 'Upgrade',
              upgrade: 'websocket',
              'sec-websocket-version': '13',
              'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
              ...headers,
            },
          })
          .on('response', (response) => {
            let body = '';
            response.on('data', (chunk) => {
              body += chunk;
            });
            response.on('end', () => resolve(`${response.statusCode} ${body}`));
          })
          .on('error', reject);
      });
    const key = `apikey=${backend.ready.publishableKey}`;
    assert.deepEqual(
      await Promise.all([
        upgrade('vsn=2.0.0'),
        upgrade('apikey=garbage'),
        upgrade(`apikey=${backend.token(userA, -1)}`),
        upgrade(key, { origin: 'https://example.com' }),
        upgrade(key, { host: 'evil.example:80' }),
      ]),
      [
        '401 {"error":"API key is missing"}',
        '401 {"error":"The token provided is not a valid JWT"}',
        '401 {"error":"Token has expired"}',
        '403 {"error":"Pages of other sites may not call this server."}',
        '403 {"error":"This server answers only on the loopback address."}',
      ],
    );
  });

  it('survives frames that are none, and closes at one that is too large', async () => {
    const socket = await connect();
    for (const text of ['', '{', '[]', '[1,2,3]', 'null', '{"topic":1}', '["1","1",null,"phx_join",{}]'])
      socket.send(text);
    socket.socket.send(Buffer.from([3, 255, 255, 1]));
    socket.push(null, '9', 'phoenix', 'heartbeat', {});
    await socket.until(() => socket.frames.length === 1);
    socket.send(`"${'x'.repeat(5_000_001)}"`);
    await socket.until(() => socket.closeCode !== null);
    assert.equal(socket.closeCode, 1009);
  });
});
