import assert from 'node:assert/strict';
import { settle } from '../../fakes/clock.ts';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;

describe('what is said of freshness', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    await goLive(harness);
  });

  afterEach(() => {
    harness.engine.dispose();
    assert.equal(harness.clock.timerCount, 0);
  });

  it('is as of the change that came, however long it took', async () => {
    const { backend, clock, engine } = harness;
    const at = clock.now();
    const change = backend.write(anna, 'p1', 'slow', { stream: false });
    await clock.advance(3 * second);
    backend.stream(anna, change);
    await clock.advance(100);
    assert.equal(engine.status.state, 'live');
    assert.equal(engine.status.asOf, at);
    const gone = backend.remove(anna, 'p1', { stream: false });
    await clock.advance(second);
    backend.stream(anna, gone);
    await clock.advance(100);
    assert.equal(engine.status.asOf, at + 3_100);
  });

  it('is not ahead of the rows that are shown, between two batches either', async () => {
    const { backend, clock, engine, names } = harness;
    backend.write(anna, 'p1', 'first');
    await clock.advance(10);
    backend.write(anna, 'p2', 'waits for the next batch');
    await clock.advance(10);
    assert.deepEqual(Object.keys(names()), ['p1']);
    assert.equal(engine.status.asOf, clock.now() - 20);
    await clock.advance(50);
    assert.deepEqual(Object.keys(names()), ['p1', 'p2']);
    assert.equal(engine.status.asOf, clock.now() - 60);
  });

  it('allows for the server clock, and for what it cannot know of it', async () => {
    const { backend, clock, engine } = harness;
    backend.skew = 3_600 * second;
    backend.roundTrip = 200;
    await engine.refresh();
    const before = engine.status.asOf ?? 0;
    await clock.advance(second);
    backend.write(anna, 'p1', 'now');
    await clock.advance(100);
    const { asOf } = engine.status;
    assert.ok(asOf !== null && asOf > before && asOf <= clock.now() - 100);
  });

  it('is as of the moment when the canary was sent, not when it was seen', async () => {
    const { backend, clock, engine } = harness;
    backend.deaf = true;
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    while (backend.pings.length < 2) await clock.advance(50);
    const sentBy = clock.now();
    await clock.advance(2 * second);
    const pulled = engine.status.verifiedAt ?? 0;
    backend.deaf = false;
    backend.stream(anna, { kind: 'canary', seq: backend.head(anna), nonce: backend.pings[1] ?? '' });
    assert.equal(engine.status.state, 'live');
    assert.ok((engine.status.asOf ?? 0) <= Math.max(sentBy, pulled));
    assert.ok((engine.status.verifiedAt ?? 0) <= Math.max(sentBy, pulled));
  });

  it('does not pass a version that never came while its tombstone waits behind a gap', async () => {
    const { backend, clock, engine, names } = harness;
    backend.write(anna, 'p1', 'old');
    backend.write(anna, 'p2', 'old');
    await clock.advance(second);
    const last = backend.write(anna, 'p1', 'never comes', { stream: false });
    await clock.advance(second);
    const before = clock.now();
    const other = backend.write(anna, 'p2', 'new', { stream: false });
    await clock.advance(second);
    backend.write(anna, 'p3', 'lost', { stream: false });
    backend.remove(anna, 'p1');
    await clock.advance(100);
    assert.ok(
      (engine.status.asOf ?? 0) <= Date.parse(last.row.updated_at),
      'the tombstone is not reached yet',
    );
    backend.stream(anna, other);
    await clock.advance(100);
    assert.equal(engine.status.asOf, before);
    assert.deepEqual(names(), { p2: 'new' });
    await clock.advance(second);
    assert.deepEqual(names(), backend.names(anna));
  });

  it('is not live between two pages of a pull, though the canary is behind the cursor', async () => {
    const { backend, clock, engine, names } = harness;
    const write = (id: string, name: string) => backend.write(anna, id, name, { stream: false });
    const ids = ['p0', 'p1', 'p2', 'p3'];
    for (const id of ids) backend.write(anna, id, 'first');
    await clock.advance(100);
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    await settle();
    const pings = backend.pings.length;
    let pages = 0;
    const between: string[] = [];
    backend.pageSize = 2;
    backend.beforePage = () => {
      // The pull does not end before the canary is sent; the next page is behind it, and passes p2 and p3 over.
      const isSent = backend.pings.length > pings;
      if (isSent) pages += 1;
      if (pages <= 1) for (const id of ids) write(id, isSent ? 'third' : 'second');
      if (pages !== 2) return;
      backend.write(anna, 'p9', 'comes');
      between.push(`${engine.status.state} ${names().p2} ${names().p3}`);
    };
    while (pages < 2) await clock.advance(100);
    assert.deepEqual(between, ['catchingUp first first']);
    await clock.advance(second);
    assert.equal(engine.status.state, 'live');
    assert.deepEqual(names(), backend.names(anna));
  });

  it('keeps a change without its wide columns from being merged into a version that a page passed over', async () => {
    const { backend, clock, engine, names } = harness;
    backend.write(anna, 'p1', 'old');
    await clock.advance(100);
    backend.write(anna, 'p0', 'lost', { stream: false });
    const renamed = backend.write(anna, 'p1', 'new', { stream: false });
    for (let i = 2; i < 10; i++) backend.write(anna, `p${i}`, 'lost', { stream: false });
    const { row, seq } = backend.write(anna, 'p1', 'new', { stream: false });
    const { name: _, ...record } = row as typeof row & { name: string };
    backend.stream(anna, renamed);
    backend.stream(anna, { kind: 'partial', table: 'projects', id: 'p1', seq, record });
    backend.pageSize = 9;
    await engine.refresh();
    await clock.advance(100);
    assert.equal(names().p1, 'new');
  });
});

