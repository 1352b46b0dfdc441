import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Faults } from '../../fakes/realtimeServer/faults.ts';
import { projectRow, runRow } from '../../fixtures/rows.ts';
import { signToken } from '../../support/phoenix.ts';
import { FakeStack } from './fakeStack.ts';
import { until } from './harness.ts';

const secret = 'a secret of at least 32 characters';
const run = runRow(1);

describe('sync on a Realtime server that misbehaves', function () {
  this.timeout(180_000);
  const stacks: FakeStack[] = [];

  afterEach(async () => {
    for (const stack of stacks.splice(0)) await stack.close();
  });

  const open: typeof FakeStack.open = async (...args) => {
    const stack = await FakeStack.open(...args);
    stacks.push(stack);
    return stack;
  };
  const openWith = (faults: Partial<Faults>) => open({}, (server) => server.script(faults));
  const putRuns = ({ server }: FakeStack, count: number) => {
    for (let n = 0; n < count; n++) server.store.put('training_runs', runRow(n));
  };

  it('is live on one that behaves, and pulls nothing that is streamed', async () => {
    const stack = await open({}, ({ store }) => store.put('projects', projectRow(1)));
    await stack.reaches('live');
    const { pulls } = stack;
    stack.server.store.put('training_runs', run);
    stack.server.store.put('training_runs', { id: run.id, step: 500 });
    stack.server.store.remove('projects', projectRow(1).id);
    await stack.converges();
    assert.equal(stack.pulls, pulls);
    assert.equal(stack.sync.replica.tables.training_runs.get(run.id)?.step, 500);
    assert.deepEqual(stack.states, ['connecting', 'catchingUp', 'live']);
  });

  it('counts every byte of bodies and frames', async () => {
    const stack = await open();
    await stack.reaches('live');
    stack.server.store.put('training_runs', { ...run, name: 'größer als ASCII' });
    await stack.converges();
    const counted = () => {
      const { socket, http } = stack.sync.counters;
      return {
        frames: { sent: socket.bytesSent, received: socket.bytesReceived },
        bodies: { sent: http.bytesSent, received: http.bytesReceived },
        requests: http.requests,
      };
    };
    const passed = () => {
      const { bytes, calls } = stack.server;
      return { frames: bytes.frames, bodies: bytes.bodies, requests: calls.length };
    };
    // One side has counted what is still on its way to the other.
    const isSame = () => isDeepStrictEqual(counted(), passed()) || null;
    await until('what was on its way', isSame, 10_000).catch(() => {});
    assert.deepEqual(counted(), passed());
    assert.equal(stack.sync.counters.http.failed, 0);
  });

  it('deaf: says that it is catching up, keeps up by pulling, and is live once it hears', async () => {
    const stack = await openWith({ deaf: true });
    await stack.reaches('catchingUp');
    stack.server.store.put('training_runs', run);
    await stack.converges();
    assert.ok(!stack.states.includes('live'));
    stack.server.heal();
    await stack.reaches('live', 20_000);
  });

  it('premature: does not take `system` ok for a stream', async () => {
    const stack = await openWith({ streamDelay: 3_000 });
    await until('system ok', () => stack.log.lines.some((line) => line.includes('-- armed')) || null, 20_000);
    stack.server.store.put('training_runs', run);
    await stack.reaches('live', 20_000);
    assert.equal(stack.server.channels[0]?.streams, true);
    await stack.converges();
    assert.equal(stack.server.channels.length, 1);
  });

  it('slow: is live, and says how slow', async () => {
    const stack = await openWith({ latency: 800, upgradeDelay: 1_500, joinDelay: 500 });
    await stack.reaches('live');
    putRuns(stack, 3);
    await stack.converges();
    assert.equal(stack.server.sockets.opened, 1);
    assert.ok((stack.sync.status.latency ?? 0) >= 700, String(stack.sync.status.latency));
  });

  it('duplicating and reordering: tells each change once, without a pull', async () => {
    const stack = await openWith({ copies: 3, reverse: 4 });
    await stack.reaches('live');
    const { pulls } = stack;
    putRuns(stack, 8);
    await stack.converges();
    assert.equal(stack.changes.length, 8);
    assert.equal(stack.pulls, pulls);
    assert.ok(stack.sync.counters.duplicates >= 16);
  });

  it('dropping every third change: closes the gaps by pulling', async () => {
    const stack = await open();
    await stack.reaches('live');
    stack.server.script({ drops: (n) => n % 3 === 0 });
    putRuns(stack, 10);
    await stack.converges();
    assert.ok(stack.sync.counters.gaps >= 1);
  });

  for (const [name, close] of [
    ['phx_close', ({ server }: FakeStack) => server.closeChannels()],
    ['1000', ({ server }: FakeStack) => server.closeSockets(1000)],
    ['1006', ({ server }: FakeStack) => server.closeSockets(1006)],
    ['1012', ({ server }: FakeStack) => server.closeSockets(1012)],
  ] as const)
    it(`closing with ${name}: comes back with a fresh socket and what it missed`, async () => {
      const stack = await open();
      await stack.reaches('live');
      close(stack);
      stack.server.store.put('training_runs', run);
      await until('the second join', () => stack.server.channels.length === 2 || null, 15_000, stack.log);
      await stack.reaches('live');
      await stack.converges();
      assert.equal(stack.server.sockets.opened, 2);
      assert.deepEqual(stack.states.slice(-3), ['live', 'catchingUp', 'live']);
    });

  it('a token that expires while joined: renews it first, then joins', async () => {
    const stack = await open({ secret, accessToken: token(6) });
    stack.credentials.renewed = token(3_600);
    await stack.reaches('live');
    await until('the second join', () => stack.server.channels.length === 2 || null, 15_000, stack.log);
    await stack.reaches('live');
    assert.equal(stack.server.joins.refusals, 0);
    assert.equal(stack.credentials.forced, 1);
    assert.equal(stack.server.channels[1]?.token, stack.credentials.renewed);
  });

  it('a token that has expired already: one refused join, then a new token', async () => {
    const stack = await open({ secret, accessToken: token(-10), refusedJoinDelay: 1_000 });
    stack.credentials.renewed = token(3_600);
    await stack.reaches('live');
    await stack.converges();
    assert.equal(stack.server.joins.refusals, 1);
  });

  it('a token that only Realtime refuses: asks for another one before it joins again', async () => {
    const stack = await open({ refusedJoinDelay: 200 }, (server) =>
      server.script({
        refuseJoin: (token) => (token === 'token one' ? 'InvalidJWTToken: Token has expired' : null),
      }),
    );
    stack.credentials.renewed = 'token two';
    await stack.reaches('live');
    assert.equal(stack.credentials.forced, 1);
    assert.equal(stack.server.joins.refusals, 1);
  });

  it('refused bindings: says which table, and keeps up by pulling', async () => {
    const message =
      'Unable to subscribe to changes with given parameters. Please check Realtime is enabled for the given connect parameters: [event: *, schema: public, table: models, filters: [], select: nil]';
    const stack = await openWith({ refuseBindings: message });
    await stack.reaches('polling');
    assert.deepEqual(stack.sync.status.problem, {
      reason: 'notPublished',
      tables: ['models'],
      detail: message,
    });
    stack.server.store.put('training_runs', run);
    await stack.converges();
    stack.server.heal();
    await stack.reaches('live', 40_000);
  });

  it('no WebSocket (cut, 403, 200 of a proxy): says so after three attempts, and keeps up by pulling', async () => {
    const all = await Promise.all(
      (['cut', 403, 200] as const).map(async (upgrade) => {
        const stack = await openWith({ upgrade });
        await stack.reaches('polling', 20_000);
        assert.equal(stack.sync.status.problem?.reason, 'noRealtime');
        stack.server.store.put('training_runs', run);
        await stack.converges();
        assert.equal(stack.server.sockets.opened, 0);
        return stack;
      }),
    );
    for (const { server } of all) server.heal();
    await Promise.all(all.map((stack) => stack.reaches('live', 40_000)));
  });

  it('restarted with another epoch: takes the rows anew, those that are gone included', async () => {
    const stack = await open({}, ({ store }) => store.put('projects', projectRow(1)));
    await stack.reaches('live');
    stack.server.store.startAnew();
    stack.server.store.put('projects', projectRow(2));
    stack.server.closeSockets(1012);
    await stack.converges();
    assert.equal(stack.sync.counters.resyncs, 1);
    await stack.reaches('live');
  });

  it('repeated `system` ok: pulls, and stays live', async () => {
    const stack = await open();
    await stack.reaches('live');
    const { pulls } = stack;
    stack.server.script({ deaf: true });
    stack.server.store.put('training_runs', run);
    stack.server.heal();
    for (let n = 0; n < 3; n++) stack.server.joins.rearm();
    await stack.converges();
    assert.ok(
      stack.pulls > pulls && stack.pulls <= pulls + 2,
      'one pull, and one that was asked for meanwhile',
    );
    assert.equal(stack.sync.status.state, 'live');
  });

  it('payloads with errors: pulls the rows that they stand for, and takes nothing of the stub', async () => {
    const stack = await open({}, ({ store }) => store.put('training_runs', run));
    await stack.reaches('live');
    for (const error of [
      'Error 413: Payload Too Large',
      'Error 401: Unauthorized',
      'Error 400: Bad Request, no primary key',
    ]) {
      stack.server.script({
        // Values up to 64 bytes are left of a row that is too large.
        distort: ({ row: { metrics: _, name: __, ...small } }) => ({ errors: [error], record: small }),
      });
      stack.server.store.put('training_runs', { id: run.id, name: error });
      await stack.converges();
      assert.equal(stack.sync.replica.tables.training_runs.get(run.id)?.name, error);
    }
    assert.equal(stack.sync.counters.damaged, 3);
  });

  it('updates without unchanged wide columns: keeps what they had, without a pull', async () => {
    const stack = await open();
    await stack.reaches('live');
    stack.server.store.put('training_runs', { ...run, metrics: { loss: 0.25 }, error: 'kept' });
    await stack.converges();
    const { pulls } = stack;
    stack.server.script({ omit: ['metrics', 'error'] });
    stack.server.store.put('training_runs', { id: run.id, step: 900 });
    await stack.converges();
    const held = stack.sync.replica.tables.training_runs.get(run.id);
    assert.deepEqual([held?.step, held?.metrics, held?.error], [900, { loss: 0.25 }, 'kept']);
    assert.equal(stack.pulls, pulls);
  });
});

function token(seconds: number): string {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return signToken({ sub: projectRow(1).user_id, role: 'authenticated', exp }, secret);
}
