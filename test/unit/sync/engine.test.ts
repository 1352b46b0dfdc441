import assert from 'node:assert/strict';
import { RunglassError } from '../../../src/shared/status.ts';
import { settle } from '../../fakes/clock.ts';
import { anna, ben, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;
const unreachable = { reason: 'unreachable', detail: 'connect ECONNREFUSED' } as const;

describe('Engine', () => {
  let harness: Harness;

  beforeEach(() => {
    harness = createHarness();
  });

  afterEach(() => {
    const { engine, clock, credentials, attention, log } = harness;
    engine.dispose();
    assert.equal(clock.timerCount, 0, 'a timer outlived the engine');
    assert.equal(credentials.listenerCount + attention.listenerCount, 0, 'a listener outlived the engine');
    assert.deepEqual(log.errors, []);
  });

  it('pulls and shows rows before any channel is joined', async () => {
    const { backend, engine, names } = harness;
    backend.autoArm = false;
    backend.write(anna, 'p1', 'first');
    engine.start();
    await settle();
    assert.deepEqual(names(), { p1: 'first' });
    assert.equal(engine.status.state, 'catchingUp');
  });

  it('is live only when the canary has come over the socket', async () => {
    const { backend, clock, engine, states } = harness;
    backend.deaf = true;
    engine.start();
    await clock.advance(14 * second);
    assert.ok(backend.pings.length >= 2);
    assert.ok(!states().includes('live'), 'live on faith');
    backend.deaf = false;
    await clock.advance(60 * second);
    assert.equal(engine.status.state, 'live');
    assert.deepEqual(states(), ['connecting', 'catchingUp', 'live']);
  });

  it('takes the canary also when a pull was faster', async () => {
    const { backend, clock, engine } = harness;
    backend.deaf = true;
    engine.start();
    await clock.advance(second);
    await engine.refresh();
    backend.deaf = false;
    backend.stream(anna, { kind: 'canary', seq: backend.head(anna), nonce: backend.pings[0] ?? '' });
    await clock.advance(1);
    assert.equal(engine.status.state, 'live');
  });

  it('gives a deaf socket up after three pings and takes a fresh channel', async () => {
    const { backend, clock, engine } = harness;
    backend.deaf = true;
    engine.start();
    await clock.advance(15.2 * second);
    assert.equal(backend.pings.length, 3);
    assert.equal(backend.channels[0]?.isOpen, false);
    await clock.advance(5 * second);
    assert.equal(backend.channels.length, 2);
    assert.equal(backend.openChannels, 1);
  });

  it('says polling with the reason after three failures, and goes on pulling', async () => {
    const { backend, clock, engine, names } = harness;
    backend.deaf = true;
    engine.start();
    await clock.advance(70 * second);
    assert.equal(engine.status.state, 'polling');
    assert.equal(engine.status.problem?.reason, 'noRealtime');
    backend.write(anna, 'p1', 'while deaf');
    await clock.advance(31 * second);
    assert.deepEqual(names(), { p1: 'while deaf' });
  });

  it('tells inserts, updates and deletes with the row before and after', async () => {
    const { backend, clock, engine, batches } = harness;
    await goLive(harness);
    backend.write(anna, 'p1', 'one');
    await clock.advance(100);
    backend.write(anna, 'p1', 'two');
    await clock.advance(100);
    backend.remove(anna, 'p1');
    await clock.advance(100);
    const told = batches.flatMap(({ changes }) =>
      changes.map((c) => [c.eventType, nameOf(c.old), nameOf(c.new), c.source]),
    );
    assert.deepEqual(told, [
      ['INSERT', null, 'one', 'realtime'],
      ['UPDATE', 'one', 'two', 'realtime'],
      ['DELETE', 'two', null, 'realtime'],
    ]);
    assert.equal(engine.status.asOf, clock.now() - 100, 'as of the last change');
    assert.equal(backend.pulls.length, pullsOfStart, 'a change over the socket needs no pull');
  });

  it('makes one batch of many changes and numbers batches without a hole', async () => {
    const { backend, clock, batches } = harness;
    await goLive(harness);
    for (let i = 0; i < 200; i++) backend.write(anna, `p${i}`, `name ${i}`);
    await clock.advance(200);
    assert.ok(batches.length <= 3, `${batches.length} batches`);
    assert.equal(batches.flatMap(({ changes }) => changes).length, 200);
    const revisions = batches.map(({ revision }) => revision);
    assert.deepEqual(
      revisions,
      revisions.map((_, i) => (revisions[0] ?? 0) + i),
    );
  });

  it('ignores duplicates', async () => {
    const { backend, clock, batches, names } = harness;
    await goLive(harness);
    const change = backend.write(anna, 'p1', 'one');
    backend.stream(anna, change);
    await clock.advance(100);
    backend.stream(anna, change);
    await clock.advance(100);
    assert.equal(batches.length, 1);
    assert.deepEqual(names(), { p1: 'one' });
  });

  it('brings reordered changes into order without a pull', async () => {
    const { backend, clock, names } = harness;
    await goLive(harness);
    const pulls = backend.pulls.length;
    const older = backend.write(anna, 'p1', 'older', { stream: false });
    const newer = backend.write(anna, 'p1', 'newer', { stream: false });
    backend.stream(anna, newer);
    backend.stream(anna, older);
    await clock.advance(2 * second);
    assert.deepEqual(names(), { p1: 'newer' });
    assert.equal(backend.pulls.length, pulls);
  });

  it('pulls what a gap lost after 500 ms, once', async () => {
    const { backend, clock, names } = harness;
    await goLive(harness);
    const pulls = backend.pulls.length;
    backend.write(anna, 'p1', 'lost', { stream: false });
    backend.write(anna, 'p2', 'came');
    await clock.advance(400);
    assert.deepEqual(names(), {}, 'nothing is shown out of order');
    await clock.advance(200);
    assert.deepEqual(names(), { p1: 'lost', p2: 'came' });
    await clock.advance(3 * second);
    assert.equal(backend.pulls.length, pulls + 1);
  });

  it('accounts for an insert that was deleted before it could be streamed', async () => {
    const { backend, clock, names } = harness;
    await goLive(harness);
    const pulls = backend.pulls.length;
    backend.write(anna, 'p1', 'brief', { stream: false });
    backend.remove(anna, 'p1');
    backend.write(anna, 'p2', 'next');
    await clock.advance(2 * second);
    assert.deepEqual(names(), { p2: 'next' });
    assert.equal(backend.pulls.length, pulls);
  });

  it('does not bring a row back from a page older than its tombstone', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    backend.held = true;
    backend.write(anna, 'p1', 'doomed', { stream: false });
    const refreshed = engine.refresh();
    await settle();
    backend.remove(anna, 'p1');
    backend.release();
    await refreshed;
    await clock.advance(2 * second);
    assert.deepEqual(names(), {});
  });

  it('finds a lost tail with a head check within 60 s, and doubts the stream', async () => {
    const { backend, clock, engine, names, statuses } = harness;
    await goLive(harness);
    backend.deaf = true;
    backend.write(anna, 'p1', 'lost tail');
    await clock.advance(61 * second);
    assert.deepEqual(names(), { p1: 'lost tail' });
    assert.equal(engine.status.state, 'catchingUp');
    backend.deaf = false;
    await clock.advance(10 * second);
    assert.equal(statuses.at(-1)?.state, 'live');
  });

  it('asks nothing while live and unwatched, one head check a minute while watched', async () => {
    const { backend, attention, clock } = harness;
    attention.set(false);
    await goLive(harness);
    const pulls = backend.pulls.length;
    await clock.advance(3_600 * second * 0.5);
    assert.equal(backend.pulls.length, pulls);
    attention.set(true);
    await clock.advance(1);
    assert.equal(backend.pulls.length, pulls + 1, 'what was not checked for long is checked at once');
    await clock.advance(600 * second);
    assert.ok(backend.pulls.length - pulls <= 11, `${backend.pulls.length - pulls} pulls in 10 minutes`);
  });

  it('swaps to another life of the database at once and tells the differences', async () => {
    const { backend, clock, engine, batches, names, states } = harness;
    backend.write(anna, 'p1', 'gone after');
    backend.write(anna, 'p2', 'other before');
    await goLive(harness);
    backend.restore('e2');
    backend.write(anna, 'p2', 'other after', { stream: false });
    backend.write(anna, 'p3', 'new after', { stream: false });
    await engine.refresh();
    assert.deepEqual(names(), { p2: 'other after', p3: 'new after' });
    assert.equal(batches.length, 1, 'one batch');
    assert.deepEqual(batches[0]?.changes.map((c) => `${c.eventType} ${c.new?.id ?? c.old?.id}`).sort(), [
      'DELETE p1',
      'INSERT p3',
      'UPDATE p2',
    ]);
    await clock.advance(second);
    assert.deepEqual(states().slice(-2), ['catchingUp', 'live'], 'a new life has to prove its stream');
  });

  it('keeps what arrives while a snapshot is under way', async () => {
    const { backend, clock, engine, names } = harness;
    backend.held = true;
    engine.start();
    await settle();
    backend.write(anna, 'p1', 'early');
    backend.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p1: 'early' });
    assert.equal(engine.status.state, 'live');
  });

  it('polls while the join is not answered', async () => {
    const { backend, clock, engine, names } = harness;
    backend.autoArm = false;
    engine.start();
    await clock.advance(second);
    backend.write(anna, 'p1', 'without a socket', { stream: false });
    await clock.advance(5 * second);
    assert.deepEqual(names(), { p1: 'without a socket' });
    const pulls = backend.pulls.length;
    await clock.advance(600 * second);
    const perMinute = (backend.pulls.length - pulls) / 10;
    assert.ok(perMinute >= 2 && perMinute <= 6, `${perMinute} pulls a minute`);
  });

  it('waits between attempts for 0.5 to 30 s, never twice the same', async () => {
    const { backend, clock, engine } = harness;
    engine.start();
    backend.autoArm = false;
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      await settle();
      const joins = backend.channels.length;
      backend.channel.emit({ type: 'refused', problem: { reason: 'noRealtime', detail: 'no' } });
      const from = clock.now();
      while (backend.channels.length === joins) await clock.advance(50);
      waits.push(clock.now() - from);
    }
    assert.ok(
      waits.every((wait) => wait >= 500 && wait <= 30_050),
      waits.join(),
    );
    assert.ok(new Set(waits).size >= 9, waits.join());
    assert.ok(Math.max(...waits) > 5_000, waits.join());
  });

  it('pulls page by page', async () => {
    const { backend, engine, names } = harness;
    await goLive(harness);
    backend.pageSize = 10;
    for (let i = 0; i < 25; i++) backend.write(anna, `p${i}`, `name ${i}`, { stream: false });
    const pulls = backend.pulls.length;
    await engine.refresh();
    assert.equal(Object.keys(names()).length, 25);
    assert.equal(backend.pulls.length - pulls, 3);
  });

  it('has one pull in flight; who asks meanwhile waits for one more', async () => {
    const { backend, engine, names } = harness;
    await goLive(harness);
    const pulls = backend.pulls.length;
    backend.held = true;
    const first = engine.refresh();
    await settle();
    backend.write(anna, 'p1', 'after the first began', { stream: false });
    const others = Promise.all([engine.refresh(), engine.refresh(), engine.refresh()]);
    await settle();
    assert.equal(backend.pulls.length, pulls + 1);
    backend.release();
    await first;
    await others;
    assert.equal(backend.pulls.length, pulls + 2);
    assert.deepEqual(names(), { p1: 'after the first began' });
  });

  it('shows nothing of another account when switched in the middle of a pull', async () => {
    const { backend, credentials, clock, names, engine, batches } = harness;
    backend.write(anna, 'p1', 'of anna');
    backend.write(ben, 'p2', 'of ben');
    backend.held = true;
    engine.start();
    await settle();
    const oldEpoch = engine.replica.epoch;
    credentials.set({ userId: ben, accessToken: 't2', expiresAt: clock.now() + 3_600_000 });
    await settle();
    backend.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p2: 'of ben' });
    assert.notEqual(engine.replica.epoch, oldEpoch);
    const told = batches.flatMap(({ changes }) => changes);
    assert.ok(
      told.every((change) => change.new?.user_id === ben),
      'a row of the other account was told',
    );
    assert.equal(backend.disposedTransports, 1);
    assert.ok(backend.channels.every((channel) => !channel.isOpen || channel.userId === ben));
  });

  it('does not listen to a channel that it has let go', async () => {
    const { backend, credentials, clock, names } = harness;
    await goLive(harness);
    const old = backend.channel;
    credentials.set({ userId: ben, accessToken: 't2', expiresAt: clock.now() + 3_600_000 });
    await clock.advance(second);
    const change = backend.write(anna, 'p1', 'of anna', { stream: false });
    old.emit({ type: 'change', change });
    await clock.advance(second);
    assert.deepEqual(names(), {});
  });

  it('wipes the replica at sign-out and stops asking', async () => {
    const { backend, credentials, clock, engine, names } = harness;
    backend.write(anna, 'p1', 'one');
    await goLive(harness);
    credentials.set(null);
    await settle();
    assert.equal(engine.status.state, 'signedOut');
    assert.deepEqual(names(), {});
    assert.equal(backend.openChannels, 0);
    const pulls = backend.pulls.length;
    await clock.advance(120 * second);
    assert.equal(backend.pulls.length, pulls);
    await assert.rejects(engine.refresh(), RunglassError);
  });

  it('rejoins with jitter on a fresh channel when the server closes it', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    backend.write(anna, 'p1', 'while closed', { stream: false });
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'closed' } });
    await clock.advance(1);
    assert.equal(backend.openChannels, 0);
    assert.deepEqual(names(), { p1: 'while closed' }, 'a pull at once');
    await clock.advance(1_200);
    assert.equal(backend.channels.length, 2);
    assert.equal(engine.status.state, 'live');
  });

  it('renews the token before it joins again when the server says that it expired', async () => {
    const { backend, credentials, clock, engine } = harness;
    await goLive(harness);
    credentials.renewed = 't2';
    backend.channel.emit({
      type: 'refused',
      problem: { reason: 'sessionExpired', detail: 'Token has expired' },
    });
    await clock.advance(1_500);
    assert.equal(credentials.forced, 1);
    assert.equal(engine.status.state, 'live');
    await engine.refresh();
    assert.equal(backend.tokens.at(-1), 't2');
  });

  it('hands a renewed token to the channel, and renews before it expires', async () => {
    const { backend, credentials, clock } = harness;
    await goLive(harness);
    credentials.set({ userId: anna, accessToken: 't2', expiresAt: clock.now() + 120 * second });
    await settle();
    assert.equal(backend.channel.renewals, 1);
    const gets = credentials.gets;
    await clock.advance(76 * second);
    assert.ok(credentials.gets > gets);
  });

  it('says offline when nothing answers, keeps the rows, and is right again by itself', async () => {
    const { backend, clock, engine, names } = harness;
    backend.write(anna, 'p1', 'before');
    await goLive(harness);
    const { asOf } = engine.status;
    backend.pullProblem = unreachable;
    backend.autoArm = false;
    backend.channel.emit({
      type: 'closed',
      problem: { reason: 'noRealtime', detail: 'socket closed: 1006' },
    });
    await clock.advance(20 * second);
    assert.equal(engine.status.state, 'offline');
    assert.deepEqual(engine.status.problem, unreachable);
    assert.ok((engine.status.asOf ?? 0) <= (asOf ?? 0) + 2 * second, 'asOf stands still');
    assert.deepEqual(names(), { p1: 'before' });
    backend.pullProblem = null;
    backend.autoArm = true;
    backend.write(anna, 'p2', 'meanwhile', { stream: false });
    await clock.advance(35 * second);
    assert.deepEqual(names(), { p1: 'before', p2: 'meanwhile' });
    await clock.advance(30 * second);
    assert.equal(engine.status.state, 'live');
  });

  it('does not stay live when HTTP fails while the socket stands', async () => {
    const { backend, clock, engine } = harness;
    await goLive(harness);
    backend.pullProblem = unreachable;
    await clock.advance(61 * second);
    assert.equal(engine.status.state, 'offline');
    assert.ok(backend.channels[0] && backend.channels[0].probes > 0, 'the socket was probed');
  });

  it('says what has to be mended and notices when it is', async () => {
    const { backend, clock, engine } = harness;
    backend.pullProblem = { reason: 'notMigrated', missing: ['sync_pull'], detail: 'no function' };
    engine.start();
    await settle();
    assert.equal(engine.status.state, 'setup');
    await assert.rejects(
      engine.refresh(),
      (error) => error instanceof RunglassError && error.problem.reason === 'notMigrated',
    );
    backend.pullProblem = null;
    await clock.advance(45 * second);
    assert.notEqual(engine.status.state, 'setup');
  });

  it('names the refusal of the bindings at once', async () => {
    const { backend, clock, engine } = harness;
    backend.autoArm = false;
    engine.start();
    await settle();
    backend.channel.emit({ type: 'joined' });
    backend.channel.emit({
      type: 'refused',
      problem: { reason: 'notPublished', tables: ['models'], detail: 'models' },
    });
    await clock.advance(100);
    assert.equal(engine.status.state, 'polling');
    assert.equal(engine.status.problem?.reason, 'notPublished');
  });

  it('waits 20 s for the server to subscribe, then tries anew', async () => {
    const { backend, clock, engine } = harness;
    backend.autoArm = false;
    engine.start();
    await settle();
    backend.channel.emit({ type: 'joined' });
    await clock.advance(19 * second);
    assert.equal(backend.channels[0]?.isOpen, true);
    await clock.advance(2 * second);
    assert.equal(backend.channels[0]?.isOpen, false);
  });

  it('says that the account is busy when a ping is refused by a lock, not that the stream is dead', async () => {
    const { backend, clock, engine } = harness;
    backend.pingProblem = { reason: 'accountBusy', detail: 'lock timeout' };
    engine.start();
    await clock.advance(6 * second);
    assert.equal(engine.status.state, 'catchingUp');
    assert.equal(engine.status.problem?.reason, 'accountBusy');
  });

  it('pulls for a payload with errors and for a repeated system ok, and stays live', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    backend.write(anna, 'p1', 'too large to stream', { stream: false });
    backend.channel.emit({ type: 'damaged', detail: 'projects: Error 413: Payload Too Large' });
    await clock.advance(10);
    assert.deepEqual(names(), { p1: 'too large to stream' });
    backend.write(anna, 'p2', 'between subscriptions', { stream: false });
    backend.channel.emit({ type: 'armed' });
    await clock.advance(10);
    assert.deepEqual(Object.keys(names()), ['p1', 'p2']);
    assert.equal(engine.status.state, 'live');
  });

  it('merges an update without its unchanged wide columns into the row held, and pulls one not held', async () => {
    const { backend, clock, engine } = harness;
    backend.write(anna, 'p1', 'held');
    await goLive(harness);
    const pulls = backend.pulls.length;
    const { row, seq } = backend.write(anna, 'p1', 'renamed', { stream: false });
    const {
      description: _,
      color: __,
      ...record
    } = row as typeof row & { description: unknown; color: unknown };
    backend.stream(anna, { kind: 'partial', table: 'projects', id: 'p1', seq, record });
    await clock.advance(100);
    assert.equal(engine.replica.tables.projects.get('p1')?.name, 'renamed');
    assert.equal(backend.pulls.length, pulls);
    const other = backend.write(anna, 'p2', 'whole', { stream: false });
    backend.stream(anna, {
      kind: 'partial',
      table: 'projects',
      id: 'p2',
      seq: other.seq,
      record: { id: 'p2' },
    });
    await clock.advance(100);
    assert.equal(engine.replica.tables.projects.get('p2')?.name, 'whole');
  });

  it('leaves an unreadable row out, says so, and goes on', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    const { seq } = backend.write(anna, 'p1', 'strange', { stream: false });
    backend.stream(anna, {
      kind: 'unreadable',
      table: 'projects',
      id: 'p1',
      seq,
      detail: 'name: not a string',
    });
    backend.write(anna, 'p2', 'fine');
    await clock.advance(100);
    assert.deepEqual(names(), { p2: 'fine' });
    assert.equal(engine.status.state, 'live');
    await engine.refresh();
    assert.deepEqual(engine.status.problem, {
      reason: 'unreadableRows',
      table: 'projects',
      count: 1,
      detail: 'name: not a string',
    });
    backend.write(anna, 'p1', 'mended');
    await clock.advance(100);
    assert.equal(engine.status.problem, null);
    assert.deepEqual(names(), { p1: 'mended', p2: 'fine' });
  });

  it('notices sleep within 7 s, pulls at once and probes the socket', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    const { channel } = backend;
    clock.sleep(3_600 * second);
    backend.write(anna, 'p1', 'while asleep', { stream: false });
    await clock.advance(2 * second);
    assert.equal(channel.probes, 1);
    assert.deepEqual(names(), { p1: 'while asleep' });
    assert.equal(engine.status.state, 'catchingUp');
    channel.emit({ type: 'pong' });
    await clock.advance(100);
    assert.equal(engine.status.state, 'live');
    assert.equal(backend.channel, channel, 'the same join goes on');
  });

  it('takes a fresh channel when the probe after sleep is not answered', async () => {
    const { backend, clock, engine } = harness;
    await goLive(harness);
    clock.sleep(3_600 * second);
    await clock.advance(15 * second);
    assert.equal(backend.channels.length, 2);
    assert.equal(engine.status.state, 'live');
  });

  it('keeps a failing listener from harming the others', async () => {
    const { backend, clock, engine, names, log } = harness;
    let heard = 0;
    engine.replica.onDidChange(() => {
      throw new Error('mine');
    });
    engine.replica.onDidChange(() => {
      heard += 1;
    });
    await goLive(harness);
    heard = 0;
    backend.write(anna, 'p1', 'one');
    await clock.advance(100);
    assert.equal(heard, 1);
    assert.deepEqual(names(), { p1: 'one' });
    assert.match(log.errors.splice(0).join(), /mine/);
  });
});

/** One with the token, one to catch up. */
const pullsOfStart = 2;

function nameOf(row: unknown): string | null {
  return row === null ? null : (row as { name: string }).name;
}
