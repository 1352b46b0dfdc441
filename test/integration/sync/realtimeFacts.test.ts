import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createOpenTransport } from '../../../src/extension/supabase/transport.ts';
import { Counters } from '../../../src/extension/sync/counters.ts';
import type { Channel, Transport } from '../../../src/extension/sync/transport.ts';
import type { Rows, Table } from '../../../src/shared/model.ts';
import { RealtimeServer } from '../../fakes/realtimeServer/realtimeServer.ts';
import { modelRow, runRow, usageRow, userId } from '../../fixtures/rows.ts';
import { FakeStack } from './fakeStack.ts';
import { until } from './harness.ts';

describe('values on the wire', function () {
  this.timeout(120_000);
  let stacks: FakeStack[];

  beforeEach(() => {
    stacks = [];
  });
  afterEach(async () => {
    for (const stack of stacks) await stack.close();
  });

  /** What a row becomes in the replica when it is streamed, and when it is pulled. */
  async function bothWays<T extends Table>(table: T, row: Rows[T]) {
    const streaming = await FakeStack.open();
    stacks.push(streaming);
    await streaming.reaches('live');
    const { pulls } = streaming;
    streaming.server.store.put(table, row);
    await streaming.converges();
    assert.equal(streaming.pulls, pulls, 'it was streamed');
    const pulling = await FakeStack.open({}, ({ store }) => store.put(table, row));
    stacks.push(pulling);
    await pulling.converges();
    return [streaming, pulling].map(({ sync }) => {
      const held = sync.replica.tables[table].get(row.id);
      return { ...held, updated_at: '', sync_seq: 0 };
    });
  }

  it('numbers that a double cannot hold become the nearest one, the same whichever way they come', async () => {
    const amount = exact('123456789012345678.5');
    const usage = await bothWays('usage_tracking', usageRow(1, { amount }));
    assert.deepEqual(usage[0], usage[1]);
    assert.deepEqual(usage[0], { ...usage[0], amount: 123456789012345680 });
    const models = await bothWays('models', modelRow(1, { size_bytes: exact('9007199254740993') }));
    assert.deepEqual(models[0], models[1]);
    assert.deepEqual(models[0], { ...models[0], size_bytes: 9007199254740992 });
  });

  it('text that looks like JSON stays text, beside and inside of JSON', async () => {
    const metrics = { loss: 1, note: '42', nested: { flag: 'true', list: ['[1]'] } } as never;
    const [streamed, pulled] = await bothWays('training_runs', runRow(1, { name: '{"a":1}', metrics }));
    assert.deepEqual(streamed, pulled);
    assert.deepEqual(streamed, { ...streamed, name: '{"a":1}', metrics });
  });

  it('a place in the order that a double cannot hold is no place: the change is pulled', async () => {
    const stack = await FakeStack.open();
    stacks.push(stack);
    await stack.reaches('live');
    const { pulls } = stack;
    stack.server.script({
      distort: ({ row }) => ({ record: { ...row, sync_seq: exact('9007199254740993') } }),
    });
    stack.server.store.put('training_runs', runRow(1));
    await stack.converges();
    assert.ok(stack.pulls > pulls);
    assert.equal(stack.sync.counters.damaged, 1);
  });
});

describe('a token that is renewed while joined', function () {
  this.timeout(120_000);

  it('is handed to the server on the same join, and sync stays live', async () => {
    const stack = await FakeStack.open();
    try {
      await stack.reaches('live');
      stack.credentials.set({ userId, accessToken: 'token two', expiresAt: Date.now() + 3_600_000 });
      await until('the token', () => stack.server.joins.tokens.includes('token two') || null, 20_000);
      stack.server.store.put('training_runs', runRow(1));
      await stack.converges();
      assert.deepEqual([stack.sync.status.state, stack.server.channels.length], ['live', 1]);
    } finally {
      await stack.close();
    }
  });
});

describe('200 reconnects', function () {
  this.timeout(120_000);

  it('leave no listener, timer, socket or client behind', async () => {
    const server = await RealtimeServer.start();
    let token = 1;
    const transport = createOpenTransport({ url: server.url, publishableKey: 'sb_publishable_test' })({
      userId,
      accessToken: () => `token ${token}`,
      traffic: new Counters(0),
    });
    const channels: WeakRef<Channel>[] = [];
    const join = (n: number) => joinOnce(server, transport, n, () => token++);
    try {
      for (let n = 0; n < 20; n++) await join(n);
      await settled(server);
      const before = handles();
      for (let n = 0; n < 200; n++) channels.push(await join(n));
      await settled(server);
      const grown = () => Object.entries(handles()).filter(([kind, count]) => count > (before[kind] ?? 0));
      await until('no more than before', () => grown().length === 0 || null, 20_000).catch(() => {});
      assert.deepEqual(grown(), [], JSON.stringify(before));
      assert.equal(server.joins.tokens.length, 220, 'each was handed another token');
      const collect = exposeCollector();
      const isAlive = () => {
        collect();
        return channels.some((channel) => channel.deref());
      };
      await until('all channels collected', () => !isAlive() || null, 20_000);
    } finally {
      transport.dispose();
      await server.stop();
    }
  });
});

/** Joins, gets another token, is closed by the server in one of three ways, and goes, as the engine lets it. */
function joinOnce(
  server: RealtimeServer,
  transport: Transport,
  n: number,
  renew: () => void,
): Promise<WeakRef<Channel>> {
  let isRenewed = false;
  return new Promise((resolve) => {
    const channel = transport.join(({ type }) => {
      if (type === 'armed' && !isRenewed) {
        isRenewed = true;
        if (n % 2 === 0) channel.probe();
        renew();
        channel.renewToken();
      } else if (type === 'armed') {
        if (n % 3 === 0) server.closeChannels();
        else server.closeSockets(n % 3 === 1 ? 1006 : 1012);
      } else if (type === 'closed') {
        channel.dispose();
        resolve(new WeakRef(channel));
      }
    });
  });
}

async function settled(server: RealtimeServer): Promise<void> {
  await until('no socket', () => server.sockets.open === 0 || null, 20_000);
  // Sockets that were cut have to be let go of by libuv, and the probes' timers to be cleared.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
}

/** What keeps the process busy, by kind, and who listens to the process. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {
    listeners: process.eventNames().flatMap((name) => process.listeners(name as 'exit')).length,
  };
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** A number as it is written, whatever a double makes of it. */
function exact(text: string): number {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text) as number;
}
