import assert from 'node:assert/strict';
import { Activity } from '../../../../src/extension/activity/activity.ts';
import { nothing } from '../../../../src/extension/activity/control/policy.ts';
import { groupFor } from '../../../../src/extension/activity/outbox/groupWriter.ts';
import type { OutgoingEvent } from '../../../../src/shared/model.ts';
import { RunglassError } from '../../../../src/shared/status.ts';
import { emitter } from '../support/doubles.ts';
import { account, everything, flushAfter, Machine } from './support.ts';

const other = { backend: account.backend, user: 'user-2' };
const elsewhere = { backend: 'embedded', user: 'user-3' };

function create(machine = new Machine(), window = 'w1') {
  let project: string | null = null;
  let loads = 0;
  const activity = new Activity({
    clock: machine.clock,
    log: machine.log,
    changed: emitter(),
    openStore: async () => {
      loads += 1;
      return machine.store(window);
    },
    sessionId: 'window-1',
    editor: 'Editor',
    project: () => project,
  });
  const sent: OutgoingEvent[] = [];
  const send = async (events: readonly OutgoingEvent[]) => {
    sent.push(...events);
    return { accepted: events.length, duplicates: 0 };
  };
  const types = () => sent.map(({ event_type }) => event_type);
  return {
    ...machine,
    machine,
    activity,
    sent,
    send,
    types,
    setProject: (id: string | null) => {
      project = id;
    },
    loads: () => loads,
  };
}

