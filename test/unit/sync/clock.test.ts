import assert from 'node:assert/strict';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;
const minute = 60 * second;
const unreachable = { reason: 'unreachable', detail: 'connect ECONNREFUSED' } as const;

describe('sleep and clocks that are set', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    await goLive(harness);
  });

  afterEach(() => {
    harness.engine.dispose();
    assert.equal(harness.clock.timerCount, 0);
  });

  for (const step of [-90, -10, 10, 90].map((minutes) => minutes * minute))
    it(`is right within a minute, and says when, after the clock was set by ${step / minute} min`, async () => {
      const { backend, clock, engine, names } = harness;
      await clock.advance(30 * second);
      clock.set(step);
      await clock.advance(10);
      backend.deaf = true;
      backend.write(anna, 'p1', 'lost tail', { stream: false });
      await clock.advance(61 * second);
      assert.deepEqual(names(), { p1: 'lost tail' });
      const { asOf, verifiedAt } = engine.status;
      for (const time of [asOf, verifiedAt]) {
        assert.ok(time !== null && time <= clock.now(), 'nothing is known of the future');
        assert.ok(clock.now() - time <= 61 * second, 'it does not stand still');
      }
    });

  it('never says that rows are younger than they are because the clock was set back', async () => {
    const { backend, clock, engine } = harness;
    backend.pullProblem = unreachable;
    backend.autoArm = false;
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    const lastKnown = clock.now();
    await clock.advance(minute);
    clock.set(-10 * minute);
    await clock.advance(7 * second);
    assert.equal(engine.status.state, 'offline');
    const age = clock.now() - (engine.status.asOf ?? 0);
    assert.ok(age >= 67 * second && age <= 70 * second, `${age} ms`);
    await clock.advance(10 * minute);
    assert.ok((engine.status.asOf ?? 0) <= lastKnown - 10 * minute);
  });

  it('notices that the clock was set back although attempts at a stream follow each other', async () => {
    const { backend, clock, engine } = harness;
    const gone = { type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } } as const;
    backend.pullProblem = unreachable;
    backend.autoArm = false;
    clock.set(-10 * minute);
    for (let i = 0; i < 5; i++) {
      backend.channel.emit(gone);
      engine.refresh().catch(() => {});
      await clock.advance(1.5 * second);
    }
    assert.ok((engine.status.asOf ?? 0) <= clock.now() - 7 * second);
  });

  it('goes on polling at its pace without a stream when the clock is set back', async () => {
    const { backend, clock, names } = harness;
    backend.autoArm = false;
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    await clock.advance(5 * minute);
    clock.set(-60 * minute);
    for (let i = 0; i < 5; i++) {
      backend.write(anna, `p${i}`, 'meanwhile', { stream: false });
      await clock.advance(31 * second);
      assert.ok(`p${i}` in names(), `poll ${i}`);
    }
  });

  it('takes a fresh channel with a token asked for anew when it slept while joining', async () => {
    const { backend, clock, credentials, engine } = harness;
    backend.autoArm = false;
    backend.channel.emit({ type: 'closed', problem: { reason: 'noRealtime', detail: 'gone' } });
    await clock.advance(2 * second);
    const joining = backend.channel;
    assert.equal(joining.isOpen, true);
    const { gets } = credentials;
    clock.sleep(60 * minute);
    backend.autoArm = true;
    await clock.advance(3 * second);
    assert.equal(joining.isOpen, false);
    assert.ok(credentials.gets > gets);
    assert.equal(engine.status.state, 'live');
  });

  it('asks for a token after sleep, since the timer that renews it stood still', async () => {
    const { clock, credentials } = harness;
    const { gets } = credentials;
    clock.sleep(60 * minute);
    await clock.advance(2 * second);
    assert.ok(credentials.gets > gets);
  });

  it('is not led by the skew between the clocks of server and host to doubt the stream', async () => {
    const { backend, clock, engine, states } = harness;
    backend.skew = -30 * minute;
    backend.write(anna, 'p1', 'lost', { stream: false });
    backend.write(anna, 'p2', 'came');
    await clock.advance(2 * second);
    backend.skew = 30 * minute;
    await engine.refresh();
    await clock.advance(2 * second);
    assert.deepEqual(states().slice(-1), ['live']);
    assert.ok(Math.abs(engine.status.clockOffset - 30 * minute) < second);
  });
});
