import assert from 'node:assert/strict';
import { groupFor } from '../../../../../src/extension/activity/outbox/groupWriter.ts';
import { batchSize, Outbox, patience } from '../../../../../src/extension/activity/outbox/outbox.ts';
import { recover } from '../../../../../src/extension/activity/outbox/records.ts';
import type { OutgoingEvent } from '../../../../../src/shared/model.ts';
import { RunglassError } from '../../../../../src/shared/status.ts';
import { event, failure, flushAfter, ids, Machine } from '../support.ts';

function setup(random = () => 0.5) {
  const machine = new Machine();
  const { clock, folder, log, server } = machine;
  const name = 'w1.1.user1.v1.jsonl';
  const journal = machine.journal(name, { onSendable: () => outbox.wake() });
  const taken: string[] = [];
  const onTaken = (events: readonly OutgoingEvent[]) => void taken.push(...ids(events));
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  const outbox = new Outbox({ clock, log, random, onTaken, onChange }, journal);
  const add = (count: number, from = 0) => {
    for (let i = from; i < from + count; i += 1) journal.add(event(`e${i}`));
  };
  const onDisk = () => recover(folder.files.get(name)?.text ?? '');
  return { clock, folder, log, server, journal, outbox, add, onDisk, taken, changes: () => changes };
}

const sizes = (batches: readonly string[][]) => batches.map(({ length }) => length);

