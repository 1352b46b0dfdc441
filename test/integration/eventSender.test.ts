import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEventSender } from '../../src/extension/sync.ts';
import { RunglassError } from '../../src/shared/status.ts';
import { FakeCredentials } from '../fakes/account.ts';
import { event } from '../unit/extension/activity/support.ts';

const userId = '00000000-0000-4000-8000-000000000001';

describe('sending editor events', () => {
  let server: Server;
  let answer: { status: number; headers?: Record<string, string>; body?: unknown };
  const tokens: (string | undefined)[] = [];

  before((done) => {
    server = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body ?? { message: 'no' }));
    }).listen(0, '127.0.0.1', done);
  });
  beforeEach(() => {
    tokens.length = 0;
  });
  after((done) => {
    server.closeAllConnections();
    server.close(done);
  });

  const open = (assertWanted = () => {}) => {
    const credentials = new FakeCredentials({
      userId,
      accessToken: 'old',
      expiresAt: Date.now() + 3_600_000,
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send = createEventSender({ url, publishableKey: 'key', credentials, userId, assertWanted });
    const failure = async () => {
      const error = await send([]).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof RunglassError);
      return error;
    };
    return { credentials, send, failure };
  };
  const events = ['a', 'b', 'c'].map((id) => event(id));

  it('tells how long the server asks to be left alone, in seconds or as a date', async () => {
    const { failure } = open();
    answer = { status: 429, headers: { 'retry-after': '7' } };
    assert.equal((await failure()).retryAfter, 7_000);
    answer = { status: 503, headers: { 'retry-after': new Date(Date.now() + 600_000).toUTCString() } };
    const { retryAfter } = await failure();
    assert.ok(retryAfter !== null && retryAfter > 300_000 && retryAfter <= 600_000, `${retryAfter}`);
    for (const headers of [{}, { 'retry-after': 'soon' }]) {
      answer = { status: 429, headers };
      assert.equal((await failure()).retryAfter, null);
    }
  });

  it('asks for a new token after one was refused, and uses it', async () => {
    const { credentials, send, failure } = open();
    credentials.renewed = 'new';
    answer = { status: 401, body: { code: 'PGRST301', message: 'JWT is invalid' } };
    assert.equal((await failure()).problem.reason, 'sessionExpired');
    assert.equal(credentials.forced, 0);
    answer = { status: 200, body: { accepted: 0, duplicates: 0 } };
    await send([]);
    await send([]);
    assert.equal(credentials.forced, 1);
    assert.deepEqual(tokens, ['Bearer old', 'Bearer new', 'Bearer new']);
  });

  it('believes no answer that does not account for every event', async () => {
    const { send } = open();
    for (const body of [
      { accepted: 1, duplicates: 1 },
      { accepted: 0, duplicates: 0 },
      { ok: true },
      [],
      'fine',
    ]) {
      answer = { status: 200, body };
      await assert.rejects(send(events), RunglassError, JSON.stringify(body));
    }
    answer = { status: 200, body: { accepted: 1, duplicates: 2 } };
    await send(events);
  });

  it('sends nothing that is not wanted any more when a token has been waited for', async () => {
    let wanted = true;
    const { credentials, send, failure } = open(() => {
      if (!wanted) throw new Error('The user has said no.');
    });
    credentials.holdNext = true;
    const sending = failure();
    wanted = false;
    credentials.release();
    assert.match((await sending).message, /said no/);
    assert.deepEqual(tokens, []);
    wanted = true;
    answer = { status: 200, body: { accepted: 0, duplicates: 0 } };
    await send([]);
    assert.equal(tokens.length, 1);
  });

  it('sends nothing as somebody else, or as nobody', async () => {
    const { credentials, failure } = open();
    for (const other of [
      { userId: 'another', accessToken: 'of another', expiresAt: Date.now() + 1e6 },
      null,
    ]) {
      credentials.set(other);
      assert.equal((await failure()).problem.reason, 'sessionExpired');
    }
    assert.deepEqual(tokens, []);
  });
});
