import assert from 'node:assert/strict';
import type { Faults } from '../../fakes/realtimeServer/faults.ts';
import { runRow } from '../../fixtures/rows.ts';
import { FakeStack } from './fakeStack.ts';
import { until } from './harness.ts';

/** A change that only a pull can bring, and then a new join. */
async function missesAndJoins(stack: FakeStack): Promise<void> {
  stack.server.store.put('training_runs', runRow(1));
  await stack.converges(75_000);
  await until('the second join', () => stack.server.channels.length >= 2 || null, 75_000, stack.log);
  await stack.reaches('live', 20_000);
}

interface Scenario {
  readonly title: string;
  readonly faults?: Partial<Faults>;
  readonly play: (stack: FakeStack) => Promise<void>;
}

const scenarios: readonly Scenario[] = [
  {
    title: 'the last change is dropped: the head check finds it within a minute, and the stream is doubted',
    play: async (stack) => {
      await stack.reaches('live');
      stack.server.script({ drops: () => true });
      stack.server.store.put('training_runs', runRow(1));
      stack.server.heal();
      await stack.converges(75_000);
      await stack.reaches('live');
      assert.deepEqual(stack.states.slice(-3), ['live', 'catchingUp', 'live']);
    },
  },
  {
    title: 'a half-open socket: is found dead, and replaced',
    play: async (stack) => {
      await stack.reaches('live');
      stack.server.freezeSockets();
      await missesAndJoins(stack);
    },
  },
  {
    title: 'heartbeats answered only sometimes: the first one that is not ends the socket',
    play: async (stack) => {
      await stack.reaches('live');
      stack.server.script({ answersHeartbeat: (n) => n % 2 === 0 });
      await until('the second join', () => stack.server.channels.length === 2 || null, 75_000, stack.log);
      await stack.reaches('live');
      await stack.converges();
    },
  },
  {
    title: 'a join that is never answered: another one after the patience, and rows meanwhile',
    faults: { joinDelay: Number.POSITIVE_INFINITY },
    play: async (stack) => {
      stack.server.store.put('training_runs', runRow(1));
      await stack.converges();
      assert.ok(!stack.states.includes('live'));
      await until('a failed join', () => stack.sync.counters.socket.joins > 1 || null, 40_000, stack.log);
      stack.server.heal();
      await stack.reaches('live', 40_000);
    },
  },
  {
    title: 'SUBSCRIBED and no `system` ok: another join after the patience, and rows meanwhile',
    faults: { armDelay: Number.POSITIVE_INFINITY },
    play: async (stack) => {
      await until('the join', () => stack.server.channels.length === 1 || null, 15_000, stack.log);
      stack.server.heal();
      stack.server.store.put('training_runs', runRow(1));
      await stack.converges();
      assert.ok(!stack.states.includes('live'));
      await stack.reaches('live', 40_000);
      assert.equal(stack.server.channels.length, 2);
    },
  },
  {
    title: 'a WebSocket request that is never answered: another one after the patience, and rows meanwhile',
    faults: { upgrade: 'hang' },
    play: async (stack) => {
      stack.server.store.put('training_runs', runRow(1));
      await stack.converges();
      assert.ok(!stack.states.includes('live'));
      await until('a second request', () => stack.server.sockets.requested > 1 || null, 50_000, stack.log);
      stack.server.heal();
      await stack.reaches('live', 50_000);
    },
  },
];

/** The engine's own patience, in real time: these wait side by side, up to a minute. */
describe('sync on a Realtime server that keeps silent', function () {
  this.timeout(240_000);
  const stacks: FakeStack[] = [];
  const plays = new Map<Scenario, Promise<void>>();

  before(() => {
    for (const scenario of scenarios) {
      const play = start(scenario, stacks);
      // Told by its own test.
      play.catch(() => {});
      plays.set(scenario, play);
    }
  });
  after(async () => {
    for (const stack of stacks) await stack.close();
  });

  for (const scenario of scenarios) it(scenario.title, () => plays.get(scenario));
});

async function start({ faults = {}, play }: Scenario, stacks: FakeStack[]): Promise<void> {
  const stack = await FakeStack.open({}, (server) => server.script(faults));
  stacks.push(stack);
  await play(stack);
}
