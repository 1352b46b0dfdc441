import assert from 'node:assert/strict';
import { Activity } from '../../../src/extension/activity/activity.ts';
import { uuidV7 } from '../../../src/extension/activity/events.ts';
import { batchSize, capacity, Outbox } from '../../../src/extension/activity/outbox.ts';
import { coalesceFor, SaveCounter } from '../../../src/extension/activity/saveCounter.ts';
import { toDisposable } from '../../../src/shared/disposable.ts';
import type { OutgoingEvent } from '../../../src/shared/model.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { emitter, LineLog, ManualClock, settle } from './support/doubles.ts';

const flushAfter = 30_000;

/** A server that remembers ids, and can be told to fail. */
class EventServer {
  readonly batches: string[][] = [];
  readonly ids = new Set<string>();
  failure: Problem | null = null;
  /** Writes the events, then loses the acknowledgement. */
  losesAnswers = false;
  poison: string | null = null;
  concurrent = 0;
  mostConcurrent = 0;

  readonly send = async (events: readonly OutgoingEvent[]) => {
    this.concurrent += 1;
    this.mostConcurrent = Math.max(this.mostConcurrent, this.concurrent);
    await settle();
    this.concurrent -= 1;
    this.batches.push(events.map(({ id }) => id));
    if (this.failure) throw new RunglassError(this.failure);
    if (events.some(({ id }) => id === this.poison))
      throw new RunglassError({ reason: 'server', status: 400, detail: 'invalid event' });
    for (const { id } of events) this.ids.add(id);
    if (this.losesAnswers) throw new RunglassError({ reason: 'timeout', detail: 'no answer' });
    return { accepted: events.length, duplicates: 0 };
  };
}

function event(id: string): OutgoingEvent {
  return {
    ...{ id, event_type: 'test', occurred_at: '2026-01-01T00:00:00.000Z', session_id: 's', editor: 'e' },
    ...{ project_id: null, run_id: null, payload: {} },
  };
}

class Setup {
  readonly clock = new ManualClock();
  readonly server = new EventServer();
  readonly log = new LineLog();
  readonly options = { clock: this.clock, random: () => 0.5, log: this.log, changed: emitter() };
  readonly outbox = new Outbox(this.options);

  add(count: number, from = 0): void {
    for (let i = from; i < from + count; i += 1) this.outbox.add(event(`e${i}`));
  }
}

describe('the outbox', () => {
  it('sends a full batch at once and a small one after a while', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    add(batchSize + 3);
    await clock.advance(0);
    assert.deepEqual(
      server.batches.map(({ length }) => length),
      [batchSize],
    );
    assert.equal(outbox.pending, 3);
    await clock.advance(flushAfter - 1);
    assert.equal(outbox.pending, 3);
    await clock.advance(1);
    assert.equal(outbox.pending, 0);
    assert.equal(server.ids.size, batchSize + 3);
    assert.equal(clock.timerCount, 0, 'an empty outbox waits for nothing');
  });

  it('keeps events until somebody takes them, in order', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    add(3);
    await clock.advance(10 * flushAfter);
    assert.equal(outbox.pending, 3);
    outbox.attach(server.send, flushAfter);
    await clock.advance(0);
    assert.deepEqual(server.batches, [['e0', 'e1', 'e2']]);
  });

  it('retries with growing pauses, loses nothing, and has one request at a time', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    server.failure = { reason: 'unreachable', detail: 'ECONNREFUSED' };
    add(60);
    await clock.advance(10_000);
    assert.equal(server.batches.length, 4, 'at 0 s, 0.75 s, 2.25 s and 5.25 s');
    assert.equal(outbox.pending, 60);
    server.failure = null;
    await clock.advance(60_000);
    assert.equal(outbox.pending, 0);
    assert.equal(server.ids.size, 60);
    assert.equal(server.mostConcurrent, 1);
  });

  it('sends again what was not acknowledged, under the same ids', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    server.losesAnswers = true;
    add(30);
    await clock.advance(1_000);
    server.losesAnswers = false;
    await clock.advance(60_000);
    assert.equal(outbox.pending, 0);
    assert.equal(server.ids.size, 30);
  });

  it('puts one refused event aside and sends the others', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    server.poison = 'e17';
    add(50);
    await clock.advance(2 * flushAfter);
    assert.equal(outbox.pending, 0);
    assert.equal(outbox.dropped, 1);
    assert.equal(server.ids.size, 49);
  });

  it('is bounded, and says so', () => {
    const { outbox, log, add } = bind(new Setup());
    add(capacity + 5);
    assert.equal(outbox.pending, capacity);
    assert.equal(outbox.dropped, 5);
    assert.match(log.lines.join('\n'), /full/);
  });

  it('flushes all that is pending, and gives up after one failure', async () => {
    const { outbox, server, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    add(3 * batchSize + 1);
    await outbox.flush();
    assert.equal(outbox.pending, 0);
    server.failure = { reason: 'timeout', detail: '' };
    add(2, 1_000);
    await outbox.flush();
    assert.equal(outbox.pending, 2);
  });

  it('sends nothing once detached or disposed', async () => {
    const { outbox, server, clock, add } = bind(new Setup());
    outbox.attach(server.send, flushAfter);
    add(2);
    outbox.attach(null, 0);
    await clock.advance(2 * flushAfter);
    outbox.attach(server.send, flushAfter);
    outbox.dispose();
    await clock.advance(2 * flushAfter);
    assert.deepEqual(server.batches, []);
    assert.equal(clock.timerCount, 0);
  });
});

