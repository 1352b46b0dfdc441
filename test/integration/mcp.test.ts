import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ConnectionState } from '../../src/extension/accounts/types.ts';
import { type RunningMcpServer, startMcpServer } from '../../src/extension/agents/mcpServer.ts';
import { AgentTools } from '../../src/extension/agents/tools.ts';
import { SyncHost } from '../../src/extension/sync/syncHost.ts';
import { AuthClient, createRunAccess, createSync } from '../../src/extension/sync.ts';
import { FakeAttention, FakeCredentials, FakeLog } from '../fakes/account.ts';
import { startBackend, type TestBackend, type TestUser } from '../support/backend.ts';

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
const profile = { kind: 'embedded', signedOut: false } as const;
const day = 86_400_000;

/** Real client, real server, real engine on a real backend. */
describe('the tools by the Model Context Protocol', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let user: TestUser;
  let syncHost: SyncHost;
  let server: RunningMcpServer;
  let client: Client;

  before(async () => {
    backend = await startBackend();
    user = await backend.newUser();
    const { url, publishableKey } = backend;
    const log = new FakeLog();
    const session = await new AuthClient({ url, publishableKey }).signInWithPassword(
      user.email,
      user.password,
    );
    const credentials = new FakeCredentials(session);
    const options = { url, publishableKey, credentials, log };
    syncHost = new SyncHost();
    syncHost.connect(user.id, () => createSync({ ...options, attention: new FakeAttention(true) }));
    const state: ConnectionState = { kind: 'ready', profile, account: { userId: user.id, email: null } };
    const runs = createRunAccess({ ...options, userId: user.id });
    const tools = new AgentTools({
      connection: { state, open: async () => {}, settled: async () => {} },
      syncHost,
      access: () => ({ runs }),
      silence: () => 300_000,
      // A busy machine takes longer than people wait.
      patience: 30_000,
    });
    server = await startMcpServer({
      tools: contributes.languageModelTools,
      call: (name, input) => tools.call(name, input),
      version: '1.2.3',
      log,
    });
    client = new Client({ name: 'spec', version: '1' });
    const transport = { requestInit: { headers: { ...server.headers } } };
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url), transport));
  });

  after(async () => {
    await client?.close();
    await server?.close();
    syncHost?.dispose();
    await backend?.stop();
  });

  async function ask(name: string, input: Record<string, unknown> = {}) {
    const { content, isError } = await client.callTool({ name, arguments: input });
    const [first, ...others] = content;
    assert.ok(first?.type === 'text' && others.length === 0);
    return { text: first.text, isError: isError ?? false };
  }
  const answer = async (name: string, input?: Record<string, unknown>) => {
    const { text, isError } = await ask(name, input);
    assert.equal(isError, false, text);
    return JSON.parse(text);
  };

  it('are listed as read-only, with what they take', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
      [
        ['runglass_usage', true],
        ['runglass_runs', true],
      ],
    );
    assert.deepEqual(Object.keys(tools[0]?.inputSchema.properties ?? {}), ['metric', 'days']);
    assert.equal(client.getServerVersion()?.version, '1.2.3');
  });

  it('answer how much quota is left', async () => {
    const [from, to] = [-10, 20].map((n) => new Date(Date.now() + n * day).toISOString());
    const period = { current_period_start: from, current_period_end: to };
    const limits = { tokens: { limit: 1_000, hard: true } };
    const plan = { user_id: user.id, plan: 'Pro', status: 'active', limits, ...period };
    await backend.admin.from('subscriptions').insert(plan).throwOnError();
    await user.client.rpc('record_usage', { metric: 'tokens', amount: 250 }).throwOnError();
    const { state, as_of, plan: told, metrics } = await answer('runglass_usage', { metric: 'tokens' });
    assert.ok(['live', 'catchingUp', 'polling'].includes(state), state);
    assert.ok(Date.parse(as_of) > Date.now() - 60_000);
    assert.equal(told.name, 'Pro');
    assert.deepEqual(
      [metrics[0].used, metrics[0].limit, metrics[0].remaining, metrics[0].percent],
      [250, 1_000, 750, 25],
    );
  });

  it('answer whether the last run converged', async () => {
    const made = { name: 'converging', status: 'running', total_steps: 100 };
    const { data } = await user.client
      .from('training_runs')
      .insert(made)
      .select('id')
      .single()
      .throwOnError();
    const points = Array.from({ length: 101 }, (_, step) => ({ step, metrics: { loss: 2 ** (-step / 10) } }));
    const log = { run_id: data.id, points, patch: { status: 'completed' } };
    await user.client.rpc('log_run', log).throwOnError();
    const { runs, matching } = await answer('runglass_runs', { limit: 1, history: true });
    assert.deepEqual([matching, runs[0].id, runs[0].status], [1, data.id, 'completed']);
    const { loss } = runs[0].history.metrics;
    assert.deepEqual([loss.first, loss.last[0], loss.max[0]], [[0, 1], 100, 0]);
    assert.ok(loss.last[1] < 0.001 && loss.curve.length === 24);
  });

  it('say in words what is wrong with a question, and go on', async () => {
    const wrong = await ask('runglass_runs', { status: ['done'] });
    assert.ok(wrong.isError);
    assert.match(wrong.text, /status/);
    const unknown = await ask('runglass_usage', { metric: 'wishes' });
    assert.deepEqual(
      [unknown.isError, unknown.text],
      [true, 'There is no metric "wishes". There are: tokens.'],
    );
    await assert.rejects(client.callTool({ name: 'runglass_delete', arguments: {} }), /not found/i);
    assert.equal((await answer('runglass_usage')).metrics.length, 1);
  });

  describe('refuse', () => {
    /** The status of a request that asks for the list of tools. */
    function post(headers: Record<string, string>, path = '/mcp', body?: string): Promise<number> {
      const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
      const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
      return new Promise((resolve, reject) => {
        const url = new URL(path, server.url);
        const sent = request(url, { method: 'POST', headers: { ...accept, ...headers } }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        });
        sent.on('error', reject).end(body ?? list);
      });
    }

    it('whoever has no token, or another one', async () => {
      assert.equal(await post({ ...server.headers }), 200);
      assert.equal(await post({}), 401);
      assert.equal(await post({ authorization: `${server.headers.Authorization}x` }), 401);
      assert.equal(await post({ authorization: 'Bearer ' }), 401);
    });

    it('pages of other origins, and names that lead here by DNS', async () => {
      assert.equal(await post({ ...server.headers, origin: 'https://evil.example' }), 403);
      assert.equal(await post({ ...server.headers, host: 'evil.example' }), 403);
    });

    it('other paths, what is too large and what is no JSON', async () => {
      assert.equal(await post({ ...server.headers }, '/'), 404);
      assert.equal(await post({ ...server.headers }, '/mcp', ' '.repeat(70_000)), 413);
      assert.equal(await post({ ...server.headers }, '/mcp', 'nonsense'), 400);
    });
  });
});
