import assert from 'node:assert/strict';
import { describeEmbedded } from '../../support/backend.ts';
import { Arena } from './arena.ts';

const upgrade = [
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

describeEmbedded('doors of the embedded backend', function () {
  this.timeout(120_000);
  let arena: Arena;
  before(async () => {
    arena = await Arena.open();
  });
  after(() => arena?.close());
  afterEach(() => arena.servesHonestClient());

  const host = (name = '127.0.0.1') => `Host: ${name}:${arena.port}`;
  /** With the secret key, so that nothing but the door can be what refuses. */
  const routes = (): readonly (readonly [string, readonly string[]])[] => {
    const { secretKey } = arena.backend.ready;
    const key = `apikey: ${secretKey}`;
    return [
      ['GET /rest/v1/projects HTTP/1.1', [key]],
      ['POST /rest/v1/rpc/sync_pull HTTP/1.1', [key, 'Content-Length: 0']],
      ['GET /auth/v1/health HTTP/1.1', [key]],
      ['GET /auth/v1/.well-known/jwks.json HTTP/1.1', []],
      ['GET /runglass/v1/lease HTTP/1.1', [key]],
      ['POST /runglass/v1/stop?version=999.0.0 HTTP/1.1', [key, 'Content-Length: 0']],
      ['OPTIONS /rest/v1/projects HTTP/1.1', ['Access-Control-Request-Method: POST']],
      [`GET /realtime/v1/websocket?apikey=${secretKey} HTTP/1.1`, ['Connection: Upgrade', ...upgrade]],
      ['GET / HTTP/1.1', []],
    ];
  };
  const refusedOnEveryRoute = async (headers: readonly string[], status: number) => {
    for (const [line, own] of routes())
      assert.equal(await arena.status(line, [...headers, ...own]), status, `${line} ${headers}`);
  };

  it('are closed to every other Host, on every route', async () => {
    const { port } = arena;
    const names = [
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `localhost.:${port}`,
      `127.1:${port}`,
      `0.0.0.0:${port}`,
      `2130706433:${port}`,
      `[::ffff:127.0.0.1]:${port}`,
      `[::]:${port}`,
      `127.0.0.1:${port}@evil.example`,
      `evil.example@127.0.0.1:${port}`,
      `127.0.0.1:${port + 1}`,
      `127.0.0.1:${port}:${port}`,
      `127.0.0.1:0${port}x`,
      '127.0.0.1',
      'localhost',
      '',
    ];
    for (const name of names) {
      const status = await arena.status('GET /rest/v1/projects HTTP/1.1', [`Host: ${name}`]);
      assert.equal(status, 403, name);
    }
    await refusedOnEveryRoute([`Host: evil.example:${port}`], 403);
    assert.equal(await arena.status('GET /rest/v1/projects HTTP/1.1', []), 400, 'none');
    assert.equal(await arena.status('GET /rest/v1/projects HTTP/1.0', []), 403, 'none, as HTTP/1.0 may');
  });

  it('are closed to several Hosts and to whole URLs, whatever they name', async () => {
    await refusedOnEveryRoute([host(), 'Host: evil.example'], 400);
    await refusedOnEveryRoute([host(), host()], 400);
    for (const target of [
      'http://evil.example/rest/v1/projects',
      `http://127.0.0.1:${arena.port}/rest/v1/projects`,
      'http://a:b@127.0.0.1/rest/v1/projects',
      '//evil.example/rest/v1/projects',
      '//',
      '*',
    ]) {
      assert.equal(await arena.status(`GET ${target} HTTP/1.1`, [host()]), 400, target);
      const asUpgrade = await arena.status(`GET ${target} HTTP/1.1`, [
        host(),
        'Connection: Upgrade',
        ...upgrade,
      ]);
      assert.equal(asUpgrade, 400, `${target} as a WebSocket`);
    }
  });

  it('are open under each name of the loopback address', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LocalHost', '[::1]']) {
      const key = `apikey: ${arena.backend.ready.secretKey}`;
      assert.equal(await arena.status('GET /rest/v1/projects HTTP/1.1', [host(name), key]), 200, name);
    }
  });

  it('are closed to pages of every other site, on every route', async () => {
    for (const origin of [
      'null',
      'https://example.com',
      'http://127.0.0.1.evil.example',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://127.0.0.1@evil.example',
      `http://127.0.0.1:${arena.port}@evil.example`,
      'http://evil.example#http://localhost',
      'http://0.0.0.0',
      'chrome-extension://abc',
      'file://evil.example',
      'vscode-webview:evil',
      'http://localhost, http://evil.example',
      '',
    ]) {
      const status = await arena.status('GET /rest/v1/projects HTTP/1.1', [host(), `Origin: ${origin}`]);
      assert.equal(status, 403, origin);
    }
    await refusedOnEveryRoute([host(), 'Origin: https://example.com'], 403);
    await refusedOnEveryRoute([host(), 'Origin: null'], 403);
  });

  it('tell a page of this machine, and no other, that it may read the answer', async () => {
    const preflight = (origin: string) =>
      arena.raw(
        [
          'OPTIONS /rest/v1/projects HTTP/1.1',
          ...[host(), `Origin: ${origin}`, 'Access-Control-Request-Method: POST', 'Connection: close'],
          ...['Access-Control-Request-Headers: apikey,authorization', '', ''],
        ].join('\r\n'),
      );
    for (const origin of ['http://localhost:3000', 'vscode-webview://abc']) {
      const allowed = /^access-control-allow-origin: (.*)\r$/im.exec(await preflight(origin))?.[1];
      assert.equal(allowed, origin);
    }
    assert.doesNotMatch(await preflight('https://example.com'), /access-control/i);
  });

  it('tell a program without a key nothing of what is behind them', async () => {
    const answers = await Promise.all(
      [
        'GET /rest/v1/projects',
        'GET /rest/v1/',
        'POST /rest/v1/rpc/sync_ping',
        'GET /auth/v1/settings',
        'GET /auth/v1/user',
        'POST /auth/v1/signup',
        'POST /auth/v1/token?grant_type=password',
        'GET /runglass/v1/lease',
        'POST /runglass/v1/stop?version=999.0.0',
      ].map((line) => arena.raw(`${line} HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`)),
    );
    for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.doesNotMatch(answers.join(), /\d+\.\d+\.\d+|pid|demo@|sb_|runglass-test/i);
    // As on a hosted project: what a link of a mail or a provider leads to, and the public keys, of which there are none.
    const open = await arena.raw(
      `GET /auth/v1/.well-known/jwks.json HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`,
    );
    assert.match(open, /\{"keys":\[\]\}/);
    const wrong = ['sb_secret_x', arena.backend.ready.secretKey.slice(0, -1), arena.token, ''];
    for (const key of wrong) {
      for (const line of ['GET /rest/v1/projects', 'GET /runglass/v1/lease'])
        assert.equal(await arena.status(`${line} HTTP/1.1`, [host(), `apikey: ${key}`]), 401, key);
    }
  });

  it('are no way to a lease or to the end of the process with the key that everybody has', async () => {
    const key = `apikey: ${arena.backend.ready.publishableKey}`;
    assert.equal(await arena.status('GET /runglass/v1/lease HTTP/1.1', [host(), key]), 401);
    const stop = 'POST /runglass/v1/stop?version=999.0.0 HTTP/1.1';
    assert.equal(await arena.status(stop, [host(), key, 'Content-Length: 0']), 401);
  });
});
