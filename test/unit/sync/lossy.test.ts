import assert from 'node:assert/strict';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;

describe('a server that drops events', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    await goLive(harness);
  });

  afterEach(() => {
    harness.engine.dispose();
    assert.equal(harness.clock.timerCount, 0);
  });

  /** One change is lost, the next comes; the gap is open for 500 ms. */
  async function lose(id: string): Promise<void> {
    const { backend, clock } = harness;
    backend.write(anna, `${id} lost`, id, { stream: false });
    backend.write(anna, id, id);
    await clock.advance(second);
  }

  it('is said after three gaps in 10 s, and pulled at a fixed pace instead of gap by gap', async () => {
    const { backend, clock, engine, names } = harness;
    await lose('a');
    await lose('b');
    assert.equal(engine.status.state, 'live');
    await lose('c');
    assert.equal(engine.status.state, 'catchingUp');
    assert.equal(engine.status.problem?.reason, 'droppingEvents');
    const pulls = backend.pulls.length;
    for (let i = 0; i < 40; i++) await lose(`more ${i}`);
    const asked = backend.pulls.length - pulls;
    assert.ok(asked >= 15 && asked <= 21, `${asked} pulls in 40 s`);
    assert.equal(engine.status.state, 'catchingUp');
    await clock.advance(2.1 * second);
    assert.equal(Object.keys(names()).length, 86);
  });

  it('is live again by a canary after a quiet 10 s', async () => {
    const { backend, clock, engine } = harness;
    for (const id of ['a', 'b', 'c']) await lose(id);
    const pings = backend.pings.length;
    await clock.advance(8 * second);
    assert.equal(engine.status.state, 'catchingUp');
    assert.equal(backend.pings.length, pings);
    await clock.advance(5 * second);
    assert.equal(engine.status.state, 'live');
    assert.equal(backend.pings.length, pings + 1);
    assert.equal(engine.status.problem, null);
  });

  it('is not meant by gaps that are rare, nor by one that a slow pull keeps open', async () => {
    const { backend, clock, engine } = harness;
    for (let i = 0; i < 6; i++) {
      await lose(`rare ${i}`);
      await clock.advance(5 * second);
    }
    assert.equal(engine.status.state, 'live');
    backend.held = true;
    backend.write(anna, 'lost', 'lost', { stream: false });
    for (let i = 0; i < 8; i++) {
      backend.write(anna, `waiting ${i}`, 'waiting');
      await clock.advance(second);
    }
    assert.equal(engine.status.state, 'live');
    assert.equal(engine.counters.gaps, 7);
    backend.release();
    await clock.advance(second);
    assert.equal(engine.status.state, 'live');
  });

  it('is left like any stream when the socket is lost, the server cannot be reached or the machine slept', async () => {
    const { backend, clock, engine } = harness;
    for (const id of ['a', 'b', 'c']) await lose(id);
    clock.sleep(60 * second);
    await clock.advance(2 * second);
    assert.equal(backend.channel.probes, 1);
    backend.channel.emit({ type: 'pong' });
    await clock.advance(second);
    assert.equal(engine.status.state, 'live');
  });
});
