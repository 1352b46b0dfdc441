import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import { WebSocket } from 'ws';
import { describeEmbedded } from '../../support/backend.ts';
import { joinPayload, PhoenixSocket, signToken } from '../../support/phoenix.ts';
import { Arena } from './arena.ts';

const topic = 'realtime:attack';
const binding = { event: '*', schema: 'public', table: 'projects' };

describeEmbedded('frames that no honest client sends', function () {
  this.timeout(120_000);
  let arena: Arena;
  const sockets: PhoenixSocket[] = [];
  before(async () => {
    arena = await Arena.open();
  });
  after(() => arena?.close());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await arena.servesHonestClient();
  });

  const connect = async (version = '2.0.0') => {
    const { url, publishableKey } = arena.backend.ready;
    const socket = await PhoenixSocket.open(url, publishableKey, version);
    sockets.push(socket);
    return socket;
  };
  /** Everything sent before was looked at once this is answered. */
  const answersHeartbeat = async (socket: PhoenixSocket) => {
    const before = socket.of('phoenix', 'phx_reply').length;
    socket.push(null, 'h', 'phoenix', 'heartbeat', {});
    await socket.until(() => socket.of('phoenix', 'phx_reply').length > before);
  };
  const join = async (
    socket: PhoenixSocket,
    bindings: readonly object[],
    name = topic,
    token = arena.token,
  ) => {
    socket.push('1', '1', name, 'phx_join', joinPayload(bindings, token));
    await socket.until(() => socket.of(name, 'phx_reply').length > 0);
    return socket.of(name, 'phx_reply')[0] as { status: string; response: { reason?: string } };
  };
  const verdict = async (socket: PhoenixSocket) => {
    await socket.until(() => socket.of(topic, 'system').length > 0);
    return socket.of(topic, 'system')[0] as { status: string; message: string };
  };

  it('that are none are passed over, in both versions', async () => {
    for (const version of ['1.0.0', '2.0.0']) {
      const socket = await connect(version);
      for (const text of [
        ...['', '{', '[]', 'null', '1', '"x"', '[1,2,3,4,5]', '["1","1",null,"phx_join",{}]', '{"topic":1}'],
        ...['["1","1","realtime:x","phx_join",[]]', '{"__proto__":{"topic":"realtime:x"}}', '\u0000'],
        ...[`["1","1","realtime:x","phx_join",${'['.repeat(100_000)}`, '['.repeat(2_000_000)],
        `["1","1","realtime:x","broadcast",${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]`,
      ])
        socket.send(text);
      for (const bytes of [
        [],
        [3],
        [3, 255, 255, 255, 255, 255, 1],
        [4, 0, 0, 0, 0],
        [0, 1, 2, 3, 4, 5, 6, 7],
      ])
        socket.socket.send(Buffer.from(bytes));
      socket.socket.send(randomBytes(10_000));
      await answersHeartbeat(socket);
    }
  });

  it('that break WebSocket end their own connection: too large, in too many parts, unmasked, compressed', async () => {
    const closed = async (attack: (socket: WebSocket, raw: net.Socket) => void) => {
      const { socket } = await connect();
      const code = new Promise<number>((resolve) => socket.once('close', resolve));
      attack(socket, (socket as unknown as { _socket: net.Socket })._socket);
      return code;
    };
    assert.equal(await closed((socket) => socket.send('x'.repeat(5_000_001))), 1009);
    const parts = await closed((socket) => {
      for (let n = 0; n < 17_000; n++) socket.send('x', { fin: false });
    });
    assert.equal(parts, 1008);
    assert.equal(await closed((_, raw) => raw.write(Buffer.from([0x81, 0x02, 0x68, 0x69]))), 1002);
    assert.equal(await closed((_, raw) => raw.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]))), 1002);
    assert.equal(await closed((_, raw) => raw.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]))), 1002);
    assert.equal(await closed((_, raw) => raw.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]))), 1007);
  });

  it('compressed are not agreed to', async () => {
    const { url, publishableKey } = arena.backend.ready;
    const address = `${url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${publishableKey}`;
    const socket = new WebSocket(address, { perMessageDeflate: true });
    await new Promise((resolve) => socket.once('open', resolve));
    assert.equal(socket.extensions, '');
    socket.terminate();
  });

  it('that join more than a channel or socket may hold are refused, with the reason', async () => {
    const many = { ...binding, filter: 'name=eq.x' };
    const reasons = await Promise.all(
      [
        { bindings: Array.from({ length: 10_000 }, () => many) },
        { bindings: [{ ...binding, filter: `name=eq.${'x'.repeat(1_000_000)}` }] },
        { bindings: [], name: `realtime:${'t'.repeat(100_000)}` },
      ].map(async ({ bindings, name }) => {
        const { status, response } = await join(await connect(), bindings, name);
        assert.equal(status, 'error');
        return response.reason;
      }),
    );
    assert.deepEqual(reasons, [
      'BindingLimitReached: A channel may have at most 100 bindings',
      'BindingLimitReached: The bindings of a channel may have at most 131072 characters',
      'TopicTooLong: A topic may have at most 1000 characters',
    ]);
  });

  it('that join 10,000 topics get 100, and are read no faster than they are answered', async () => {
    const socket = await connect();
    for (let n = 0; n < 10_000; n++) socket.push('1', `${n}`, `realtime:t${n}`, 'phx_join', { config: {} });
    await socket.until(() => socket.frames.length === 101);
    const [, , , , refused] = socket.frames[100] ?? [];
    assert.deepEqual(refused, {
      status: 'error',
      response: { reason: 'ChannelRateLimitReached: Too many channels' },
    });
  });

  it('with filters that would break or fail in the database harm no other subscriber', async () => {
    const failing: readonly (readonly [string, RegExp])[] = [
      [`name=match.${'('.repeat(100_000)}`, /too many brackets/],
      [`metrics=eq.${'['.repeat(100_000)}`, /too many brackets/],
      [Array.from({ length: 21 }, () => 'name=eq.x').join(), /too many conditions/],
      [`name=match.${'a'.repeat(100_000)}`, /pattern is too large/],
      ['name=not.imatch.(x{1,255}){1,255}', /pattern is too large/],
      ['name=match.(', /2201B .*not balanced/],
      ["name=eq.x' or true --", /^Subscribed/],
      ['name"; drop table projects; --=eq.x', /invalid column for filter/],
      ['name=in.({{)', /22P02/],
      // Fails only when it is compared with a name.
      ['name=like.w\\', /^Subscribed/],
    ];
    const tried = await Promise.all(
      failing.map(async ([filter]) => {
        const socket = await connect();
        await join(socket, [{ ...binding, filter }]);
        return { socket, message: (await verdict(socket)).message };
      }),
    );
    for (const [index, [filter, message]] of failing.entries())
      assert.match(tried[index]?.message ?? '', message, filter.slice(0, 40));
    await arena.servesHonestClient();
    for (const { socket } of tried) {
      await answersHeartbeat(socket);
      assert.deepEqual(socket.of(topic, 'postgres_changes'), []);
    }
  });

  it('of presence with the names of properties that every object has are told like others', async () => {
    const track = async (key: string, ref: string) => {
      const socket = await connect();
      socket.push(ref, ref, topic, 'phx_join', { config: { presence: { key, enabled: true } } });
      socket.push(ref, '2', topic, 'presence', { event: 'track', payload: { __proto__: null, key } });
      await socket.until(() => socket.of(topic, 'phx_reply').length === 2);
      return socket;
    };
    await track('__proto__', '1');
    await track('constructor', '1');
    const later = await track('honest', '1');
    const [state] = later.of(topic, 'presence_state') as [object];
    assert.deepEqual(Object.keys(state).sort(), ['__proto__', 'constructor']);
  });

  it('that would have the server keep more than it sends on are refused, or passed over', async () => {
    const socket = await connect();
    const replies = async (count: number) => {
      await socket.until(() => socket.of(topic, 'phx_reply').length === count);
      return socket.of(topic, 'phx_reply')[count - 1] as { status: string; response: { reason?: string } };
    };
    const joinAs = (key: string, joinRef = '1') =>
      socket.push(joinRef, '1', topic, 'phx_join', { config: { presence: { key, enabled: true } } });
    const track = (text: string) =>
      socket.push('1', '2', topic, 'presence', { event: 'track', payload: { text } });
    joinAs('me', 'r'.repeat(1_001));
    await answersHeartbeat(socket);
    assert.deepEqual(socket.of(topic, 'phx_reply'), []);
    joinAs('me');
    assert.equal((await replies(1)).status, 'ok');
    track('x'.repeat(16 * 1024));
    assert.deepEqual(await replies(2), {
      status: 'error',
      response: { reason: 'PresenceTooLarge: What a channel tracks may have at most 16384 characters' },
    });
    track('x'.repeat(16_000));
    assert.equal((await replies(3)).status, 'ok');
    joinAs('k'.repeat(1_001));
    assert.deepEqual((await replies(4)).response, {
      reason: 'PresenceKeyTooLong: The key of a presence may have at most 1000 characters',
    });
  });

  it('of a client that has gone are not looked at: nothing would take back what they joined', async () => {
    const ghost = await connect();
    const withPresence = { config: { presence: { key: 'ghost', enabled: true } } };
    const joins = 40;
    for (let n = 0; n < joins; n++)
      ghost.push('1', '1', `realtime:slow${n}`, 'phx_join', joinPayload([binding], arena.token));
    ghost.push('1', '1', topic, 'phx_join', withPresence);
    ghost.push('1', '2', topic, 'presence', { event: 'track', payload: {} });
    await ghost.until(() => ghost.frames.length > 0);
    ghost.socket.terminate();
    // The database serves in turn, so that each request lets one of the joins before it.
    for (let n = 0; n < joins; n++)
      await fetch(`${arena.backend.ready.url}/rest/v1/projects?limit=0`, { headers: arena.headers });
    const later = await connect();
    later.push('1', '1', topic, 'phx_join', withPresence);
    await later.until(() => later.of(topic, 'presence_state').length === 1);
    assert.deepEqual(later.of(topic, 'presence_state'), [{}]);
  });

  it('with tokens that are forged give nobody’s rights', async () => {
    const { jwtSecret } = JSON.parse(
      readFileSync(path.join(arena.backend.folder, 'secrets.json'), 'utf8'),
    ) as { jwtSecret: string };
    const [, claims = '', signature = ''] = arena.token.split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const service = part({ role: 'service_role', exp: 4e9 });
    const forged = {
      none: `${part({ alg: 'none' })}.${service}.`,
      'none, signed': `${part({ alg: 'none' })}.${service}.${signature}`,
      'another algorithm': `${part({ alg: 'HS512' })}.${claims}.${signature}`,
      'a key of its own': signToken({ role: 'service_role', exp: 4e9 }, 'secret'),
      'an empty key': signToken({ role: 'service_role', exp: 4e9 }, ''),
      'the publishable key': signToken(
        { role: 'service_role', exp: 4e9 },
        arena.backend.ready.publishableKey,
      ),
      'a kid': `${part({ alg: 'HS256', kid: '../../dev/null' })}.${service}.${signature}`,
      'a jwk': `${part({ alg: 'HS256', jwk: { kty: 'oct', k: '' } })}.${service}.${signature}`,
      'other claims': `${arena.token.split('.')[0]}.${service}.${signature}`,
      'no signature': `${arena.token.split('.')[0]}.${claims}.`,
      expired: signToken({ role: 'service_role', exp: 1 }, jwtSecret),
    };
    const { url, publishableKey } = arena.backend.ready;
    await Promise.all(
      Object.entries(forged).map(async ([how, token]) => {
        const headers = { apikey: publishableKey, authorization: `Bearer ${token}` };
        assert.equal((await fetch(`${url}/rest/v1/projects`, { headers })).status, 401, `${how} over REST`);
        const { status } = await join(await connect(), [binding], topic, token);
        assert.equal(status, 'error', `${how} in a join`);
        const socket = await connect();
        await join(socket, [binding]);
        socket.push('1', '2', topic, 'access_token', { access_token: token });
        await socket.until(() => socket.of(topic, 'phx_close').length === 1);
        await assert.rejects(PhoenixSocket.open(url, token), /401/, `${how} as the key of a socket`);
      }),
    );
  });

  it('sent without end while the server makes them wait are not collected by it', async () => {
    const socket = await connect();
    const text = 'x'.repeat(1_000_000);
    socket.push('1', '1', topic, 'phx_join', joinPayload([], 'a.b.c'));
    for (let n = 0; n < 100; n++) socket.push(null, `${n}`, 'phoenix', 'heartbeat', { text });
    await socket.until(() => socket.of(topic, 'phx_reply').length === 1);
    // Of the 100 MB the server took a tenth; the rest is here or in the buffers of the system.
    assert.ok(socket.socket.bufferedAmount > 60_000_000, `${socket.socket.bufferedAmount}`);
    await socket.until(() => socket.of('phoenix', 'phx_reply').length === 100);
  });
});
