import assert from 'node:assert/strict';
import { LiveSource } from '../../../src/extension/dashboard/source.ts';
import { dashboardStatus, type StatusInputs } from '../../../src/extension/dashboard/status.ts';
import { Counters } from '../../../src/extension/sync/counters.ts';
import type { EngineStatus, Sync } from '../../../src/extension/sync/types.ts';
import * as words from '../../../src/extension/words.ts';
import { emitter, HandReplica, liveStatus } from './support/doubles.ts';

const engine: EngineStatus = {
  ...{ state: 'live', problem: null, asOf: 1_000, verifiedAt: 2_000, cached: false },
  ...{ clockOffset: 5, latency: 12, heldFrom: '2026-01-01T00:00:00.000001+00:00' },
  runsFrom: { at: '2025-01-01T00:00:00+00:00', id: '0198f2a0-0000-7000-8000-00000000000a' },
  activeFrom: '2025-03-01T00:00:00+00:00',
  modelsFrom: '2025-02-01T00:00:00+00:00',
};

class HandSync implements Sync {
  readonly replica = new HandReplica();
  readonly statusEmitter = emitter<EngineStatus>();
  readonly onDidChangeStatus = this.statusEmitter.event;
  readonly status = engine;
  readonly counters = new Counters(0).snapshot;
  readonly refresh = async () => {};
  readonly flush = async () => {};
  readonly dispose = () => {};

  get listenerCount(): number {
    return this.statusEmitter.listenerCount + this.replica.emitter.listenerCount;
  }
}

describe('the source of the dashboard', () => {
  it('follows the engine of the moment and lets go of the last', () => {
    const syncChanged = emitter();
    let sync: HandSync | null = null;
    const source = new LiveSource({
      sync: () => sync,
      onDidChangeSync: syncChanged.event,
      status: () => liveStatus,
      session: 's',
      ownEvents: () => [],
      onDidChangeStatus: [],
      replicaChanged: emitter(),
      statusChanged: emitter(),
      rowsChanged: emitter(),
    });
    const heard = { replica: 0, status: 0, rows: 0 };
    source.onDidChangeReplica(() => heard.replica++);
    source.onDidChangeStatus(() => heard.status++);
    source.onDidChangeRows(() => heard.rows++);
    assert.equal(source.replica, null);
    const first = new HandSync();
    sync = first;
    syncChanged.fire();
    syncChanged.fire();
    assert.equal(source.replica, first.replica);
    first.replica.apply([]);
    first.statusEmitter.fire(engine);
    assert.deepEqual(heard, { replica: 1, status: 2, rows: 2 });
    sync = null;
    syncChanged.fire();
    assert.equal(first.listenerCount, 0);
    assert.equal(source.replica, null);
    source.dispose();
    assert.equal(syncChanged.listenerCount, 0);
  });
});

describe('the status of the dashboard', () => {
  const profile = { kind: 'remote', url: 'https://x', publishableKey: 'k', label: 'x' } as const;
  const ready = { kind: 'ready', profile, account: { userId: 'u', email: 'me@x' } } as const;
  const events = { pending: 2, refused: 3, dropped: 4 };
  const rest = { restricted: false, trouble: null };
  const inputs: StatusInputs = {
    ...{ connection: ready, engine, reporting: 'on', ...rest, events, stalledAfter: 120_000, words },
  };
  const tell = (more: Partial<StatusInputs>) => dashboardStatus({ ...inputs, ...more });

  it('is that of the engine once somebody is signed in', () => {
    assert.deepEqual(tell({}), {
      ...{ state: 'live', message: null, hint: null, action: null, account: 'me@x' },
      ...{ backend: { kind: 'remote', label: 'x' }, asOf: 1_000, verifiedAt: 2_000, cached: false },
      ...{ clockOffset: 5, latency: 12, stalledAfter: 120_000, runsFrom: engine.runsFrom },
      ...{ activeFrom: engine.activeFrom, modelsFrom: engine.modelsFrom },
      activity: {
        ...{ reporting: 'on', local: false, ...rest, pending: 2, refused: 3, dropped: 4 },
        heldFrom: engine.heldFrom,
      },
    });
  });

  it('puts the problem of the engine in words, without its detail', () => {
    const problem = { reason: 'notPublished', tables: ['models'], detail: 'raw' } as const;
    const told = tell({ engine: { ...engine, state: 'polling', problem } });
    assert.equal(told.state, 'polling');
    assert.match(`${told.message} ${told.hint}`, /does not publish models\. Run in the SQL editor/);
    assert.doesNotMatch(JSON.stringify(told), /raw/);
  });

  it('has no words for a problem before they are loaded, and the state all the same', () => {
    const problem = { reason: 'unreachable', detail: 'raw' } as const;
    const told = tell({ engine: { ...engine, state: 'offline', problem }, words: null });
    assert.deepEqual([told.state, told.message, told.hint, told.action], ['offline', null, null, null]);
  });

  it('never says that rows are fresh when there is no engine', () => {
    const told = tell({ engine: null });
    assert.deepEqual([told.state, told.asOf, told.verifiedAt], ['connecting', null, null]);
    assert.equal(told.runsFrom, null);
    const signedOut = tell({ connection: { kind: 'signedOut', profile, problem: null } });
    assert.deepEqual([signedOut.state, signedOut.asOf, signedOut.account], ['signedOut', null, null]);
  });

  it('carries no key and no token', () => {
    const secretProfile = { ...profile, publishableKey: 'sb_publishable_secret' };
    const told = tell({ connection: { ...ready, profile: secretProfile } });
    assert.doesNotMatch(JSON.stringify(told), /sb_publishable/);
  });
});
