import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { WebSocket } from 'ws';
import { describeEmbedded } from '../../support/backend.ts';
import { joinPayload, PhoenixSocket } from '../../support/phoenix.ts';
import { Arena } from './arena.ts';

describeEmbedded('floods, and clients that are slow', function () {
  this.timeout(180_000);
  let arena: Arena;
  const open: (net.Socket | WebSocket)[] = [];
  before(async () => {
    arena = await Arena.open();
    await arena.servesHonestClient();
  });
  after(() => arena?.close());
  afterEach(async () => {
    await arena.servesHonestClient();
    for (const socket of open.splice(0)) socket instanceof WebSocket ? socket.terminate() : socket.destroy();
    await arena.servesHonestClient();
  });

  const connect = () =>
    new Promise<net.Socket>((resolve) => {
      const socket = net.connect(arena.port, '127.0.0.1', () => resolve(socket));
      socket.on('error', () => {});
      open.push(socket);
    });
  const host = () => `Host: 127.0.0.1:${arena.port}`;
  const handles = () => readdirSync(`/proc/${arena.backend.child.pid}/fd`).length;
  /** Resident memory, MB. */
  const resident = () => {
    const status = readFileSync(`/proc/${arena.backend.child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  };
  const until = async (condition: () => boolean) => {
    const end = Date.now() + 30_000;
    while (!condition()) {
      assert.ok(Date.now() < end, 'waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('of connections that say nothing, or half of a head, body or upgrade, keep nobody out, and are let go', async () => {
    const before = process.platform === 'linux' ? handles() : 0;
    const key = `apikey: ${arena.backend.ready.publishableKey}`;
    const halves = [
      '',
      'G',
      `GET /rest/v1/projects HTTP/1.1\r\n${host()}\r\n`,
      `POST /rest/v1/projects HTTP/1.1\r\n${host()}\r\n${key}\r\nContent-Length: 1000000\r\n\r\n{`,
      `POST /rest/v1/projects HTTP/1.1\r\n${host()}\r\n${key}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n`,
      `GET /realtime/v1/websocket HTTP/1.1\r\n${host()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
    ];
    for (let n = 0; n < 200; n++)
      await Promise.all(halves.map(async (half) => (await connect()).write(half)));
    await arena.servesHonestClient();
    for (const socket of open.splice(0)) socket instanceof net.Socket && socket.destroy();
    if (process.platform === 'linux') await until(() => handles() <= before + 10);
  });

  it('of sockets get 429 beyond 500, after which there is room again', async () => {
    const { url, publishableKey } = arena.backend.ready;
    const address = `${url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${publishableKey}`;
    const answers = await Promise.all(
      Array.from({ length: 600 }, async () => {
        const socket = new WebSocket(address);
        open.push(socket);
        return new Promise<string>((resolve) => {
          socket.once('open', () => resolve('open'));
          socket.once('error', (error) => resolve(error.message));
        });
      }),
    );
    // The honest client has one.
    assert.equal(answers.filter((answer) => answer === 'open').length, 499);
    assert.equal(answers.filter((answer) => answer.includes('429')).length, 101);
    await arena.servesHonestClient();
    for (const socket of open.splice(0)) socket instanceof WebSocket && socket.terminate();
    for (let opened = false; !opened; )
      opened = await arena.openSocket().then(
        (socket) => {
          socket.close();
          return true;
        },
        () => false,
      );
  });

  it('of bodies without a key are not collected', async function () {
    if (process.platform !== 'linux') this.skip();
    const before = resident();
    const body = 'x'.repeat(15 << 20);
    const head = `POST /rest/v1/projects HTTP/1.1\r\n${host()}\r\napikey: sb_publishable_guess\r\nContent-Length: ${body.length + 1}\r\n\r\n`;
    const sockets = await Promise.all(Array.from({ length: 20 }, connect));
    // All but one byte: whoever wanted the body would hold 300 MB now.
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.on('close', () => resolve());
            socket.on('data', () => resolve());
            socket.write(head + body);
          }),
      ),
    );
    assert.ok(resident() - before < 150, `${before} MB, then ${resident()} MB`);
  });

  it('of large bodies with a key are refused beyond 64 MB together', async () => {
    const key = `apikey: ${arena.backend.ready.publishableKey}`;
    const body = 'x'.repeat(15 << 20);
    const head = `POST /rest/v1/projects HTTP/1.1\r\n${host()}\r\n${key}\r\nContent-Length: ${body.length + 1}\r\n\r\n`;
    const refused = new Promise<string>((resolve) => {
      void (async () => {
        for (let n = 0; n < 6; n++) {
          const socket = await connect();
          socket.on('data', (chunk) => resolve(chunk.toString('latin1')));
          socket.write(head + body);
        }
      })();
    });
    assert.match(await refused, /^HTTP\/1\.1 503 .*Too many large requests at once/s);
  });

  it('of changes that a client does not read cut it off, and nobody else', async () => {
    const { url, publishableKey } = arena.backend.ready;
    const [deaf, sender] = [
      await PhoenixSocket.open(url, publishableKey),
      await PhoenixSocket.open(url, publishableKey),
    ];
    open.push(deaf.socket, sender.socket);
    const topic = 'realtime:noise';
    for (const socket of [deaf, sender]) {
      socket.push('1', '1', topic, 'phx_join', joinPayload([], arena.token));
      await socket.until(() => socket.of(topic, 'phx_reply').length === 1);
    }
    deaf.socket.pause();
    const text = 'x'.repeat(1 << 20);
    for (let n = 0; n < 60; n++)
      sender.push('1', `${n}`, topic, 'broadcast', { type: 'broadcast', event: 'e', payload: { text } });
    sender.push(null, 'h', 'phoenix', 'heartbeat', {});
    await sender.until(() => sender.of('phoenix', 'phx_reply').length === 1, 80_000);
    deaf.socket.resume();
    await deaf.until(() => deaf.closeCode !== null);
    assert.ok(deaf.of(topic, 'broadcast').length < 60, 'it has missed some');
    const log = readFileSync(`${arena.backend.folder}/backend.log`, 'utf8');
    assert.match(log, /a client does not read its changes and is cut off/);
  });

  it('of changes that many clients do not read cut off those who leave most', async () => {
    const { url, publishableKey } = arena.backend.ready;
    const topic = 'realtime:noise';
    const join = async () => {
      const socket = await PhoenixSocket.open(url, publishableKey);
      open.push(socket.socket);
      socket.push('1', '1', topic, 'phx_join', joinPayload([], arena.token));
      await socket.until(() => socket.of(topic, 'phx_reply').length === 1);
      return socket;
    };
    const sender = await join();
    const deaf = await Promise.all(Array.from({ length: 20 }, join));
    for (const { socket } of deaf) socket.pause();
    const log = `${arena.backend.folder}/backend.log`;
    const cuts = () =>
      existsSync(log) ? readFileSync(log, 'utf8').split('does not read its changes').length - 1 : 0;
    const before = cuts();
    // For each less than one may leave, and 300 MB for all, of which the system holds a few MB each.
    const text = 'x'.repeat(1 << 20);
    for (let n = 0; n < 15; n++)
      sender.push('1', `${n}`, topic, 'broadcast', { type: 'broadcast', event: 'e', payload: { text } });
    sender.push(null, 'h', 'phoenix', 'heartbeat', {});
    await sender.until(() => sender.of('phoenix', 'phx_reply').length === 1, 80_000);
    assert.ok(cuts() > before && cuts() - before < deaf.length, `${cuts() - before} were cut off`);
  });

  it('leave the process as large as it may be, and its log within its bounds', function () {
    if (process.platform !== 'linux') this.skip();
    assert.ok(resident() < 800, `${resident()} MB`);
    const bytes = readdirSync(arena.backend.folder)
      .filter((name) => name.startsWith('backend.log'))
      .map((name) => readFileSync(`${arena.backend.folder}/${name}`).length);
    assert.ok(Math.max(...bytes) <= 2 << 20);
  });
});
