import assert from 'node:assert/strict';
import { Bridge, pace } from '../../../src/extension/dashboard/bridge.ts';
import { maxPatchSize } from '../../../src/extension/dashboard/pendingPatch.ts';
import type { ReplicaView } from '../../../src/extension/sync/types.ts';
import type { OwnEvent } from '../../../src/shared/activity.ts';
import type { RowChange } from '../../../src/shared/changes.ts';
import type { OutgoingEvent, ProjectRow } from '../../../src/shared/model.ts';
import { applyPatches } from '../../../src/shared/patch.ts';
import type { HostMessage, PatchMessage } from '../../../src/shared/protocol.ts';
import { emitter, HandReplica, liveStatus, ManualClock } from './support/doubles.ts';

function project(id: string, name = id): ProjectRow {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    ...{ id, user_id: 'u', created_at: at, updated_at: at, sync_seq: 1 },
    ...{ name, description: null, status: 'active', color: null },
  };
}

function upsert(row: ProjectRow): RowChange {
  return { eventType: 'UPDATE', table: 'projects', new: row, old: null, seq: 1, source: 'realtime' };
}

function remove(row: ProjectRow): RowChange {
  return { eventType: 'DELETE', table: 'projects', new: null, old: row, seq: 2, source: 'realtime' };
}

function outgoing(id: string): OutgoingEvent {
  const occurred_at = '2026-01-01T00:00:00.000Z';
  return {
    ...{ id, event_type: 'file.saved', occurred_at, session_id: 'window-1', editor: 'e' },
    ...{ project_id: null, run_id: null, payload: {} },
  };
}

/** A bridge to a page that only listens. */
class Setup {
  readonly clock = new ManualClock();
  readonly posted: HostMessage[] = [];
  readonly replicaChanged = emitter();
  readonly statusChanged = emitter();
  readonly replica = new HandReplica();
  current: ReplicaView | null = this.replica;
  own: readonly OwnEvent[] = [];
  readonly bridge = new Bridge({
    source: this.#source(),
    post: (message) => this.posted.push(message),
    clock: this.clock,
  });

  #source() {
    const current = () => this.current;
    const own = () => this.own;
    return {
      get replica() {
        return current();
      },
      get ownEvents() {
        return own();
      },
      session: 'window-1',
      status: liveStatus,
      onDidChangeReplica: this.replicaChanged.event,
      onDidChangeStatus: this.statusChanged.event,
    };
  }

  get types(): string[] {
    return this.posted.map(({ type }) => type);
  }

  /** Types of what was posted, without own events. */
  get rowTypes(): string[] {
    return this.types.filter((type) => type !== 'ownEvents');
  }

  get patches(): PatchMessage[] {
    return this.posted.filter((message) => message.type === 'patch');
  }
}

