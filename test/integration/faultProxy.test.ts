import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import { FaultProxy } from '../support/faultProxy.ts';

/** An HTTP and WebSocket server that answers with what it was sent and by which Host it was called. */
class EchoServer {
  readonly #http = http.createServer(async (request, response) => {
    const body = await buffer(request);
    response.setHeader('x-host', request.headers.host ?? '');
    response.end(body.length > 0 ? body : 'x'.repeat(Number(request.url?.split('size=')[1] ?? 2)));
  });
  readonly #webSockets = new WebSocketServer({ server: this.#http });
  /** Sockets that the server believes open. */
  get clients(): number {
    return this.#webSockets.clients.size;
  }
  get host(): string {
    return `127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }
  get url(): string {
    return `http://${this.host}`;
  }

  async start(): Promise<this> {
    this.#webSockets.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return this;
  }

  stop(): void {
    for (const client of this.#webSockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Waits for what comes soon, or on a busy machine later; a spec that waits in vain ends by its limit. */
const until = async (condition: () => boolean) => {
  while (!condition()) await pause(10);
};

describe('the fault proxy', function () {
  this.timeout(60_000);

  let server: EchoServer;
  let proxy: FaultProxy;
  let sockets: WebSocket[];

  beforeEach(async () => {
    server = await new EchoServer().start();
    proxy = await FaultProxy.start(server.url);
    sockets = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.terminate();
    await proxy.stop();
    server.stop();
  });

  const get = async (path = '/', timeout = 20_000) => {
    const answer = await fetch(`${proxy.url}${path}`, { signal: AbortSignal.timeout(timeout) });
    return { host: answer.headers.get('x-host'), text: await answer.text() };
  };
  const post = async (body: string) =>
    (await fetch(proxy.url, { method: 'POST', body, signal: AbortSignal.timeout(20_000) })).text();
  const open = async () => {
    const socket = new WebSocket(proxy.url.replace('http', 'ws'));
    sockets.push(socket);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('error', () => {});
    return {
      socket,
      closed,
      /** Resolves with what comes next, or with null when nothing does within `ms`. */
      echo: (text: string, ms = 10_000) =>
        Promise.race([
          new Promise<string>((resolve) => {
            socket.once('message', (data) => resolve(String(data)));
            socket.send(text);
          }),
          pause(ms).then(() => null),
        ]),
    };
  };

  it('passes requests and WebSockets on, by the Host of the target, and counts them', async () => {
    assert.deepEqual(await get('/a?b=1'), { host: server.host, text: 'xx' });
    const long = 'Host: nobody\r\n\r\n'.repeat(20_000);
    assert.equal(await post(long), long);
    const { echo, socket, closed } = await open();
    assert.equal(await echo('hello'), 'hello');
    assert.deepEqual(proxy.requests, ['/a?b=1', '/', '/']);
    assert.deepEqual(proxy.webSockets, { opened: 1, open: 1 });
    assert.ok(proxy.bytes.up > long.length && proxy.bytes.down > long.length);
    socket.close();
    await closed;
    await until(() => proxy.webSockets.open === 0 && server.clients === 0);
    assert.deepEqual([proxy.webSockets, server.clients], [{ opened: 1, open: 0 }, 0]);
  });

  it('cut: resets what is open and what is opened, until healed', async () => {
    const { closed } = await open();
    await get();
    proxy.cut();
    assert.equal(await closed, 1006);
    await assert.rejects(get());
    await assert.rejects(open());
    assert.equal(proxy.connections.open, 0);
    proxy.heal();
    await get();
    assert.equal(await (await open()).echo('again'), 'again');
  });

  it('cut of WebSockets only: HTTP goes on, and the other way round', async () => {
    const first = await open();
    proxy.cut({ only: 'websocket' });
    assert.equal(await first.closed, 1006);
    await get();
    await assert.rejects(open());
    proxy.heal();
    const second = await open();
    proxy.cut({ only: 'http' });
    await assert.rejects(get());
    assert.equal(await second.echo('still'), 'still');
  });

  it('withhold: keeps the answers to some requests, and only those, until healed', async () => {
    proxy.withhold('/slow');
    let answered = false;
    const slow = get('/slow').finally(() => {
      answered = true;
    });
    await get('/other');
    proxy.withhold(null);
    await get('/slow');
    await until(() => proxy.withheld > 0);
    await pause(100);
    assert.equal(answered, false);
    proxy.heal();
    await slow;
    assert.equal(proxy.withheld, 0);
  });

  it('stall: keeps connections and passes nothing, then all of it in order', async () => {
    const { socket, echo } = await open();
    proxy.stall();
    assert.equal(await echo('one', 300), null);
    await assert.rejects(get('/', 300), { name: 'TimeoutError' });
    assert.equal(socket.readyState, WebSocket.OPEN);
    const heard: string[] = [];
    socket.on('message', (data) => heard.push(String(data)));
    socket.send('two');
    proxy.heal();
    assert.equal(await echo('three'), 'one');
    await until(() => heard.length >= 3);
    assert.deepEqual(heard, ['one', 'two', 'three']);
  });

  it('stall of one direction: the server still hears', async () => {
    const { socket } = await open();
    let heard = false;
    socket.on('message', () => {
      heard = true;
    });
    proxy.stall({ direction: 'down', only: 'websocket' });
    const { up, down } = proxy.bytes;
    socket.send('one');
    await until(() => proxy.bytes.up > up);
    await pause(300);
    assert.equal(proxy.bytes.down, down);
    assert.equal(heard, false);
    await get();
  });

  it('half-open: what is open is dead and does not know it, what is new works', async () => {
    const { socket, echo } = await open();
    proxy.halfOpen();
    assert.equal(await echo('lost', 300), null);
    server.stop();
    proxy.heal();
    await pause(300);
    assert.equal(socket.readyState, WebSocket.OPEN, 'the end of the server is not heard');
    server = await new EchoServer().start();
    proxy.retarget(server.url);
    await get();
    assert.equal(await (await open()).echo('new'), 'new');
    socket.terminate();
    await until(() => proxy.webSockets.open === 1);
  });

  it('half-open with new connections dead: they are taken and nobody answers', async () => {
    proxy.halfOpen({ fresh: 'die' });
    await assert.rejects(get('/', 300), { name: 'TimeoutError' });
    proxy.heal();
    await get();
  });

  it('a client that goes away while half-open leaves a socket that the server believes open', async () => {
    const { socket } = await open();
    proxy.halfOpen({ only: 'websocket' });
    socket.terminate();
    await until(() => proxy.webSockets.open === 0);
    await pause(200);
    assert.equal(server.clients, 1);
  });

  it('latency: each way takes so long, and what is under way does not wait for each other', async () => {
    const { echo, socket } = await open();
    proxy.latency(150);
    const began = performance.now();
    await echo('there and back');
    assert.ok(performance.now() - began >= 290);
    const sent = performance.now();
    const all = new Promise<void>((resolve) => {
      let heard = 0;
      socket.on('message', () => ++heard === 100 && resolve());
    });
    for (let i = 0; i < 100; i += 1) socket.send(`${i}`);
    await all;
    assert.ok(performance.now() - sent < 100 * 150, 'not one after the other');
  });

  it('bandwidth: bytes come no faster than allowed', async () => {
    await get();
    proxy.bandwidth(100_000, { direction: 'down' });
    const began = performance.now();
    assert.equal((await get('/?size=50000')).text.length, 50_000);
    assert.ok(performance.now() - began >= 400);
  });

  it('retarget: new connections go to the other backend', async () => {
    const other = await new EchoServer().start();
    try {
      await get();
      proxy.cut();
      proxy.retarget(other.url);
      proxy.heal();
      assert.equal((await get()).host, other.host);
    } finally {
      other.stop();
    }
  });

  it('an end of the server is heard, and one that nobody serves as well', async () => {
    const { closed } = await open();
    server.stop();
    assert.equal(await closed, 1006);
    await assert.rejects(get());
  });
});