describe('activity', () => {
  it('reports nothing unless it is on', async () => {
    const { activity, send, sent, clock } = create();
    activity.connect(account, send, flushAfter);
    for (const reporting of ['off', 'notAgreed', 'paused', 'excluded'] as const) {
      activity.setPolicy({ ...nothing, reporting });
      assert.equal(activity.log({ type: 'test' }), null);
    }
    await clock.advance(2 * flushAfter);
    assert.deepEqual(sent, []);
  });

  it('gives nobody what waited for a user who did not come', async () => {
    const { activity, send, types, clock } = create();
    activity.setPolicy(everything);
    activity.setBackend(account.backend);
    activity.log({ type: 'unclaimed' });
    assert.deepEqual([activity.pending, activity.hasAccount], [1, false]);
    activity.forgetUnclaimed();
    activity.connect(account, send, flushAfter);
    activity.log({ type: 'claimed' });
    await clock.advance(2 * flushAfter);
    assert.deepEqual(types(), ['claimed']);
    assert.equal(activity.dropped, 0);
  });

  it('refuses at once what could not be sent, whether it reports or not', () => {
    const { activity } = create();
    const cycle: Record<string, unknown> = {};
    cycle.cycle = cycle;
    for (const policy of [nothing, everything]) {
      activity.setPolicy(policy);
      for (const wrong of [
        ...[undefined, null, 'x', [], {}, { type: 1 }, { type: '' }, { type: 'x'.repeat(101) }],
        ...[
          { type: 't', runId: 'r1' },
          { type: 't', projectId: 'p1' },
          { type: 't', runId: null },
        ],
        ...[cycle, { big: 1n }, { long: 'x'.repeat(8_192) }, [], 'x', null, new Date()].map((payload) => ({
          ...{ type: 't', payload },
        })),
      ])
        assert.throws(() => activity.log(wrong as never), TypeError);
      assert.equal(activity.pending, 0);
    }
  });

  it('sends the columns of the table, as they were when it was logged, with an id of its own', async () => {
    const { activity, clock, sent, send } = create();
    activity.setPolicy(everything);
    activity.setBackend(account.backend);
    const payload = { epoch: 3 };
    const runId = '00000000-0000-4000-8000-000000000001';
    const occurred_at = new Date(clock.now()).toISOString();
    const id = activity.log({ type: 'run.noted', runId, payload });
    payload.epoch = 4;
    activity.connect(account, send, flushAfter);
    await clock.advance(flushAfter + groupFor);
    assert.deepEqual(sent, [
      {
        ...{ id, event_type: 'run.noted', session_id: 'window-1', editor: 'Editor', project_id: null },
        ...{ run_id: runId, payload: { epoch: 3 }, occurred_at },
      },
    ]);
  });

  it('gives an event the project of the workspace, unless it says which, or none', async () => {
    const { activity, clock, sent, send, setProject } = create();
    const [a, b] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
    activity.setPolicy(everything);
    activity.connect(account, send, flushAfter);
    activity.log({ type: 'before' });
    setProject(a);
    activity.log({ type: 'silent' });
    activity.log({ type: 'named', projectId: b });
    activity.log({ type: 'none', projectId: null });
    await clock.advance(flushAfter + groupFor);
    assert.deepEqual(
      sent.map(({ event_type, project_id }) => [event_type, project_id]),
      [
        ['before', null],
        ['silent', a],
        ['named', b],
        ['none', null],
      ],
    );
  });

  it('keeps the first events in memory, bounded, until the user is known, and loads the store then', async () => {
    const { activity, folder, clock, send, types, loads } = create();
    activity.setPolicy(everything);
    activity.setBackend(account.backend);
    for (let i = 0; i < 1_003; i += 1) activity.log({ type: `e${i}` });
    assert.deepEqual([activity.pending, activity.dropped, loads()], [1_000, 3, 0]);
    activity.connect(account, send, flushAfter);
    activity.log({ type: 'last' });
    await clock.advance(2 * groupFor);
    assert.equal(folder.journals.length, 1);
    await clock.advance(2 * flushAfter);
    assert.deepEqual([types().length, types()[0], types().at(-1), loads()], [1_000, 'e4', 'last', 1]);
  });

  it('keeps what happened under one account for that account', async () => {
    const { activity, clock, send, types } = create();
    activity.setPolicy(everything);
    activity.connect(account, async () => Promise.reject(new Error('down')), flushAfter);
    activity.log({ type: 'of user 1' });
    // Another user, before the store is even open; then another backend, and back.
    activity.connect(other, send, flushAfter);
    activity.log({ type: 'of user 2' });
    await clock.advance(2 * flushAfter);
    assert.deepEqual(types(), ['of user 2']);
    activity.disconnect();
    activity.setBackend(elsewhere.backend);
    activity.log({ type: 'of user 3' });
    activity.connect(elsewhere, send, flushAfter);
    await clock.advance(2 * flushAfter);
    assert.deepEqual(types(), ['of user 2', 'of user 3']);
    activity.setBackend(account.backend);
    activity.connect(account, send, flushAfter);
    await clock.advance(2 * flushAfter);
    assert.deepEqual(types(), ['of user 2', 'of user 3', 'of user 1']);
  });

  it('gives nobody the events of a user who never came', async () => {
    const { activity, clock, log, send, sent } = create();
    activity.setPolicy(everything);
    activity.setBackend(elsewhere.backend);
    activity.log({ type: 'of nobody' });
    activity.connect(account, send, flushAfter);
    await clock.advance(2 * flushAfter);
    assert.deepEqual([sent, activity.dropped], [[], 1]);
    assert.match(log.lines.join('\n'), /1 editor events were given up/);
  });

  it('keeps what waits on disk, unsent, while it may not report, until the user says no', async () => {
    const { activity, clock, folder, send, sent } = create();
    activity.setPolicy(everything);
    activity.connect(account, send, flushAfter);
    activity.log({ type: 'test' });
    await clock.advance(groupFor);
    activity.setPolicy(nothing);
    await clock.advance(2 * flushAfter);
    assert.deepEqual([sent, folder.journals.length], [[], 1]);
    await activity.forget('account');
    assert.deepEqual([activity.pending, folder.journals.length], [0, 0]);
  });

  it('forgets every account when it is turned off', async () => {
    const { activity, clock, folder, send } = create();
    activity.setPolicy(everything);
    for (const one of [account, other]) {
      activity.connect(one, send, flushAfter);
      activity.log({ type: 'test' });
      await clock.advance(groupFor);
    }
    assert.equal(folder.journals.length, 2);
    await activity.forget('everything');
    assert.equal(folder.journals.length, 0);
  });

  it('keeps nothing of an account that has signed out, here or in another window', async () => {
    const machine = new Machine();
    const windows = ['w1', 'w2'].map((window) => create(machine, window));
    for (const { activity, send } of windows) {
      activity.setPolicy(everything);
      activity.connect(account, send, flushAfter);
      activity.log({ type: 'test' });
    }
    await machine.clock.advance(groupFor);
    const [here, there] = windows.map(({ activity }) => activity);
    await there?.followSignOut();
    assert.equal(machine.folder.journals.length, 2, 'a session that has ended by itself costs no event');
    await here?.signOut();
    assert.equal(here?.log({ type: 'too late' }), null);
    await there?.followSignOut();
    assert.deepEqual([machine.folder.journals, here?.pending, there?.pending], [[], 0, 0]);
  });

  it('goes on for a user who is back before another window has followed the sign-out', async () => {
    const machine = new Machine();
    const [here, there] = ['w1', 'w2'].map((window) => create(machine, window));
    assert.ok(here && there);
    for (const { activity, send } of [here, there]) {
      activity.setPolicy(everything);
      activity.connect(account, send, flushAfter);
    }
    await machine.clock.advance(groupFor);
    await here.activity.signOut();
    there.activity.disconnect();
    const following = there.activity.followSignOut();
    there.activity.connect(account, there.send, flushAfter);
    await following;
    there.activity.log({ type: 'back' });
    await machine.clock.advance(2 * flushAfter);
    assert.deepEqual(there.types(), ['back']);
  });

  it('has everything on disk when the window ends, even if the server does not answer', async () => {
    const { machine, activity, clock, folder } = create();
    activity.setPolicy(everything);
    activity.connect(account, () => new Promise(() => {}), flushAfter);
    activity.log({ type: 'last' });
    const flushed = activity.flush(2_000);
    await clock.advance(2_000);
    await flushed;
    activity.log({ type: 'while it ends' });
    const closed = activity.close();
    assert.equal(activity.log({ type: 'too late' }), null, 'not taken, and not said to be');
    await closed;
    assert.equal(folder.journals.length, 1);
    assert.equal(clock.timerCount, 0);
    const heir = create(machine, 'w2');
    heir.activity.setPolicy(everything);
    heir.activity.connect(account, heir.send, flushAfter);
    await clock.advance(2 * flushAfter);
    assert.deepEqual(heir.types(), ['last', 'while it ends']);
  });

  it('does not hold up the end of the window when the disk hangs', async () => {
    const { activity, clock, folder, send } = create();
    activity.setPolicy(everything);
    activity.connect(account, send, flushAfter);
    folder.takes = 600_000;
    activity.log({ type: 'last' });
    let flushed = false;
    void activity.flush(2_000).then(() => {
      flushed = true;
    });
    await clock.advance(1_999);
    assert.equal(flushed, false);
    await clock.advance(1);
    assert.equal(flushed, true);
  });

  it('shows what waits and what was refused from the first moment on, and lets the user act on it', async () => {
    const { machine, activity, clock, send } = create();
    const none = { has: () => false, asOf: null };
    const own = () => activity.ownEvents(none).map(({ event, state }) => `${event.event_type} ${state}`);
    const waiting = () => activity.pendingEvents().map(({ event_type }) => event_type);
    activity.setPolicy(everything);
    activity.setBackend(account.backend);
    for (let i = 0; i < 1_001; i += 1) activity.log({ type: `e${i}` });
    assert.deepEqual([waiting().length, own().length, own().at(-1)], [1_000, 100, 'e1000 waiting']);
    machine.server.poison.add('e5');
    activity.connect(account, machine.server.send, flushAfter);
    assert.deepEqual([waiting().length, own().at(-1)], [1_000, 'e1000 waiting']);
    await clock.advance(2 * flushAfter);
    assert.deepEqual(waiting(), []);
    assert.deepEqual(
      activity.refusedEvents().map(({ event, reason }) => [event.event_type, reason]),
      [['e5', 'invalid event']],
    );
    assert.deepEqual([own().length, own().at(-1)], [100, 'e1000 sent']);
    machine.server.poison.clear();
    activity.retryRefused();
    assert.deepEqual([waiting(), activity.refused], [['e5'], 0]);
    await clock.advance(2 * flushAfter);
    assert.equal(machine.server.ids.size, 1_000);
    activity.discardRefused();
    assert.equal(activity.dropped, 1);
    activity.dismissDropped();
    assert.deepEqual([activity.dropped, activity.trouble], [0, null]);
    activity.connect(other, send, flushAfter);
    assert.deepEqual([own(), waiting()], [[], []], 'nothing of another account');
  });

  it('says why events wait, and when there is nothing to keep them in', async () => {
    const { machine, activity, clock } = create();
    activity.setPolicy(everything);
    const problem = { reason: 'unreachable', detail: 'ENOTFOUND' } as const;
    machine.server.failure = new RunglassError(problem);
    activity.connect(account, machine.server.send, 0);
    activity.log({ type: 'test' });
    await clock.advance(groupFor);
    const since = clock.now();
    assert.deepEqual(activity.trouble, { kind: 'sending', since, retryAt: since + 750, problem });
    activity.setPolicy({ ...nothing, reporting: 'paused' });
    assert.equal(activity.trouble, null, 'nobody tries');
    let changes = 0;
    const changed = emitter();
    changed.event(() => changes++);
    const broken = new Activity({
      ...{ clock, log: machine.log, changed, sessionId: 'window-1', editor: 'Editor', project: () => null },
      openStore: async () => Promise.reject(new Error('Cannot find module')),
    });
    broken.setPolicy(everything);
    broken.connect(account, machine.server.send, 0);
    const before = changes;
    await clock.advance(0);
    assert.deepEqual(broken.trouble, { kind: 'storage', since: clock.now(), detail: 'Cannot find module' });
    assert.equal(changes - before, 1);
    for (let i = 0; i < 1_500; i += 1) broken.log({ type: 'test' });
    assert.deepEqual([broken.pending, broken.dropped], [1_000, 500]);
    await broken.close();
  });

  it('forgets on demand what this window said, early and on disk, and leaves what it took over', async () => {
    const machine = new Machine();
    const dead = create(machine, 'w0');
    dead.activity.setPolicy(everything);
    dead.activity.connect(account, () => new Promise(() => {}), flushAfter);
    await machine.clock.advance(groupFor);
    const adopted = machine.journal('w9.1.user1.v1.jsonl');
    adopted.add({
      ...{ id: machine.newId(), event_type: 'elsewhere', occurred_at: new Date(0).toISOString() },
      ...{ session_id: 'window-9', editor: 'Editor', project_id: null, run_id: null, payload: {} },
    });
    await adopted.save();
    const { activity, send, types } = create(machine, 'w1');
    activity.setPolicy(everything);
    activity.setBackend(account.backend);
    activity.log({ type: 'early' });
    activity.forgetWindow();
    assert.equal(activity.pending, 0);
    activity.connect(account, () => Promise.reject(new Error('down')), flushAfter);
    activity.log({ type: 'late' });
    await machine.clock.advance(2 * flushAfter);
    activity.forgetWindow();
    activity.connect(account, send, flushAfter);
    await machine.clock.advance(4 * flushAfter);
    assert.deepEqual([types(), activity.pending], [['elsewhere'], 0]);
  });

  it('lets pass what the policy does, whoever logs it', () => {
    const { activity } = create();
    activity.setBackend(account.backend);
    activity.setPolicy({ reporting: 'on', kinds: new Set(['task', 'other']) });
    assert.ok(activity.log({ type: 'task.started' }));
    assert.ok(activity.log({ type: 'acme.done' }));
    for (const type of ['file.saved', 'git.committed', 'terminal.command'])
      assert.equal(activity.log({ type }), null);
    assert.equal(activity.pending, 2);
  });
});
