import assert from 'node:assert/strict';
import {
  problemOfFailure,
  problemOfRealtime,
  problemOfResponse,
  toRunglassError,
} from '../../../src/extension/supabase/errors.ts';
import { parseBackendUrl } from '../../../src/extension/supabase/http.ts';
import { RunglassError } from '../../../src/shared/status.ts';

const url = 'https://abcd.supabase.co/rest/v1/rpc/sync_pull';
const json = (status: number, body: unknown) =>
  problemOfResponse(status, JSON.stringify(body), 'application/json');

describe('what answers of a backend mean', () => {
  it('names what the migrations would bring', () => {
    const message = 'Could not find the function public.sync_ping(nonce) in the schema cache';
    assert.deepEqual(json(404, { code: 'PGRST202', message }), {
      reason: 'notMigrated',
      missing: ['sync_ping'],
      detail: message,
    });
    const table = "Could not find the table 'public.models' in the schema cache";
    assert.deepEqual(json(404, { code: 'PGRST205', message: table }), {
      reason: 'notMigrated',
      missing: ['models'],
      detail: table,
    });
    assert.equal(json(404, { code: '42P01', message: 'relation does not exist' }).reason, 'notMigrated');
    assert.equal(json(404, { code: '42883', message: 'function does not exist' }).reason, 'notMigrated');
  });

  for (const [status, body, reason] of [
    [401, { message: 'Invalid API key', hint: 'Double check your key' }, 'badKey'],
    [401, { message: 'No API key found in request' }, 'badKey'],
    [403, { message: 'Invalid authentication credentials, unknown API key' }, 'badKey'],
    [401, { code: 'PGRST303', message: 'JWT expired' }, 'sessionExpired'],
    [401, { code: 'PGRST301', message: 'No suitable key or wrong key type' }, 'sessionExpired'],
    [403, { code: 403, error_code: 'bad_jwt', msg: 'invalid JWT' }, 'sessionExpired'],
    [
      400,
      { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' },
      'badCredentials',
    ],
    [400, { error: 'invalid_grant', error_description: 'Invalid login credentials' }, 'badCredentials'],
    [400, { code: 'refresh_token_already_used', message: 'Already Used' }, 'sessionExpired'],
    [400, { code: 'refresh_token_not_found', message: 'Not Found' }, 'sessionExpired'],
    [503, { code: '55P03', message: 'canceling statement due to lock timeout' }, 'accountBusy'],
    [403, { code: '42501', message: 'permission denied for function sync_pull' }, 'notGranted'],
    [401, { code: '42501', message: 'permission denied for table models' }, 'notGranted'],
    [403, { code: '42501', message: 'sync_pull needs a signed-in user.' }, 'sessionExpired'],
    [403, { code: '42501', message: 'new row violates row-level security policy for table "x"' }, 'server'],
    [500, { code: 'XX000', message: 'internal' }, 'server'],
    [429, { message: 'Too many requests' }, 'server'],
  ] as const)
    it(`${status} ${JSON.stringify(body)} is ${reason}`, () =>
      assert.equal(json(status, body).reason, reason));

  it('takes a web page for a wrong address, and a broken proxy for a server error', () => {
    assert.equal(problemOfResponse(404, '<html>', 'text/html').reason, 'badUrl');
    for (const status of [413, 429, 502, 503])
      assert.deepEqual(problemOfResponse(status, '<html>', 'text/html'), {
        reason: 'server',
        status,
        detail: `HTTP ${status}`,
      });
    assert.equal(problemOfResponse(404, 'no', 'text/plain').reason, 'badUrl');
    assert.equal(problemOfResponse(200, 'a portal', 'text/plain').reason, 'badUrl');
    assert.equal(problemOfResponse(301, '', '').reason, 'badUrl');
    const wrongPath = '{"code":"PGRST125","message":"Invalid path specified in request URL"}';
    assert.equal(problemOfResponse(404, wrongPath, 'application/json').reason, 'badUrl');
    assert.deepEqual(problemOfResponse(502, 'bad gateway', 'text/plain'), {
      reason: 'server',
      status: 502,
      detail: 'bad gateway',
    });
  });

  it('tells a proxy that asks for credentials from a backend that does', () => {
    assert.equal(problemOfResponse(407, '<html>', 'text/html').reason, 'proxy');
  });

  it('knows what a proxy did by its words, and by where the connection went', () => {
    const failed = (message: string, more = {}) =>
      problemOfFailure(
        new TypeError('fetch failed', { cause: Object.assign(new Error(message), more) }),
        8_000,
        url,
      );
    const at = (address: string, port: number) => ({ code: 'ECONNREFUSED', address, port });
    const proxy = (status: number | null, detail: string) => ({ reason: 'proxy', status, detail });
    for (const status of [403, 407, 502]) {
      const words = `Proxy response (${status}) !== 200 when HTTP Tunneling`;
      assert.deepEqual(failed(words), proxy(status, words));
    }
    assert.deepEqual(failed('refused', at('10.0.0.1', 3128)), proxy(null, 'refused'));
    assert.deepEqual(failed('unknown', { hostname: 'proxy.example' }), proxy(null, 'unknown'));
    assert.equal(failed('refused', at('10.0.0.1', 443)).reason, 'unreachable');
    assert.equal(failed('unknown', { hostname: 'abcd.supabase.co' }).reason, 'unreachable');
  });

  it('finds the cause that fetch hides', () => {
    const refused = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
    assert.deepEqual(problemOfFailure(refused, 8_000, url), {
      reason: 'unreachable',
      detail: 'connect ECONNREFUSED 127.0.0.1:9',
    });
    const both = new TypeError('fetch failed', { cause: new AggregateError([new Error('::1 refused')]) });
    assert.equal(problemOfFailure(both, 8_000, url).detail, '::1 refused');
    const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
    assert.deepEqual(problemOfFailure(late, 8_000, url), {
      reason: 'timeout',
      detail: 'No answer within 8 s.',
    });
  });

  it('reads what Realtime says when it refuses', () => {
    const binding =
      'Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given ' +
      'connect parameters: [event: *, schema: public, table: models, filters: [], select: nil]';
    assert.deepEqual(problemOfRealtime(binding), {
      reason: 'notPublished',
      tables: ['models'],
      detail: binding,
    });
    for (const text of [
      'InvalidJWTToken: Token has expired 10 seconds ago',
      'Token has expired 0 seconds ago',
      'JwtSignatureError: Failed to validate JWT signature',
      'The token provided is not a valid JWT',
    ])
      assert.equal(problemOfRealtime(text).reason, 'sessionExpired', text);
    assert.equal(problemOfRealtime('ConnectionRateLimitReached: too many').reason, 'noRealtime');
  });

  it('keeps a failure that is already one of ours', () => {
    const ours = new RunglassError({ reason: 'badKey', detail: 'no' });
    assert.equal(toRunglassError(ours), ours);
    assert.equal(toRunglassError('odd').problem.reason, 'unexpected');
  });

  it('takes http and https addresses only, without their last slash', () => {
    assert.equal(parseBackendUrl('http://127.0.0.1:5000/'), 'http://127.0.0.1:5000');
    assert.equal(parseBackendUrl('https://example.com/base/'), 'https://example.com/base');
    for (const wrong of ['', 'example.com', 'ftp://x', 'javascript:alert(1)'])
      assert.throws(() => parseBackendUrl(wrong), RunglassError, wrong);
  });
});
