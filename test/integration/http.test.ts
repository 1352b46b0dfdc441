import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callFunction, createBackendClient } from '../../src/extension/supabase/client.ts';
import { createFetch } from '../../src/extension/supabase/http.ts';
import { type Problem, RunglassError } from '../../src/shared/status.ts';

describe('answers over HTTP', function () {
  this.timeout(60_000);
  let server: Server;
  let url: string;
  let answer: (response: ServerResponse) => void;

  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' });
  const ask = async (timeoutMs = 30_000) => (await createFetch({ timeoutMs })(url)).text();
  const problemOf = (asked: Promise<unknown>): Promise<Problem> =>
    asked.then(
      () => assert.fail('it was taken'),
      (error: unknown) => (error instanceof RunglassError ? error.problem : assert.fail(String(error))),
    );

  it('may take longer than the timeout while they go on coming', async () => {
    answer = (response) => {
      begin(response);
      let count = 0;
      const timer = setInterval(() => {
        count += 1;
        if (count < 16) response.write(' ');
        else {
          clearInterval(timer);
          response.end('[]');
        }
      }, 200);
    };
    assert.equal((await ask(2_500)).trim(), '[]');
  });

  it('that stop half-way, or never end, are given up', async () => {
    answer = (response) => begin(response).write('[');
    assert.equal((await problemOf(ask(300))).reason, 'timeout');
    answer = (response) => {
      begin(response);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    assert.equal((await problemOf(ask(300))).reason, 'timeout');
  });

  it('that are too large are given up', async () => {
    answer = (response) => {
      begin(response);
      const spaces = Buffer.alloc(4 << 20, ' ');
      const write = () => {
        while (response.write(spaces));
        response.once('drain', write);
      };
      write();
    };
    const problem = await problemOf(ask());
    assert.ok(problem.reason === 'server' && /is over/.test(problem.detail));
  });

  it('with JSON that is cut off are told without what they hold', async () => {
    answer = (response) => begin(response).end('{"secret": "row');
    const client = createBackendClient({ url, publishableKey: 'key' }, { accessToken: () => null });
    const problem = await problemOf(callFunction(client, 'sync_pull', {}));
    assert.equal(problem.reason, 'server');
    assert.ok(!JSON.stringify(problem).includes('secret'));
  });
});
