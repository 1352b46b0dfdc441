import assert from 'node:assert/strict';
import net from 'node:net';
import { type HttpLimits, httpLimits } from '../../../src/local/limits.ts';
import { countOpenings, patternSize } from '../../../src/local/patterns.ts';
import { HttpServer } from '../../../src/local/server.ts';

const unused = () => assert.fail('another route');

describe('limits of the local HTTP server', () => {
  let server: HttpServer;
  const bodies: string[] = [];
  /** Lets the requests that wait be answered. */
  let answer: () => void;
  const start = async (limits: Partial<HttpLimits>) => {
    const waiting = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const routes = {
      isKey: (key: string) => key === 'key',
      fetch: async (request: Request) => {
        bodies.push(await request.text());
        await waiting;
        return new Response('x'.repeat(8 << 20));
      },
      ...{ lease: unused, stop: unused, upgrade: unused, log: () => {} },
    };
    server = new HttpServer(routes, { ...httpLimits, ...limits });
    await server.listen(0);
  };
  afterEach(async () => {
    answer();
    await server.close();
  });

  /** Sends `text` and resolves with all that comes until the server closes. */
  const send = (text: string) =>
    new Promise<string>((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1');
      let all = '';
      socket.on('data', (chunk) => {
        all += chunk.toString('latin1');
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(all));
      socket.write(text);
    });
  const get = () =>
    `GET /rest/v1/x HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\napikey: key\r\nConnection: close\r\n\r\n`;
  const status = (text: string) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 'closed';

  it('answer 408 to a head or a body that does not come to its end', async () => {
    await start({ headMs: 50, requestMs: 100, checkMs: 20 });
    assert.equal(status(await send('GET / HTTP/1.1\r\n')), '408');
    const body = `POST /rest/v1/x HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\napikey: key\r\nContent-Length: 5\r\n\r\n1`;
    assert.equal(status(await send(body)), '408');
  });

  it('answer 503 to whoever comes while as many wait as may, and serve those', async () => {
    await start({ requests: 2 });
    const answers = [send(get()), send(get()), send(get())];
    assert.equal(status(await Promise.race(answers)), '503');
    answer();
    const all = (await Promise.all(answers)).map(status);
    assert.deepEqual(all.sort(), ['200', '200', '503']);
  });

  it('close what comes beyond the connections that there may be', async () => {
    await start({ connections: 1 });
    const first = send(get());
    assert.equal(await send(get()), '');
    answer();
    assert.equal(status(await first), '200');
  });

  it('close a connection whose answer is not taken', async () => {
    await start({ unreadMs: 50 });
    answer();
    const socket = net.connect(server.port, '127.0.0.1').pause();
    let isCut = false;
    socket.on('error', () => {
      isCut = true;
    });
    socket.write(get().replace('Connection: close', 'Connection: keep-alive'));
    // Whoever does not read learns of it when it writes.
    while (!isCut) await new Promise((resolve) => socket.write('\r\n', () => setTimeout(resolve, 20)));
  });

  it('let a request that asks for another protocol be answered as if it did not', async () => {
    await start({});
    answer();
    const upgrade =
      'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
    const asking = get().replace('Connection: close\r\n', upgrade);
    assert.equal(status(await send(asking)), '200');
    const post = asking.replace('GET', 'POST').replace('\r\n\r\n', '\r\nContent-Length: 6\r\n\r\n');
    assert.equal(status(await send(`${post}{"a":1`)), '200');
    assert.equal(bodies.at(-1), '{"a":1');
    const elsewhere = asking.replace('Upgrade: h2c', 'Upgrade: WebSocket');
    assert.match(await send(elsewhere), /^HTTP\/1\.1 404 .*There is nothing here/s);
  });

  it('know how large a pattern is with its repetitions written out', () => {
    assert.equal(patternSize('^run-'), 5);
    assert.equal(patternSize('[0-9a-f]{8}-[0-9a-f]{4}'), 23 + 8 + 4);
    assert.ok(patternSize('(x{1,255}){1,255}') > 65_025);
    assert.ok(patternSize('(?:x{255}){255,}') > 65_025);
    assert.equal(patternSize('{}{a}{0}'), 9);
  });

  it('count brackets of every kind', () => {
    assert.equal(countOpenings('a(b[c{)]}'), 3);
  });
});