describe('the bridge to the page', () => {
  it('posts nothing before the page is ready', async () => {
    const { bridge, replica, statusChanged, clock, posted } = new Setup();
    replica.apply([upsert(project('a'))]);
    statusChanged.fire();
    bridge.setRefreshing(true);
    await clock.advance(1_000);
    assert.deepEqual(posted, []);
    assert.equal(replica.emitter.listenerCount, 0, 'nor does it listen');
  });

  it('answers ready with everything, also when nobody is signed in', () => {
    const setup = new Setup();
    const maps = applyPatches(setup.replica.tables, { projects: { up: [project('a')], del: [] } });
    setup.replica.tables = maps;
    setup.replica.revision = 7;
    setup.bridge.ready();
    setup.current = null;
    setup.bridge.ready();
    const [first, , second] = setup.posted;
    assert.ok(first?.type === 'snapshot' && second?.type === 'snapshot');
    assert.deepEqual([first.epoch, first.cursor, first.tables.projects], ['epoch-1', 0, [project('a')]]);
    assert.deepEqual([second.cursor, Object.values(second.tables).flat()], [0, []]);
    assert.deepEqual(second.status, liveStatus);
  });

  it('opens the sheet of the page, now or as soon as it is ready, once', () => {
    const { bridge, posted } = new Setup();
    bridge.show({ kind: 'details' });
    assert.deepEqual(posted, []);
    bridge.ready();
    bridge.hide();
    bridge.ready();
    bridge.show({ kind: 'details' });
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'ownEvents', 'show', 'snapshot', 'ownEvents', 'show'],
    );
  });

  it('then posts what changed, coalesced, at most 20 times a second', async () => {
    const setup = new Setup();
    const { bridge, replica, clock } = setup;
    bridge.ready();
    for (let i = 0; i < 1_000; i += 1) {
      replica.apply([upsert(project('a', `name ${i}`))]);
      await clock.advance(1);
    }
    await clock.advance(pace);
    const all = setup.patches;
    assert.ok(all.length <= 21 && all.length >= 19, `${all.length} patches in a second`);
    let cursor = 0;
    for (const { from, to, tables } of all) {
      assert.equal(from, cursor);
      assert.equal(tables.projects?.up.length, 1);
      cursor = to;
    }
    assert.equal(cursor, all.length);
    assert.equal(all.at(-1)?.tables.projects?.up[0]?.name, 'name 999');
  });

  it('keeps that pace when a timer fires early', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.replica.apply([upsert(project('a'))]);
    setup.clock.jump(-10);
    await setup.clock.advance(pace);
    assert.deepEqual(setup.rowTypes, ['snapshot'], 'the clock is at 40 ms');
    await setup.clock.advance(10);
    assert.deepEqual(setup.rowTypes, ['snapshot', 'patch']);
  });

  it('does not wait for a clock that was set back', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.clock.jump(-3_600_000);
    setup.replica.apply([upsert(project('a'))]);
    await setup.clock.advance(pace);
    assert.deepEqual(setup.rowTypes, ['snapshot', 'patch']);
  });

  it('lets a row pass by that came and was let go again at once, and its delete after it', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    const [known, fresh, gone] = [project('known'), project('fresh'), project('gone')];
    setup.replica.apply([upsert(fresh), upsert(gone)]);
    setup.replica.release([remove(fresh), remove(known)]);
    setup.replica.apply([remove(gone)]);
    await setup.clock.advance(pace);
    const [first, second, ...rest] = setup.patches;
    assert.deepEqual(first?.tables.projects, { up: [fresh], del: ['known', 'gone'], released: ['known'] });
    assert.deepEqual(second?.tables.projects, { up: [], del: ['fresh'], released: ['fresh'] });
    assert.deepEqual([second?.from, rest.length], [first?.to, 0]);
    setup.replica.apply([upsert(fresh)]);
    setup.replica.release([remove(fresh)]);
    setup.replica.apply([upsert(fresh)]);
    await setup.clock.advance(pace);
    assert.deepEqual(
      setup.patches.slice(2).map(({ tables }) => tables.projects),
      [{ up: [fresh], del: [] }],
    );
  });

  it('posts the deletes of rows that are not held, which the page may have as older ones', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.replica.lose({ table: 'projects', id: 'older' });
    await setup.clock.advance(pace);
    assert.deepEqual(
      setup.patches.map(({ tables }) => tables),
      [{ projects: { up: [], del: ['older'] } }],
    );
  });

  it('posts the last of several changes of a row, and a delete as an id', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    const [a, b] = [project('a'), project('b')];
    setup.replica.apply([upsert(a), upsert(b), remove(a)]);
    setup.replica.apply([remove(b), upsert(b)]);
    await setup.clock.advance(pace);
    assert.deepEqual(
      setup.patches.map(({ tables }) => tables),
      [{ projects: { up: [b], del: ['a'] } }],
    );
  });

  it('splits what is large, and gives every part its place', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    const rows = Array.from({ length: 30 }, (_, i) => project(`p${i}`, 'x'.repeat(20_000)));
    setup.replica.apply(rows.map(upsert));
    await setup.clock.advance(pace);
    assert.ok(setup.patches.length >= 6);
    for (const { tables } of setup.patches) assert.ok(JSON.stringify(tables).length <= maxPatchSize + 1_000);
    assert.deepEqual(
      setup.patches.map(({ from, to }) => [from, to]),
      setup.patches.map((_, i) => [i, i + 1]),
    );
    assert.deepEqual(
      setup.patches.flatMap(({ tables }) => tables.projects?.up),
      rows,
    );
  });

  it('posts the status when it changes, without rows', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.statusChanged.fire();
    setup.statusChanged.fire();
    await setup.clock.advance(pace);
    assert.deepEqual(setup.patches, [
      { type: 'patch', epoch: 'epoch-1', from: 0, to: 1, tables: {}, status: liveStatus },
    ]);
  });

  describe('own events', () => {
    const own = (id: string, state: OwnEvent['state'] = 'waiting') => ({ event: outgoing(id), state });
    const of = (posted: readonly HostMessage[]) =>
      posted
        .filter((message) => message.type === 'ownEvents')
        .map(({ events }) => events.map(({ event, state }) => `${event.id} ${state}`));

    it('are posted after each snapshot, also when there are none, and when they changed', async () => {
      const setup = new Setup();
      setup.bridge.ready();
      setup.own = [own('a')];
      setup.statusChanged.fire();
      await setup.clock.advance(pace);
      setup.own = [own('a')];
      setup.statusChanged.fire();
      await setup.clock.advance(pace);
      setup.own = [own('a', 'sent')];
      setup.statusChanged.fire();
      await setup.clock.advance(pace);
      setup.own = [own('a', 'sent'), own('b')];
      setup.statusChanged.fire();
      await setup.clock.advance(pace);
      setup.current = null;
      setup.replicaChanged.fire();
      await setup.clock.advance(pace);
      const told = ['a sent', 'b waiting'];
      assert.deepEqual(of(setup.posted), [[], ['a waiting'], ['a sent'], told, told]);
      assert.deepEqual(setup.types.slice(-2), ['snapshot', 'ownEvents']);
      assert.ok(
        setup.posted.every((message) => message.type !== 'ownEvents' || message.session === 'window-1'),
      );
    });

    it('go when the rows that bring them have been posted, not before', async () => {
      const setup = new Setup();
      setup.own = [own('a', 'sent')];
      setup.bridge.ready();
      setup.replica.apply([upsert(project('a'))]);
      setup.own = [];
      await setup.clock.advance(pace);
      assert.deepEqual(setup.types, ['snapshot', 'ownEvents', 'patch', 'ownEvents']);
      assert.deepEqual(of(setup.posted), [['a sent'], []]);
    });

    it('keep the pace of all messages', async () => {
      const setup = new Setup();
      setup.bridge.ready();
      for (let i = 0; i < 1_000; i += 1) {
        setup.own = [own(`e${i}`)];
        setup.statusChanged.fire();
        await setup.clock.advance(1);
      }
      assert.ok(of(setup.posted).length <= 21, `${of(setup.posted).length} in a second`);
      assert.ok(of(setup.posted).length >= 19);
    });
  });

  it('is silent while hidden and starts over when the page is ready again', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.replica.apply([upsert(project('a'))]);
    setup.bridge.hide();
    setup.replica.apply([upsert(project('b'))]);
    setup.statusChanged.fire();
    await setup.clock.advance(1_000);
    assert.deepEqual(setup.rowTypes, ['snapshot']);
    assert.equal(setup.clock.timerCount, 0);
    setup.bridge.ready();
    assert.deepEqual(setup.rowTypes, ['snapshot', 'snapshot']);
  });

  it('sends a snapshot for another epoch, a batch left out, and another replica', async () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.replica.epoch = 'epoch-2';
    setup.replica.apply([]);
    await setup.clock.advance(pace);
    setup.replica.revision += 1;
    setup.replica.apply([]);
    await setup.clock.advance(pace);
    setup.current = new HandReplica();
    setup.replicaChanged.fire();
    await setup.clock.advance(pace);
    assert.deepEqual(setup.rowTypes, ['snapshot', 'snapshot', 'snapshot', 'snapshot']);
    assert.equal(setup.replica.emitter.listenerCount, 0, 'the old replica is let go');
  });

  it('leaves no listener and no timer when disposed', () => {
    const setup = new Setup();
    setup.bridge.ready();
    setup.statusChanged.fire();
    setup.bridge.dispose();
    setup.bridge.ready();
    const { replica, replicaChanged, statusChanged, clock } = setup;
    const counts = [replica.emitter, replicaChanged, statusChanged].map(({ listenerCount }) => listenerCount);
    assert.deepEqual([...counts, clock.timerCount], [0, 0, 0, 0]);
    assert.deepEqual(setup.rowTypes, ['snapshot']);
  });
});