describe('a token that expires', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    await goLive(harness);
  });

  afterEach(() => harness.engine.dispose());

  const expired = { reason: 'sessionExpired', detail: 'JWT expired' } as const;

  it('is renewed without a word, however long that takes', async () => {
    const { backend, clock, credentials, engine, statuses } = harness;
    credentials.renewed = 't2';
    credentials.held = true;
    backend.pullProblem = expired;
    backend.channel.emit({ type: 'closed', problem: expired });
    await clock.advance(8 * second);
    backend.pullProblem = null;
    credentials.release();
    await clock.advance(3 * second);
    assert.ok(statuses.every(({ problem }) => problem?.reason !== 'sessionExpired'));
    assert.equal(engine.status.state, 'live');
    assert.equal(backend.tokens.at(-1), 't2');
  });

  it('is told when the new one is refused as well', async () => {
    const { backend, clock, credentials, engine } = harness;
    credentials.renewed = 't2';
    backend.pullProblem = expired;
    await clock.advance(61 * second);
    assert.equal(engine.status.state, 'setup');
    assert.equal(engine.status.problem?.reason, 'sessionExpired');
    backend.pullProblem = null;
    credentials.set({ userId: anna, accessToken: 't3', expiresAt: clock.now() + 3_600_000 });
    await settle();
    assert.equal(engine.status.problem, null);
  });

  it('is told when it cannot be renewed', async () => {
    const { backend, clock, credentials, engine } = harness;
    backend.pullProblem = expired;
    credentials.failure = new Error('no answer');
    await clock.advance(61 * second);
    assert.equal(engine.status.state, 'offline');
  });

  it('is not refused twice when it expired in sleep', async () => {
    const { backend, clock, credentials, engine } = harness;
    credentials.holdNext = true;
    clock.sleep(7_200 * second);
    backend.pullProblem = expired;
    await clock.advance(2 * second);
    backend.pullProblem = null;
    credentials.release();
    backend.channel.emit({ type: 'pong' });
    await clock.advance(second);
    assert.equal(credentials.forced, 0);
    assert.equal(engine.status.state, 'live');
  });
});
