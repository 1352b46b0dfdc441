import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describeEmbedded } from '../../support/backend.ts';
import { Arena } from './arena.ts';

describeEmbedded('requests that no honest client makes', function () {
  this.timeout(120_000);
  let arena: Arena;
  before(async () => {
    arena = await Arena.open();
  });
  after(() => arena?.close());
  afterEach(() => arena.servesHonestClient());

  const get = 'GET /rest/v1/projects HTTP/1.1';
  const post = 'POST /rest/v1/projects HTTP/1.1';
  const known = () => {
    const { publishableKey } = arena.backend.ready;
    const json = 'Content-Type: application/json';
    return [
      `Host: 127.0.0.1:${arena.port}`,
      `apikey: ${publishableKey}`,
      `Authorization: Bearer ${arena.token}`,
      json,
    ];
  };
  const write = async (
    body: string | Uint8Array<ArrayBuffer>,
    path = '/rest/v1/training_runs',
    type = 'application/json',
  ) => {
    const url = arena.backend.ready.url + path;
    const headers = { ...arena.headers, 'content-type': type };
    const answer = await fetch(url, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it('with heads that break HTTP are refused', async () => {
    const expected: readonly (readonly [string, readonly string[], number, string?])[] = [
      [post, ['Content-Length: 4', 'Transfer-Encoding: chunked'], 400, '0\r\n\r\n'],
      [post, ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], 400, '0\r\n\r\n'],
      [post, ['Transfer-Encoding: xchunked'], 400, '0\r\n\r\n'],
      [post, ['Transfer-Encoding : chunked'], 400, '0\r\n\r\n'],
      [post, ['Transfer-Encoding: chunked'], 400, 'zz\r\n\r\n'],
      [post, ['Content-Length: 4', 'Content-Length: 5'], 400, 'abcde'],
      [post, ['Content-Length: -1'], 400],
      [post, ['Content-Length: 0x10'], 400],
      [post, ['Content-Length: 99999999999999999999'], 400],
      [post, ['Expect: everything', 'Content-Length: 2'], 417, '{}'],
      [get, ['X: \u0001'], 400],
      [get, [' folded: x'], 400],
      [get, [`X: ${'a'.repeat(70_000)}`], 431],
      [get, Array.from({ length: 3_000 }, () => 'X: yyyyy'), 431],
      [`GET /rest/v1/projects?select=${'a'.repeat(20_000)} HTTP/1.1`, [], 431],
      ['GET /rest/v1/projects HTTP/9.9', [], 400],
      ['GET /rest/v1/pro jects HTTP/1.1', [], 400],
      ['FROB /rest/v1/projects HTTP/1.1', [], 400],
      ['TRACE /rest/v1/projects HTTP/1.1', [], 405],
      ['PROPFIND /rest/v1/projects HTTP/1.1', [], 405],
      ['CONNECT evil.example:80 HTTP/1.1', [], 0],
    ];
    for (const [line, headers, status, body] of expected)
      assert.equal(
        await arena.status(line, [...known(), ...headers], body),
        status,
        `${line} ${headers.join().slice(0, 60)}`,
      );
    for (const bytes of [
      Buffer.from('160301020001fc0303', 'hex'),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\0\0\0\r\n\r\n',
    ])
      assert.match(await arena.raw(bytes), /^HTTP\/1\.1 400 /);
  });

  it('with a second request hidden in the body of the first are one request', async () => {
    const hidden = 'GET /rest/v1/projects HTTP/1.1\r\nHost: evil\r\n\r\n';
    const head = [post, ...known(), `Content-Length: ${hidden.length}`, 'Connection: close', '', hidden];
    const answer = await arena.raw(head.join('\r\n'));
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
  });

  it('with paths that lead elsewhere, or nowhere, find nothing', async () => {
    for (const [path, status] of [
      ['/rest/v1/../../secrets.json', 404],
      ['/rest/v1/..%2f..%2fsecrets.json', 404],
      ['/rest/v1/%2e%2e/%2e%2e/backend.json', 404],
      ['/rest/v1\\..\\..\\secrets.json', 404],
      ['/rest/v1/auth.users', 404],
      ['/rest/v1/pg_authid', 404],
      ['/rest/v1/rpc/pg_read_file?filename=PG_VERSION', 404],
      ['/rest/v1/%zz', 400],
      ['/rest/v1/%ff', 400],
      ['/rest/v1/projects%00', 404],
      ['/rest/v1/projects?name=eq.%00', 400],
      ['/rest/v1/projects?%ff=eq.%c0', 400],
      ['/rest/v1/projects?order=id;drop table projects', 400],
    ] as const) {
      const line = `GET ${path.replaceAll(' ', '%20')} HTTP/1.1`;
      assert.equal(await arena.status(line, known()), status, path);
    }
    for (const schema of ['auth', 'runglass_private', 'runglass_local', 'pg_catalog', 'information_schema'])
      assert.equal(await arena.status(get, [...known(), `Accept-Profile: ${schema}`]), 406, schema);
  });

  it('that are too large are refused, whether they say so or not', async () => {
    const declared = await arena.raw(
      [post, ...known(), 'Content-Length: 99999999999', 'Connection: close', '', ''].join('\r\n'),
    );
    assert.match(declared, /^HTTP\/1\.1 413 .*at most 16777216 bytes/s);
    const fields = [...known().slice(0, -1), 'Content-Type: text/csv', 'Content-Length: 5000000'];
    const csv = await arena.raw([post, ...fields, 'Connection: close', '', ''].join('\r\n'));
    assert.match(csv, /^HTTP\/1\.1 413 .*at most 2097152 bytes/s);
    const chunk = `100000\r\n${'x'.repeat(1 << 20)}\r\n`;
    const head = [post, ...known(), 'Transfer-Encoding: chunked', 'Connection: close', '', ''].join('\r\n');
    const answer = await arena.raw(`${head}${chunk.repeat(18)}0\r\n\r\n`);
    assert.match(answer || 'HTTP/1.1 413 (reset)', /^HTTP\/1\.1 413 /);
  });

  it('with bodies that are no JSON, or not what it seems, are refused', async () => {
    const refused: readonly (readonly [string | Uint8Array<ArrayBuffer>, number])[] = [
      ['{', 400],
      [new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 400],
      ['{"name":"a\\u0000b","status":"running"}', 400],
      ['{"__proto__":{"user_id":"x"},"name":"p"}', 400],
      ['{"constructor":{"prototype":{"name":"x"}}}', 400],
      [new Uint8Array(gzipSync('{"name":"zipped"}')), 400],
    ];
    for (const [body, status] of refused)
      assert.equal((await write(body)).status, status, String(body).slice(0, 60));
    assert.equal(({} as Record<string, unknown>).user_id, undefined);
  });

  it('nested so deep that they would break PostgreSQL’s session are refused before it reads them', async () => {
    const escaped = JSON.stringify({ name: 'x', metrics: nested(100_000) }).replaceAll('[', '\\u005b');
    const form = `name=x&metrics=${encodeURIComponent(nested(100_000))}`;
    for (const [body, type] of [
      [nested(100_000)],
      [`{"name":"x","metrics":${nested(100_000)}}`],
      [JSON.stringify({ name: 'x', metrics: nested(100_000) })],
      [escaped],
      [`\ufeff${escaped}`],
      [form, 'application/x-www-form-urlencoded'],
      [`name,metrics\nx,${nested(100_000)}`, 'text/csv'],
    ] as const) {
      const { status, text } = await write(body, '/rest/v1/training_runs', type);
      assert.equal(status, 400);
      assert.match(text, /nested at most 1000 levels/);
    }
    const points = await write(
      JSON.stringify({ run_id: crypto.randomUUID(), points: nested(100_000) }),
      '/rest/v1/rpc/log_run',
    );
    assert.equal(points.status, 400);
    for (const query of [
      `metrics=eq.${'['.repeat(7_900)}`,
      `name=match.${'('.repeat(3_000)}`,
      `name=match.${'%28'.repeat(3_000)}`,
      `name=match.${'a'.repeat(15_000)}`,
      'name=not.imatch.(x{1,255}){1,255}',
      `or=(id.not.is.null,name.match(any).{${'a*'.repeat(7_000)}})`,
      `or=${'(and'.repeat(2_000)}`,
      `select=${'a('.repeat(3_000)}`,
    ])
      assert.equal(
        await arena.status(`GET /rest/v1/training_runs?${query} HTTP/1.1`, known()),
        400,
        query.slice(0, 30),
      );
  });

  it('of millions of tiny values are refused before they are any', async () => {
    const run = '{"name":"x","status":"running","metrics"';
    const [csv, form] = ['text/csv', 'application/x-www-form-urlencoded'];
    for (const [body, type] of [
      [`[${'1,'.repeat(2_000_000)}1]`],
      [`[${'{},'.repeat(1_000_000)}{}]`],
      [`[${'{"name":"x"},'.repeat(300_000)}{"name":"x"}]`],
      [`${run}:[${'1,'.repeat(2_000_000)}1]}`],
      [`${run}:"[${'1,'.repeat(8_000_000)}1]"}`],
      [`name\n${'x\n'.repeat(500_000)}`, csv],
      [`name\n${','.repeat(1_000_000)}`, csv],
      [`${'name,'.repeat(150_000)}name\n${'x\n'.repeat(150_000)}`, csv],
      ['a&'.repeat(500_000), form],
    ] as const) {
      const { status, text } = await write(body, '/rest/v1/training_runs', type);
      assert.equal(status, 413, body.slice(0, 60));
      assert.match(text, /"A request may have at most|"Rows and forms may have at most/);
    }
    if (process.platform !== 'linux') return;
    const peak = readFileSync(`/proc/${arena.backend.child.pid}/status`, 'utf8');
    const megabytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(peak)?.[1]) / 1024;
    assert.ok(megabytes < 600, `${megabytes} MB`);
  });

  it('as deep as may be are taken', async () => {
    const metrics = `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`;
    assert.equal((await write(`{"name":"deep","status":"running","metrics":${metrics}}`)).status, 201);
  });

  it('with very many parameters are answered', async () => {
    const query = Array.from({ length: 1_200 }, (_, i) => `name=neq.${i}`).join('&');
    assert.equal(await arena.status(`GET /rest/v1/projects?${query} HTTP/1.1`, known()), 200);
  });

  it('in a row on one connection are answered in their order', async () => {
    const one = (line: string, close = false) =>
      [line, ...known(), ...(close ? ['Connection: close'] : []), '', ''].join('\r\n');
    const answer = await arena.raw(
      `${one('GET /rest/v1/projects?limit=0 HTTP/1.1').repeat(50)}${one('GET /nothing HTTP/1.1', true)}`,
    );
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, [...Array.from({ length: 50 }, () => '200'), '404']);
  });
});