describe('the outbox', () => {
  it('sends a full batch as soon as it is on disk, and a small one after a while', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    add(batchSize + 3);
    assert.deepEqual(server.batches, []);
    await clock.advance(groupFor);
    assert.deepEqual(sizes(server.batches), [batchSize]);
    assert.equal(journal.pending, 3);
    await clock.advance(flushAfter - 1);
    assert.equal(journal.pending, 3);
    await clock.advance(1 + groupFor);
    assert.equal(journal.pending, 0);
    assert.equal(server.ids.size, batchSize + 3);
    journal.dispose();
    assert.equal(clock.timerCount, 0, 'an empty outbox waits for nothing');
  });

  it('keeps events until somebody takes them, in order, and acknowledges them on disk', async () => {
    const { outbox, server, clock, journal, add, onDisk } = setup();
    add(3);
    await clock.advance(3 * 24 * 3_600_000);
    assert.equal(journal.pending, 3);
    outbox.attach(server.send, flushAfter);
    await clock.advance(0);
    assert.deepEqual(server.batches, [['e0', 'e1', 'e2']]);
    await clock.advance(groupFor);
    assert.deepEqual(onDisk().events, []);
  });

  it('retries with growing pauses, loses nothing, and has one request at a time', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    server.failure = new RunglassError({ reason: 'unreachable', detail: 'ECONNREFUSED' });
    add(60);
    await clock.advance(groupFor + 10_000);
    assert.equal(server.batches.length, 4, 'at 0 s, 0.75 s, 2.25 s and 5.25 s');
    assert.equal(journal.pending, 60);
    await clock.advance(3_600_000);
    assert.ok(server.batches.length < 100);
    server.failure = null;
    await clock.advance(90_000);
    assert.equal(journal.pending, 0);
    assert.equal(server.ids.size, 60);
    assert.equal(server.mostConcurrent, 1);
  });

  it('leaves the server alone for as long as it asks, and a little', async () => {
    const { outbox, server, clock, add } = setup();
    outbox.attach(server.send, flushAfter);
    for (const status of [429, 503]) {
      const before = server.batches.length;
      server.failure = failure(status, 'slow down', 45_000);
      add(batchSize, 1_000 * status);
      await clock.advance(groupFor);
      assert.equal(server.batches.length, before + 1);
      await clock.advance(45_000);
      assert.equal(server.batches.length, before + 1);
      server.failure = null;
      await clock.advance(2_000);
      assert.equal(server.batches.length, before + 2);
    }
    server.failure = failure(429, 'next year', 365 * 24 * 3_600_000);
    add(batchSize);
    await clock.advance(groupFor);
    const before = server.batches.length;
    await clock.advance(3_700_000);
    assert.equal(server.batches.length, before + 1, 'but not for ever');
  });

  it('does not ask in step with others: pauses are spread', async () => {
    const attempts = async (chance: number, status: RunglassError) => {
      const { outbox, server, clock, add } = setup(() => chance);
      outbox.attach(server.send, flushAfter);
      server.failure = status;
      add(batchSize);
      await clock.advance(groupFor);
      const began = clock.now();
      const at: number[] = [];
      while (at.length < 8) {
        const { length } = server.batches;
        await clock.advance(50);
        if (server.batches.length > length) at.push(clock.now() - began);
      }
      return at;
    };
    assert.deepEqual((await attempts(0, failure(503, ''))).slice(0, 5), [500, 1_500, 3_500, 7_500, 15_500]);
    assert.deepEqual(
      (await attempts(1, failure(503, ''))).slice(0, 5),
      [1_000, 3_000, 7_000, 15_000, 31_000],
    );
    assert.equal((await attempts(0, failure(429, '', 10_000)))[0], 10_000);
    assert.equal((await attempts(1, failure(429, '', 10_000)))[0], 10_500);
  });

  it('loses nothing offline for days, nor asks often, and sends all of it in order after', async () => {
    const { outbox, server, clock, journal } = setup();
    outbox.attach(server.send, flushAfter);
    server.failure = new RunglassError({ reason: 'unreachable', detail: 'ENOTFOUND' });
    const days = 5;
    for (let hour = 0; hour < 24 * days; hour += 1) {
      for (let i = 0; i < 8; i += 1)
        journal.add(event(`h${String(hour * 8 + i).padStart(4, '0')}`, clock.now()));
      await clock.advance(3_600_000);
    }
    assert.equal(journal.pending, 8 * 24 * days);
    assert.ok(server.batches.length < 24 * days * 130, `${server.batches.length} requests`);
    const before = server.batches.length;
    server.failure = null;
    await clock.advance(120_000);
    assert.equal(journal.pending, 0);
    assert.deepEqual([...server.ids], [...server.ids].toSorted());
    assert.equal(server.ids.size, 8 * 24 * days);
    assert.equal(server.batches.length - before, Math.ceil((8 * 24 * days) / batchSize), 'full batches');
  });

  it('sends at its pace whatever the clock does', async () => {
    for (const jump of [10 * 365 * 24 * 3_600_000, -10 * 365 * 24 * 3_600_000]) {
      const { outbox, server, clock, journal, add } = setup();
      outbox.attach(server.send, flushAfter);
      add(3);
      clock.jump(jump);
      await clock.advance(groupFor + flushAfter);
      assert.equal(server.ids.size, 3);
      server.failure = failure(503, '', 5_000);
      add(3, 3);
      await clock.advance(groupFor + flushAfter);
      clock.jump(-2 * jump);
      server.failure = null;
      await clock.advance(10_000);
      assert.deepEqual([server.ids.size, journal.pending], [6, 0]);
    }
  });

  it('says what keeps events from going out, since when and until when, and is silent again after', async () => {
    const { outbox, server, clock, journal, add, changes, taken } = setup();
    outbox.attach(server.send, flushAfter);
    add(batchSize);
    await clock.advance(groupFor);
    assert.deepEqual([outbox.trouble, changes(), taken.length], [null, 0, batchSize]);
    for (const problem of [
      { reason: 'unreachable', detail: 'ENOTFOUND' },
      { reason: 'sessionExpired', detail: '' },
      { reason: 'server', status: 503, detail: 'busy' },
    ] as const) {
      const before = changes();
      server.failure = new RunglassError(problem);
      add(batchSize, 1_000);
      await clock.advance(groupFor);
      const since = clock.now();
      assert.deepEqual(outbox.trouble, { kind: 'sending', since, retryAt: since + 750, problem });
      await clock.advance(1_000);
      assert.deepEqual(outbox.trouble, { kind: 'sending', since, retryAt: since + 750 + 1_500, problem });
      assert.equal(changes() - before, 2);
      server.failure = null;
      await clock.advance(60_000);
      assert.deepEqual([outbox.trouble, journal.pending], [null, 0]);
      assert.equal(changes() - before, 3);
    }
    server.failure = failure(503, '');
    add(1);
    await clock.advance(flushAfter + groupFor);
    assert.equal(outbox.trouble?.kind, 'sending');
    outbox.attach(null, 0);
    assert.equal(outbox.trouble, null, 'nobody tries');
  });

  it('goes on after all that it could not send was given up', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    server.failure = failure(503, '');
    add(3);
    await clock.advance(120_000);
    await journal.clear();
    await clock.advance(120_000);
    assert.equal(outbox.trouble, null, 'nothing waits');
    server.failure = null;
    add(1);
    await clock.advance(120_000);
    assert.equal(server.ids.size, 1);
    // The same after a run of bad events with nothing behind them.
    for (let i = 10; i < 20; i += 1) server.poison.add(`e${i}`);
    add(10, 10);
    await clock.advance(600_000);
    assert.deepEqual([journal.pending, journal.refused], [0, 10]);
    add(1, 20);
    await clock.advance(120_000);
    assert.ok(server.ids.has('e20'));
  });

  it('sends again what was not acknowledged, under the same ids', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    server.losesAnswers = true;
    add(30);
    await clock.advance(1_000);
    server.losesAnswers = false;
    await clock.advance(60_000);
    assert.equal(journal.pending, 0);
    assert.equal(server.ids.size, 30);
    assert.ok(server.repeats >= batchSize);
  });

  it('puts refused events aside wherever they are, with the reason, and sends all others', async () => {
    const places = [
      ...Array.from({ length: 50 }, (_, i) => [i]),
      [0, 1],
      [24, 25],
      [3, 17, 49],
      [10, 20, 30],
    ];
    for (const culprits of places) {
      const { outbox, server, clock, journal, log, add, onDisk } = setup();
      outbox.attach(server.send, flushAfter);
      for (const i of culprits) server.poison.add(`e${i}`);
      add(50);
      await clock.advance(2 * flushAfter);
      const expected = culprits.map((i) => `e${i}`);
      assert.equal(journal.pending, 0, `culprits ${culprits}`);
      assert.deepEqual(
        onDisk().quarantined.map(({ event, reason }) => [event.id, reason]),
        expected.map((id) => [id, 'invalid event']),
      );
      assert.equal(server.ids.size, 50 - culprits.length);
      assert.ok(server.batches.length <= 20 * culprits.length, `${server.batches.length} requests`);
      assert.match(log.lines.join('\n'), /refused an event \(e\d+\): invalid event/);
    }
  });

  it('finds one bad event among 500 with few requests more', async () => {
    for (const culprit of [0, 24, 250, 499]) {
      const { outbox, server, clock, journal, add } = setup();
      outbox.attach(server.send, flushAfter);
      server.poison.add(`e${culprit}`);
      add(500);
      await clock.advance(2 * flushAfter);
      assert.deepEqual([journal.pending, server.ids.size, server.repeats], [0, 499, 0]);
      assert.deepEqual(
        journal.refusedEvents().map(({ event }) => event.id),
        [`e${culprit}`],
      );
      assert.ok(server.batches.length <= 500 / batchSize + 20, `${server.batches.length} requests`);
    }
  });

  it('does not let a run of bad events keep others waiting', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    for (let i = 0; i < 200; i += 1) server.poison.add(`e${i}`);
    add(300);
    await clock.advance(120_000);
    assert.deepEqual([server.ids.size, server.repeats], [100, 0]);
    add(1, 1_000);
    await clock.advance(90_000);
    assert.ok(server.ids.has('e1000'));
    await clock.advance(4 * 3_600_000);
    assert.deepEqual([journal.pending, journal.refused], [0, 200]);
  });

  it('takes its time to condemn many: a server that refuses everything is at fault itself', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    server.failure = failure(400, 'no such parameter');
    add(500);
    await clock.advance(3_600_000);
    const condemned = journal.refused;
    assert.ok(condemned > patience && condemned < 100, `${condemned}`);
    server.failure = null;
    await clock.advance(120_000);
    assert.equal(server.ids.size, 500 - condemned);
    journal.retryRefused();
    await clock.advance(120_000);
    assert.deepEqual([server.ids.size, server.repeats, journal.refused], [500, 0, 0]);
  });

  it('blames the session for 401 and 403, the way for 402 and 407, the account for being busy, and no event', async () => {
    for (const problem of [
      { reason: 'sessionExpired', detail: '' },
      { reason: 'badKey', detail: '' },
      { reason: 'accountBusy', detail: '' },
      { reason: 'notMigrated', missing: [], detail: '' },
      ...[401, 402, 403, 404, 407, 408, 425, 429, 500, 503].map((status) => ({
        ...{ reason: 'server' as const, status, detail: '' },
      })),
    ] as const) {
      const { outbox, server, clock, journal, add } = setup();
      outbox.attach(server.send, flushAfter);
      server.failure = new RunglassError(problem);
      add(3);
      await clock.advance(600_000);
      assert.deepEqual([journal.pending, journal.refused], [3, 0], JSON.stringify(problem));
      server.failure = null;
      await clock.advance(60_000);
      assert.equal(server.ids.size, 3);
    }
  });

  it('flushes all that is on disk, and gives up after one failure', async () => {
    const { outbox, server, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    add(3 * batchSize + 1);
    await journal.save();
    await outbox.flush();
    assert.equal(journal.pending, 0);
    server.failure = new RunglassError({ reason: 'timeout', detail: '' });
    add(2, 1_000);
    await journal.save();
    await outbox.flush();
    assert.equal(journal.pending, 2);
  });

  it('has one request at a time, whoever it is told to send to', async () => {
    const { outbox, server, clock, journal, add } = setup();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let under = 0;
    let most = 0;
    const slow = async (events: readonly OutgoingEvent[]) => {
      under += 1;
      most = Math.max(most, under);
      await gate;
      under -= 1;
      return server.send(events);
    };
    outbox.attach(slow, flushAfter);
    add(100);
    await clock.advance(groupFor);
    assert.equal(under, 1);
    const another = (events: readonly OutgoingEvent[]) => slow(events);
    outbox.attach(another, flushAfter);
    const flushed = outbox.flush();
    await clock.advance(2 * flushAfter);
    outbox.attach(slow, flushAfter);
    add(1, 100);
    await clock.advance(2 * flushAfter);
    open();
    await flushed;
    await clock.advance(2 * flushAfter);
    assert.deepEqual([journal.pending, server.ids.size, server.repeats, most], [0, 101, 0, 1]);
  });

  it('sends nothing once detached or disposed', async () => {
    const { outbox, server, clock, journal, add } = setup();
    outbox.attach(server.send, flushAfter);
    add(2);
    outbox.attach(null, 0);
    await clock.advance(2 * flushAfter);
    outbox.attach(server.send, flushAfter);
    outbox.dispose();
    await clock.advance(2 * flushAfter);
    assert.deepEqual(server.batches, []);
    journal.dispose();
    assert.equal(clock.timerCount, 0);
  });
});