describe('activity', () => {
  function create() {
    const setup = new Setup();
    let collectors = 0;
    const activity = new Activity({
      outbox: setup.options,
      sessionId: 'window-1',
      editor: 'Editor',
      collect: () => {
        collectors += 1;
        return toDisposable(() => {
          collectors -= 1;
        });
      },
    });
    return { ...setup, activity, collectors: () => collectors };
  }

  it('reports nothing, and does not listen, unless it is on', async () => {
    const { activity, server, clock, collectors } = create();
    activity.connect('backend user', server.send, flushAfter);
    for (const reporting of ['off', 'notAgreed'] as const) {
      activity.setReporting(reporting);
      assert.equal(activity.log({ type: 'test' }), null);
    }
    await clock.advance(2 * flushAfter);
    assert.deepEqual([server.batches, collectors()], [[], 0]);
  });

  it('refuses at once what could not be sent, whether it reports or not', () => {
    const { activity } = create();
    const cycle: Record<string, unknown> = {};
    cycle.cycle = cycle;
    for (const reporting of ['off', 'on'] as const) {
      activity.setReporting(reporting);
      for (const wrong of [
        ...[undefined, null, 'x', [], {}, { type: 1 }, { type: '' }, { type: 'x'.repeat(101) }],
        ...[
          { type: 't', runId: 'r1' },
          { type: 't', projectId: null },
        ],
        ...[cycle, { big: 1n }, { long: 'x'.repeat(8_192) }, [], 'x', null, new Date()].map((payload) => ({
          ...{ type: 't', payload },
        })),
      ])
        assert.throws(() => activity.log(wrong as never), TypeError);
      assert.equal(activity.pending, 0);
    }
  });

  it('sends a payload as it was when it was logged', async () => {
    const { activity, clock } = create();
    const sent: OutgoingEvent[] = [];
    activity.setReporting('on');
    const payload = { step: 1 };
    activity.log({ type: 'test', payload });
    payload.step = 2;
    const send = async (events: readonly OutgoingEvent[]) => {
      sent.push(...events);
      return { accepted: 1, duplicates: 0 };
    };
    activity.connect('backend user', send, flushAfter);
    await clock.advance(0);
    assert.deepEqual(sent[0]?.payload, { step: 1 });
  });

  it('sends the columns of the table, with an id of its own', async () => {
    const { activity, clock, collectors } = create();
    const sent: OutgoingEvent[] = [];
    activity.setReporting('on');
    assert.equal(collectors(), 1);
    const id = activity.log({
      type: 'run.noted',
      runId: '00000000-0000-4000-8000-000000000001',
      payload: { epoch: 3 },
    });
    activity.connect(
      'backend user',
      async (events) => {
        sent.push(...events);
        return { accepted: 1, duplicates: 0 };
      },
      flushAfter,
    );
    await clock.advance(0);
    assert.deepEqual(sent, [
      {
        ...{ id, event_type: 'run.noted', session_id: 'window-1', editor: 'Editor', project_id: null },
        ...{
          run_id: '00000000-0000-4000-8000-000000000001',
          payload: { epoch: 3 },
          occurred_at: new Date(clock.now()).toISOString(),
        },
      },
    ]);
  });

  it('never hands the events of one account to another', async () => {
    const { activity, server, clock } = create();
    activity.setReporting('on');
    activity.connect('backend user-1', async () => Promise.reject(new Error('down')), flushAfter);
    activity.log({ type: 'secret of user 1' });
    await clock.advance(flushAfter);
    activity.disconnect();
    activity.connect('backend user-2', server.send, flushAfter);
    await clock.advance(10 * flushAfter);
    assert.deepEqual([server.batches, activity.pending], [[], 0]);
  });

  it('forgets what is pending when it is turned off', () => {
    const { activity } = create();
    activity.setReporting('on');
    activity.log({ type: 'test' });
    activity.setReporting('off');
    assert.equal(activity.pending, 0);
  });
});

describe('saves', () => {
  it('of one file are one event in two minutes, and none is lost', () => {
    const counter = new SaveCounter();
    const told = [0, 1_000, 2_000, coalesceFor, coalesceFor + 1].map((at) => counter.count('a', at));
    assert.deepEqual(told, [1, 0, 0, 3, 0]);
    assert.equal(counter.count('b', 1_000), 1);
  });
});

describe('UUID version 7', () => {
  it('has the form of RFC 9562, is ordered by time, and differs', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => uuidV7(1_700_000_000_000 + i));
    for (const id of ids)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(ids, [...ids].sort());
    assert.equal(new Set(Array.from({ length: 1_000 }, () => uuidV7(1))).size, 1_000);
  });
});

/** The setup with `add` usable on its own. */
function bind(setup: Setup) {
  const { outbox, server, clock, log } = setup;
  return { outbox, server, clock, log, add: (count: number, from?: number) => setup.add(count, from) };
}
