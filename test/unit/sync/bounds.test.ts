import assert from 'node:assert/strict';
import { Counters } from '../../../src/extension/sync/counters.ts';
import { Flow } from '../../../src/extension/sync/flow.ts';
import { Replica } from '../../../src/extension/sync/replica.ts';
import type { PulledChange, PullPage, PullRequest } from '../../../src/extension/sync/transport.ts';
import { FakeLog } from '../../fakes/account.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { eventRow } from '../../fixtures/rows.ts';

/** Editor events in memory, answered as `sync_pull` does: the newest 200 first, then what changed. */
class EventTable {
  readonly rows = new Map<string, ReturnType<typeof eventRow>>();
  readonly #gone: PulledChange[] = [];
  readonly asked: (number | null)[] = [];
  seq = 0;
  readonly #clock: VirtualClock;
  /** What happens while an answer is on its way. */
  meanwhile = () => {};

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  put(n: number): PulledChange {
    this.seq += 1;
    const row = eventRow(n, { sync_seq: this.seq });
    this.rows.set(row.id, row);
    return { kind: 'row', table: 'ide_sync_events', id: row.id, seq: this.seq, row };
  }

  remove(n: number): PulledChange {
    const { id } = eventRow(n);
    const rowSeq = this.rows.get(id)?.sync_seq ?? 0;
    this.rows.delete(id);
    this.seq += 1;
    const change = { kind: 'tombstone', table: 'ide_sync_events', id, rowSeq, deletedAt: '' } as const;
    this.#gone.push({ ...change, seq: this.seq });
    return { ...change, seq: this.seq };
  }

  /** Ids that a snapshot answers now. */
  newest(): string[] {
    const rows = [...this.rows.values()].sort((a, b) => (a.occurred_at < b.occurred_at ? 1 : -1));
    return rows.slice(0, 200).map(({ id }) => id);
  }

  async pull({ since }: PullRequest): Promise<PullPage> {
    this.asked.push(since);
    const all = [...this.rows.values()].map((row): PulledChange => {
      return { kind: 'row', table: 'ide_sync_events', id: row.id, seq: row.sync_seq, row };
    });
    const newest = new Set(this.newest());
    const changes =
      since === null
        ? all.filter(({ id }) => newest.has(id))
        : [...all, ...this.#gone].filter(({ seq }) => seq > since).sort((a, b) => a.seq - b.seq);
    const head = this.seq;
    this.meanwhile();
    await Promise.resolve();
    const answer = { changes, head, next: head, epoch: 'e', reset: false, cut: [], roundTrip: 0 };
    return { ...answer, now: this.#clock.now() };
  }
}

describe('bounds', () => {
  let clock: VirtualClock;
  let table: EventTable;
  let flow: Flow;
  let log: FakeLog;

  beforeEach(() => {
    clock = new VirtualClock();
    table = new EventTable(clock);
    log = new FakeLog();
    flow = new Flow({
      clock,
      log,
      counters: new Counters(clock.now()),
      newEpoch: () => 'life',
      onPullStarted: () => {},
      onReached: () => {},
      onPulled: () => {},
      onPullFailed: (error) => assert.fail(String(error)),
      onGap: () => flow.pullSoon('gap'),
      onCanary: () => {},
    });
    const fail = () => assert.fail('nobody joins or pings here');
    flow.open({ pull: (request) => table.pull(request), ping: fail, join: fail, dispose: () => {} });
  });

  afterEach(() => {
    flow.dispose();
    assert.equal(clock.timerCount, 0);
  });

  const held = () => flow.replica.tables.ide_sync_events;

  it('fill the window up again with one snapshot after deletions, at most once a minute', async () => {
    for (let n = 400; n > 0; n--) table.put(n);
    await flow.pull('start');
    for (let n = 1; n <= 150; n++) {
      flow.offer(table.remove(n));
      if (n % 5 === 0) await flow.pull('some reason');
      await clock.advance(1_000);
    }
    const snapshots = table.asked.filter((since) => since === null).length;
    assert.ok(snapshots >= 3 && snapshots <= 4, `${snapshots} snapshots`);
    await clock.advance(60_000);
    await flow.pull('head check');
    assert.deepEqual(
      table.newest().filter((id) => !held().has(id)),
      [],
    );
    assert.ok([...held()].every(([id, row]) => table.rows.get(id)?.sync_seq === row.sync_seq));
  });

  it('fill up without undoing what came over the socket meanwhile', async () => {
    for (let n = 400; n > 0; n--) table.put(n);
    await flow.pull('start');
    flow.offer(table.remove(10));
    await clock.advance(100);
    table.meanwhile = () => {
      if (table.asked.at(-1) !== null) return;
      flow.offer(table.remove(20));
      flow.offer(table.put(30));
      flow.offer(table.put(-1));
    };
    await flow.pull('head check');
    await clock.advance(100);
    assert.equal(flow.cursor, table.seq);
    assert.equal(held().has(eventRow(20).id), false, 'deleted meanwhile');
    assert.equal(held().get(eventRow(30).id)?.sync_seq, table.seq - 1, 'changed meanwhile');
    assert.equal(held().has(eventRow(-1).id), true, 'new meanwhile');
  });

  it('let go of what falls out of the window as it comes', async () => {
    await flow.pull('start');
    for (let n = 500; n > 0; n--) flow.offer(table.put(n));
    await clock.advance(100);
    assert.ok(held().size <= 300, `${held().size}`);
    assert.deepEqual(
      table.newest().filter((id) => !held().has(id)),
      [],
    );
  });

  it('keep no tombstone once no page can be older', async () => {
    for (let n = 100; n > 0; n--) table.put(n);
    await flow.pull('start');
    for (let n = 1; n <= 50; n++) flow.offer(table.remove(n));
    await clock.advance(100);
    assert.equal(flow.replica.tombstoneCount, 0);
  });

  it('name a hundred unreadable rows in the log, and keep a thousand', async () => {
    await flow.pull('start');
    for (let n = 0; n < 3_000; n++) {
      table.seq += 1;
      const row = { table: 'ide_sync_events', id: `r${n}`, seq: table.seq, detail: 'x' } as const;
      flow.offer({ kind: 'unreadable', ...row });
    }
    await clock.advance(100);
    assert.equal(flow.replica.unreadable.length, 1_000);
    assert.ok(log.lines.filter((line) => line.includes('left out')).length <= 101);
  });
});

describe('an unreadable row that is not named any more', () => {
  it('is not replaced by an older version', () => {
    const replica = new Replica(
      () => 'life',
      (error) => assert.fail(String(error)),
    );
    for (let n = 0; n < 1_001; n++)
      replica.apply(
        { kind: 'unreadable', table: 'ide_sync_events', id: eventRow(n).id, seq: 10 + n, detail: 'x' },
        'realtime',
      );
    const row = eventRow(0, { sync_seq: 9 });
    const older = { kind: 'row', table: 'ide_sync_events', id: row.id, seq: 9, row } as const;
    assert.equal(replica.apply(older, 'pull'), 'stale');
  });
});
