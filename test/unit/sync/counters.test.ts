import assert from 'node:assert/strict';
import { describeCounters } from '../../../src/extension/sync/counters.ts';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;

describe('Counters', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    await goLive(harness);
  });

  afterEach(() => harness.engine.dispose());

  it('count what the socket brings and what it loses', async () => {
    const { backend, clock, engine } = harness;
    const before = engine.counters;
    const change = backend.write(anna, 'p1', 'one');
    backend.stream(anna, change);
    backend.remove(anna, 'p1');
    backend.write(anna, 'p2', 'lost', { stream: false });
    backend.write(anna, 'p3', 'after a gap');
    backend.channel.emit({ type: 'damaged', detail: 'too large' });
    await clock.advance(second);
    const { events, duplicates, gaps, damaged } = engine.counters;
    assert.deepEqual({ ...events }, { ...before.events, projects: 4 });
    assert.equal(duplicates, 1);
    assert.equal(damaged, 1);
    assert.equal(gaps, 0, 'the pull for the damaged change closed it before it was one');
    backend.write(anna, 'p4', 'lost', { stream: false });
    backend.write(anna, 'p5', 'after a gap');
    await clock.advance(second);
    assert.equal(engine.counters.gaps, 1);
  });

  it('count what pulls, head checks, pings and joins take', async () => {
    const { backend, clock, engine } = harness;
    const { pulls, pages, pings, socket, headChecks, http } = engine.counters;
    assert.deepEqual(
      { pulls, pages, pings, joins: socket.joins, headChecks, requests: http.requests },
      { pulls: 2, pages: 2, pings: 1, joins: 1, headChecks: 0, requests: 3 },
    );
    backend.pageSize = 10;
    for (let i = 0; i < 25; i++) backend.write(anna, `p${i}`, 'one', { stream: false });
    await clock.advance(61 * second);
    const after = engine.counters;
    assert.equal(after.headChecks, 1);
    assert.ok(after.pages - pages >= 3);
    assert.equal(after.pulled, 25);
    assert.equal(after.resyncs, 0);
    backend.restore('e2');
    await engine.refresh();
    assert.equal(engine.counters.resyncs, 1);
  });

  it('are logged at the end', () => {
    const { engine, log } = harness;
    engine.dispose();
    assert.equal(log.lines.at(-1), `Counted: ${describeCounters(engine.counters)}`);
    assert.match(log.lines.at(-1) ?? '', /1 joins.*2 pulls \(0 head checks\).*1 pings/);
  });
});
