import assert from 'node:assert/strict';
import type { RowVersion } from '../../../src/extension/sync/transport.ts';
import { runRow } from '../../fixtures/rows.ts';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;
const minute = 60 * second;

describe('when the engine asks', () => {
  let harness: Harness;

  beforeEach(() => {
    harness = createHarness();
  });

  afterEach(() => {
    harness.engine.dispose();
    assert.equal(harness.clock.timerCount, 0);
  });

  /** How many pulls there are in `ms`. */
  async function pullsIn(ms: number): Promise<number> {
    const { backend, clock } = harness;
    const before = backend.pulls.length;
    await clock.advance(ms);
    return backend.pulls.length - before;
  }

  /** A run of Anna's comes over the socket. */
  function writeRun(status: string): void {
    const { backend } = harness;
    const { seq } = backend.write(anna, 'carrier', 'takes a number', { stream: false });
    const row = runRow(1, { id: 'r1', user_id: anna, status, sync_seq: seq });
    backend.stream(anna, { kind: 'row', table: 'training_runs', id: 'r1', seq, row } as RowVersion);
  }

  it('checks the head every 60 s while watched, and not at all when nobody looks', async () => {
    const { attention } = harness;
    await goLive(harness);
    assert.equal(await pullsIn(10 * minute), 10);
    attention.set(false);
    assert.equal(await pullsIn(120 * minute), 0);
  });

  it('checks at once when it is watched again after longer than that, and not before', async () => {
    const { attention } = harness;
    await goLive(harness);
    attention.set(false);
    assert.equal(await pullsIn(30 * second), 0);
    attention.set(true);
    assert.equal(await pullsIn(second), 0);
    attention.set(false);
    assert.equal(await pullsIn(5 * minute), 0);
    attention.set(true);
    assert.equal(await pullsIn(second), 1);
  });

  it('checks every 5 min while nobody looks but somebody waits for a run to end', async () => {
    const { attention, clock } = harness;
    await goLive(harness);
    attention.set(false);
    writeRun('running');
    await clock.advance(second);
    assert.equal(await pullsIn(60 * minute), 0, 'nobody waits');
    attention.setAwaitsRuns(true);
    await clock.advance(second);
    assert.equal(await pullsIn(60 * minute), 12);
    writeRun('completed');
    await clock.advance(second);
    assert.equal(await pullsIn(60 * minute), 0, 'no run is unfinished');
    writeRun('queued');
    assert.ok((await pullsIn(6 * minute)) >= 1, 'a run began while nobody looked');
  });

  it('polls for nobody, but goes on trying to get a stream, each time with one pull', async () => {
    const { attention, backend, clock, engine, names } = harness;
    attention.set(false);
    backend.autoArm = false;
    engine.start();
    await clock.advance(20 * minute);
    const joins = backend.channels.length;
    const pulls = await pullsIn(60 * minute);
    const attempts = backend.channels.length - joins;
    assert.ok(attempts >= 10 && attempts <= 90, `${attempts} attempts`);
    assert.ok(pulls <= 2 * attempts + 2, `${pulls} pulls for ${attempts} attempts`);
    backend.write(anna, 'p1', 'meanwhile', { stream: false });
    attention.set(true);
    await clock.advance(10);
    assert.deepEqual(Object.keys(names()), ['p1'], 'right at once when somebody looks');
  });

  it('tries again at once when somebody comes to look', async () => {
    const { attention, backend, clock, engine } = harness;
    attention.set(false);
    backend.autoArm = false;
    engine.start();
    for (let i = 0; i < 12; i++) {
      await clock.advance(second);
      backend.channel.emit({ type: 'refused', problem: { reason: 'noRealtime', detail: 'no' } });
      await clock.advance(5 * minute);
    }
    backend.channel.emit({ type: 'refused', problem: { reason: 'noRealtime', detail: 'no' } });
    backend.autoArm = true;
    attention.set(true);
    await clock.advance(second);
    assert.equal(engine.status.state, 'live');
  });

  it('never asks twice because a poll falls due while a pull is under way', async () => {
    const { backend, clock, engine } = harness;
    backend.autoArm = false;
    engine.start();
    await clock.advance(second);
    backend.held = true;
    await clock.advance(5 * second);
    const pulls = backend.pulls.length;
    await clock.advance(15 * second);
    backend.release();
    await clock.advance(10);
    assert.equal(backend.pulls.length, pulls);
  });
});
