import assert from 'node:assert/strict';
import { anna, createHarness, goLive, type Harness } from './harness.ts';

const second = 1_000;

describe('a database that does not stand still', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = createHarness();
    for (let i = 0; i < 6; i++) harness.backend.write(anna, `p${i}`, 'first');
    await goLive(harness);
  });

  afterEach(() => {
    const { engine, clock, log } = harness;
    engine.dispose();
    assert.equal(clock.timerCount, 0);
    assert.deepEqual(log.errors, []);
  });

  it('is followed when rows move to later pages, or go, while pages are read', async () => {
    const { backend, clock, engine, names } = harness;
    for (let i = 0; i < 6; i++) backend.write(anna, `p${i}`, 'second', { stream: false });
    backend.pageSize = 2;
    let pages = 0;
    backend.beforePage = () => {
      pages += 1;
      if (pages === 2) backend.write(anna, 'p2', 'moved', { stream: false });
      if (pages === 3) backend.remove(anna, 'p4', { stream: false });
    };
    await engine.refresh();
    await clock.advance(second);
    assert.deepEqual(names(), backend.names(anna));
    assert.equal(names().p2, 'moved');
  });

  it('is taken anew when it was restored: its head is below the cursor', async () => {
    const { backend, clock, engine, names } = harness;
    backend.restore('e1');
    backend.write(anna, 'p9', 'of the backup', { stream: false });
    await clock.advance(61 * second);
    assert.deepEqual(names(), { p9: 'of the backup' });
    assert.equal(engine.counters.resyncs, 1);
    assert.equal(engine.status.state, 'live');
  });

  it('is taken anew when a table was emptied, which no change tells', async () => {
    const { backend, clock, names } = harness;
    const head = backend.head(anna);
    backend.restore('e2');
    while (backend.head(anna) < head) backend.write(anna, 'p0', 'what was left', { stream: false });
    await clock.advance(61 * second);
    assert.deepEqual(names(), { p0: 'what was left' });
  });

  it('is taken anew when it begins a new life between two pages', async () => {
    const { backend, clock, engine, names } = harness;
    for (let i = 0; i < 6; i++) backend.write(anna, `p${i}`, 'second', { stream: false });
    backend.pageSize = 2;
    let pages = 0;
    backend.beforePage = () => {
      pages += 1;
      if (pages !== 2) return;
      backend.restore('e2');
      backend.write(anna, 'p9', 'new life', { stream: false });
    };
    await engine.refresh();
    await clock.advance(second);
    assert.deepEqual(names(), { p9: 'new life' });
    assert.equal(engine.status.state, 'live');
  });

  it('is whole again when the pages of a pull break off and changes go on coming', async () => {
    const { backend, clock, names } = harness;
    for (let i = 0; i < 6; i++) backend.write(anna, `p${i}`, 'second', { stream: false });
    backend.pageSize = 2;
    let pages = 0;
    backend.beforePage = () => {
      pages += 1;
      backend.pullProblem = pages === 2 ? { reason: 'unreachable', detail: 'cut' } : null;
    };
    backend.write(anna, 'p8', 'comes');
    await clock.advance(600);
    backend.write(anna, 'p9', 'comes, too');
    await clock.advance(20 * second);
    assert.deepEqual(names(), backend.names(anna));
  });
});
