import assert from 'node:assert/strict';
import { RealtimeChannelLink } from '../../../src/extension/supabase/realtimeChannel.ts';
import { Counters } from '../../../src/extension/sync/counters.ts';
import type { ChannelEvent } from '../../../src/extension/sync/transport.ts';
import { tables } from '../../../src/shared/tables.ts';
import type { ServerChannel } from '../../fakes/realtimeServer/channel.ts';
import { RealtimeServer } from '../../fakes/realtimeServer/realtimeServer.ts';
import { projectRow, runRow } from '../../fixtures/rows.ts';
import { until } from './harness.ts';

const userId = '00000000-0000-4000-8000-00000000000a';
/** So long anything may take on a busy machine, ms. */
const patience = 20_000;

describe('the channel on supabase-js, against a server that misbehaves', function () {
  this.timeout(60_000);
  let server: RealtimeServer;
  let link: RealtimeChannelLink | null;
  let events: ChannelEvent[];
  let token: string;
  /** As the engine does: the first failure ends it. */
  let disposeOnFailure: boolean;

  beforeEach(async () => {
    server = await RealtimeServer.start({ refusedJoinDelay: 0 });
    events = [];
    token = 'token one';
    link = null;
    disposeOnFailure = true;
  });

  afterEach(async () => {
    link?.dispose();
    await until('no socket', () => server.sockets.open === 0 || null, patience);
    await server.stop();
  });

  function join(): RealtimeChannelLink {
    const backend = { url: server.url, publishableKey: 'sb_publishable_test' };
    const own = new RealtimeChannelLink(
      backend,
      { userId, accessToken: () => token, traffic: new Counters(0) },
      (event) => {
        events.push(event);
        const failed = event.type === 'closed' || event.type === 'refused' || event.type === 'silent';
        if (failed && disposeOnFailure) own.dispose();
      },
    );
    link = own;
    return own;
  }

  const types = () => events.map(({ type }) => type);
  const heard = (type: ChannelEvent['type']) =>
    until(`event ${type} (${types()})`, () => types().includes(type) || null, patience);
  const changes = () => events.flatMap((event) => (event.type === 'change' ? [event.change] : []));
  const channel = (): ServerChannel => server.channels[0] ?? assert.fail('nobody joined');
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('joins once with the token, and with a filtered binding for each table', async () => {
    join();
    await heard('armed');
    const { access_token, config } = channel().payload;
    assert.equal(access_token, 'token one');
    assert.equal(config.postgres_changes_options?.wait, true);
    const filter = `user_id=eq.${userId}`;
    assert.deepEqual(config.postgres_changes, [
      ...[...tables, 'sync_canaries'].map((table) => ({ event: '*', schema: 'public', table, filter })),
      { event: 'INSERT', schema: 'public', table: 'sync_tombstones', filter },
    ]);
    assert.deepEqual(types().sort(), ['armed', 'joined']);
  });

  it('hears changes and system ok that come before the join is answered', async () => {
    const row = projectRow(1, { user_id: userId });
    server.joins.onJoin = (joined) => {
      joined.change('projects', 'INSERT', row);
      joined.system('ok', 'Subscribed to PostgreSQL');
      joined.accept();
    };
    join();
    await heard('joined');
    assert.ok(types().includes('armed'));
    const expected = { kind: 'row', table: 'projects', id: row.id, seq: row.sync_seq, row };
    assert.deepEqual(changes(), [expected], 'once, although every binding for any event heard it');
  });

  it('routes rows, tombstones and canaries, and leaves DELETE to the tombstone', async () => {
    join();
    await heard('armed');
    const run = runRow(1, { user_id: userId });
    const { error: _, ...withoutWide } = run;
    channel().change('training_runs', 'UPDATE', run, { old_record: { id: run.id } });
    channel().change('training_runs', 'UPDATE', withoutWide, { old_record: { id: run.id } });
    channel().change('training_runs', 'DELETE', run);
    channel().change('sync_tombstones', 'INSERT', {
      tbl: 'training_runs',
      pk: run.id,
      sync_seq: 9,
      row_seq: 8,
      deleted_at: '2026-01-15T12:00:00Z',
    });
    channel().change('sync_canaries', 'UPDATE', { nonce: 'n', sync_seq: 10 });
    await until('five changes', () => changes().some(({ kind }) => kind === 'canary') || null, patience);
    assert.deepEqual(
      changes().map(({ kind }) => kind),
      ['row', 'partial', 'tombstone', 'canary'],
    );
  });

  it('calls a payload with errors, or without id and seq, damaged', async () => {
    join();
    await heard('armed');
    const row = projectRow(1, { user_id: userId });
    channel().change('projects', 'UPDATE', row, { errors: ['Error 413: Payload Too Large'] });
    channel().change('projects', 'INSERT', { name: 'no id' });
    await until('two', () => types().filter((type) => type === 'damaged').length === 2 || null, patience);
    assert.deepEqual(changes(), []);
  });

  it('calls a frame damaged that supabase-js fails on, and goes on hearing', async () => {
    join();
    await heard('armed');
    const { topic, connection } = channel();
    const change = (payload: unknown) => JSON.stringify([null, null, topic, 'postgres_changes', payload]);
    const frames = [
      'no JSON',
      'null',
      '{}',
      change(null),
      change({ ids: [1], data: null }),
      Buffer.alloc(0),
      Buffer.from([9, 1, 2, 3]),
      Buffer.from([4, 200]),
    ];
    for (const frame of frames) connection.sendRaw(frame);
    const row = projectRow(1, { user_id: userId });
    channel().change('projects', 'INSERT', row);
    await until('the change', () => changes().length === 1 || null, patience);
    assert.equal(types().filter((type) => type === 'damaged').length, frames.length);
    assert.ok(!JSON.stringify(events).includes('no JSON'), 'what came may be private');
  });

  it('tells a refused join once with its reason, and does not join again by itself', async () => {
    server.script({ refuseJoin: () => 'InvalidJWTToken: Token has expired 10 seconds ago' });
    join();
    await heard('closed');
    const [event] = events;
    assert.ok(event?.type === 'closed');
    assert.equal(event.problem.reason, 'sessionExpired');
    await pause(2_500);
    assert.equal(events.length, 1);
    assert.equal(server.joins.refusals, 1, 'one join');
    assert.equal(server.sockets.opened, 1, 'one socket');
  });

  it('tells refused bindings although the channel says SUBSCRIBED', async () => {
    const message =
      'Please check Realtime is enabled for the given connect parameters: [event: *, table: models]';
    server.script({ refuseBindings: message });
    join();
    await heard('refused');
    const event = events.find(({ type }) => type === 'refused');
    assert.ok(event?.type === 'refused');
    assert.deepEqual(event.problem, { reason: 'notPublished', tables: ['models'], detail: message });
  });

  it('tells that the server closed the channel, or the socket was cut, once, and stays away', async () => {
    for (const end of ['close', 'cut'] as const) {
      events = [];
      join();
      await heard('armed');
      const { opened } = server.sockets;
      if (end === 'close') server.closeChannels();
      else server.closeSockets(1006);
      await heard('closed');
      await pause(1_600);
      assert.equal(types().filter((type) => type === 'closed').length, 1);
      assert.equal(server.sockets.opened, opened, 'no socket by itself');
      assert.equal(server.sockets.open, 0);
    }
  });

  it('finds a dead socket when probed, long before a heartbeat would, and leaves nothing of it', async () => {
    // Mocha sets its own timer when the test has given back control once.
    await pause(1);
    const timers = countTimers();
    join();
    await heard('armed');
    link?.probe();
    await heard('pong');
    server.script({ answersHeartbeat: () => false });
    const probedAt = Date.now();
    link?.probe();
    await heard('silent');
    // Heartbeats are 25 s apart.
    assert.ok(Date.now() - probedAt < 12_000);
    const { opened } = server.sockets;
    await pause(3_000);
    assert.equal(server.sockets.opened, opened, 'no socket by itself');
    await until('no timer', () => countTimers() <= timers || null, patience);
  });

  it('hands a renewed token to the server, and does not wait for an answer once disposed', async () => {
    await pause(1);
    const timers = countTimers();
    join();
    await heard('armed');
    token = 'token two';
    link?.renewToken();
    await until('the token', () => server.joins.tokens.includes('token two') || null, patience);
    link?.dispose();
    await until('no timer', () => countTimers() <= timers || null, patience);
  });

  it('hands over a token that is renewed while the join is not answered', async () => {
    server.script({ joinDelay: 300 });
    join();
    await until('the join', () => server.channels.length === 1 || null, patience);
    token = 'token two';
    link?.renewToken();
    await until('the token', () => server.joins.tokens.includes('token two') || null, patience);
    assert.deepEqual(
      types().filter((type) => type !== 'armed'),
      ['joined'],
    );
  });

  it('says nothing any more once disposed', async () => {
    disposeOnFailure = false;
    join();
    await heard('armed');
    const count = events.length;
    link?.dispose();
    await until('no socket', () => server.sockets.open === 0 || null, patience);
    await pause(200);
    assert.equal(events.length, count);
  });

  it('tells that nobody answers', async () => {
    const backend = { url: 'http://127.0.0.1:9', publishableKey: 'sb_publishable_test' };
    link = new RealtimeChannelLink(
      backend,
      { userId, accessToken: () => token, traffic: new Counters(0) },
      (event) => events.push(event),
    );
    await heard('closed');
  });
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
