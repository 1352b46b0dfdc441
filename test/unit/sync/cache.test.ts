import assert from 'node:assert/strict';
import { settle } from '../../fakes/clock.ts';
import { FakeReplicaCache } from '../../fakes/replicaCache.ts';
import { anna, ben, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;
const unreachable = { reason: 'unreachable', detail: 'connect ECONNREFUSED' } as const;

describe('the rows of last time', () => {
  let cache: FakeReplicaCache;
  let first: Harness;
  let harness: Harness;
  let asOf: number;

  /** An engine that worked for a while and was closed with `p1` and `p2`; another one is to begin. */
  beforeEach(async () => {
    cache = new FakeReplicaCache();
    first = createHarness({ cache });
    first.backend.write(anna, 'p1', 'one');
    first.backend.write(anna, 'p2', 'two');
    await goLive(first);
    await first.engine.flush();
    asOf = first.engine.status.asOf ?? 0;
    first.engine.dispose();
    await first.clock.advance(3_600 * second);
    harness = another();
  });

  afterEach(() => {
    harness.engine.dispose();
    assert.equal(harness.clock.timerCount, 0);
    assert.deepEqual(harness.log.errors, []);
  });

  function another(): Harness {
    return createHarness({ cache, clock: first.clock, backend: first.backend });
  }

  it('are shown before any answer, and said to be what they are', async () => {
    const { backend, engine, names } = harness;
    backend.held = true;
    engine.start();
    await settle();
    assert.deepEqual(names(), { p1: 'one', p2: 'two' });
    assert.deepEqual(
      { state: engine.status.state, cached: engine.status.cached, asOf: engine.status.asOf },
      { state: 'connecting', cached: true, asOf },
    );
    assert.equal(engine.status.verifiedAt, null);
  });

  it('are shown even when no token can be had', async () => {
    const { credentials, engine, names } = harness;
    credentials.failure = new Error('no answer');
    engine.start();
    await settle();
    assert.deepEqual(names(), { p1: 'one', p2: 'two' });
    assert.equal(engine.status.state, 'offline');
    assert.equal(engine.status.cached, true);
  });

  it('are those that the saved number stands for, although the last batch was not shown yet', async () => {
    const { backend, clock, engine, names } = harness;
    await goLive(harness);
    backend.write(anna, 'p1', 'shown at once');
    await clock.advance(10);
    backend.write(anna, 'p1', 'waits for the next batch');
    backend.remove(anna, 'p2');
    assert.deepEqual(names(), { p1: 'shown at once', p2: 'two' });
    engine.dispose();
    await settle();
    harness = another();
    await goLive(harness);
    assert.deepEqual(harness.names(), { p1: 'waits for the next batch' });
  });

  it('are made right by one cheap request from where they stood', async () => {
    const { backend, clock, engine, names } = harness;
    const { cursor } = JSON.parse(cache.text ?? '') as { cursor: number };
    backend.write(anna, 'p1', 'changed', { stream: false });
    backend.remove(anna, 'p2', { stream: false });
    backend.pulls.length = 0;
    engine.start();
    await clock.advance(second);
    assert.deepEqual(names(), { p1: 'changed' });
    assert.equal(backend.pulls[0]?.since, cursor);
    assert.equal(engine.status.cached, false);
    assert.equal(engine.status.state, 'live');
  });

  it('give way to a snapshot when the database began anew', async () => {
    const { backend, clock, engine, names } = harness;
    backend.restore('e2');
    backend.write(anna, 'p3', 'new life', { stream: false });
    engine.start();
    await clock.advance(second);
    assert.deepEqual(names(), { p3: 'new life' });
  });

  it('do not take a change that comes before it is known what they are worth', async () => {
    const { backend, clock, engine, names } = harness;
    backend.restore('e2');
    for (let i = 0; i < 3; i++) backend.write(anna, 'p3', `new ${i}`, { stream: false });
    backend.held = true;
    engine.start();
    await settle();
    backend.write(anna, 'p4', 'of another life');
    await clock.advance(100);
    assert.ok(!('p4' in names()));
    backend.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p3: 'new 2', p4: 'of another life' });
  });

  for (const [what, spoil] of [
    ['cut short', (text: string) => text.slice(0, -40)],
    ['of another user', (text: string) => text.replace(`"owner":"${anna}"`, `"owner":"${ben}"`)],
    ['of another version', (text: string) => text.replace(/"format":"\d/, '"format":"0')],
    [
      'with a row of another user',
      (text: string) => text.replace(`"user_id":"${anna}"`, `"user_id":"${ben}"`),
    ],
    ['with a row of another shape', (text: string) => text.replace('"name":"one"', '"name":1')],
  ] as const)
    it(`are not used and deleted when the file is ${what}`, async () => {
      const { backend, clock, engine, names, log, batches } = harness;
      const spoilt = spoil(cache.text ?? '');
      assert.notEqual(spoilt, cache.text);
      cache.text = spoilt;
      backend.held = true;
      engine.start();
      await settle();
      assert.deepEqual(names(), {});
      assert.equal(cache.text, null);
      assert.equal(log.lines.filter((line) => line.includes('saved rows')).length, 1);
      backend.release();
      await clock.advance(second);
      assert.deepEqual(names(), { p1: 'one', p2: 'two' });
      assert.ok(batches.every(({ changes }) => changes.every((change) => change.new?.user_id === anna)));
    });

  it('are not waited for when the disk does not answer, nor shown when it does too late', async () => {
    const { backend, clock, engine, names } = harness;
    cache.held = true;
    engine.start();
    await clock.advance(2 * second);
    assert.equal(engine.status.state, 'live');
    backend.write(anna, 'p1', 'newer');
    await clock.advance(100);
    cache.release();
    await clock.advance(100);
    assert.deepEqual(names(), { p1: 'newer', p2: 'two' });
  });

  it('are never those of another account, and go when it is another', async () => {
    const { backend, clock, credentials, engine, names } = harness;
    backend.write(ben, 'p9', 'of ben');
    credentials.set({ userId: ben, accessToken: 't', expiresAt: clock.now() + 3_600_000 });
    backend.held = true;
    engine.start();
    await settle();
    assert.equal(backend.pulls.at(-1)?.userId, ben);
    assert.deepEqual(names(), {}, 'gone before anything is answered');
    backend.release();
    await clock.advance(second);
    assert.deepEqual(names(), { p9: 'of ben' });
    await clock.advance(60 * second);
    await engine.flush();
    assert.ok(!(cache.text ?? '').includes('of ben'));
  });

  it('go at sign-out, and nothing is saved after it', async () => {
    const { clock, credentials, engine, names } = harness;
    engine.start();
    await clock.advance(second);
    credentials.set(null);
    await settle();
    assert.equal(cache.text, null);
    assert.deepEqual(names(), {});
    engine.dispose();
    await settle();
    assert.equal(cache.text, null);
  });

  it('are saved at most every 30 s while something changes, and at the end', async () => {
    const { backend, clock, engine } = harness;
    engine.start();
    await clock.advance(second);
    const { saves } = cache;
    for (let i = 0; i < 120; i++) {
      backend.write(anna, 'p1', `name ${i}`);
      await clock.advance(second);
    }
    assert.ok(cache.saves - saves >= 3 && cache.saves - saves <= 5, `${cache.saves - saves} saves`);
    backend.write(anna, 'p1', 'last');
    await clock.advance(100);
    engine.dispose();
    await settle();
    assert.match(cache.text ?? '', /"name":"last"/);
  });

  it('are not saved again while nothing changes', async () => {
    const { clock, engine } = harness;
    engine.start();
    await clock.advance(60 * second);
    const { saves } = cache;
    await clock.advance(3_600 * second);
    assert.equal(cache.saves, saves);
  });

  it('are not saved while a row cannot be read: it would be missing next time without a word', async () => {
    const { backend, clock, engine } = harness;
    engine.start();
    await clock.advance(second);
    const before = cache.text;
    const { seq } = backend.write(anna, 'p1', 'strange', { stream: false });
    backend.stream(anna, { kind: 'unreadable', table: 'projects', id: 'p1', seq, detail: 'x' });
    await clock.advance(60 * second);
    await engine.flush();
    assert.equal(cache.text, before);
  });

  it('are not saved beyond 5 MB', async () => {
    const { backend, clock, engine, log } = harness;
    engine.start();
    await clock.advance(second);
    const before = cache.text;
    backend.write(anna, 'p1', 'x'.repeat(5_000_001));
    await clock.advance(31 * second);
    assert.equal(cache.text, before);
    assert.equal(log.lines.filter((line) => line.includes('too many')).length, 1);
  });

  it('do no harm when the disk fails', async () => {
    const { backend, clock, engine, names, log } = harness;
    cache.failure = new Error('EIO');
    engine.start();
    await clock.advance(second);
    backend.write(anna, 'p1', 'fine');
    await clock.advance(31 * second);
    assert.equal(engine.status.state, 'live');
    assert.equal(names().p1, 'fine');
    assert.ok(log.lines.some((line) => line.includes('could not be saved: EIO')));
  });

  it('stay while nothing can be reached, and become live when it can', async () => {
    const { backend, clock, engine, names } = harness;
    backend.pullProblem = unreachable;
    backend.autoArm = false;
    engine.start();
    await clock.advance(40 * second);
    assert.deepEqual(names(), { p1: 'one', p2: 'two' });
    assert.equal(engine.status.state, 'offline');
    assert.equal(engine.status.cached, true);
    assert.equal(engine.status.asOf, asOf);
    backend.pullProblem = null;
    backend.autoArm = true;
    await clock.advance(65 * second);
    assert.equal(engine.status.state, 'live');
    assert.equal(engine.status.cached, false);
  });
});
