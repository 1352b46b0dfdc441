import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import type * as copied from '../../examples/other-extension/runglass.d.ts';
import type { LogSyncEvent, SyncEvent } from '../../src/extension/activity/events.ts';
import { Counters } from '../../src/extension/sync/counters.ts';
import {
  type AllHandlers,
  createSyncFunctions,
  type SyncFunctions,
} from '../../src/extension/sync/subscriptions.ts';
import { SyncHost } from '../../src/extension/sync/syncHost.ts';
import type { EngineStatus, ReplicaBatch, Sync } from '../../src/extension/sync/types.ts';
import type { RowChange } from '../../src/shared/changes.ts';
import type { Disposable } from '../../src/shared/disposable.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import type { Rows, RunRow, Table } from '../../src/shared/model.ts';
import { emptyTables } from '../../src/shared/patch.ts';
import { runRow, userId } from '../fixtures/rows.ts';

const folder = path.resolve('examples/other-extension');
const rethrow = (error: unknown) => {
  throw error;
};

/** `true` when each can stand for the other; which columns a row may lack is part of that. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
/**
 * What extensions copy says what there is: the compiler refuses this when a row, an argument or a function is another one.
 */
const copy: {
  readonly [T in Table]: Same<Rows[T], copied.Rows[T]> & Same<RowChange<T>, copied.RowChange<T>>;
} & {
  readonly tables: Same<Table, copied.Table>;
  readonly handlers: Same<AllHandlers, copied.AllHandlers>;
  readonly event: Same<SyncEvent, copied.SyncEvent>;
  readonly api: Same<SyncFunctions<LogSyncEvent>, copied.RunglassApi>;
} = {
  usage_tracking: true,
  subscriptions: true,
  ide_sync_events: true,
  models: true,
  training_runs: true,
  projects: true,
  tables: true,
  handlers: true,
  event: true,
  api: true,
};

/** The part of `vscode` that the example uses. */
class Editor {
  userId = '';
  readonly messages: string[] = [];
  readonly subscriptions: Disposable[] = [];
  readonly configured = new Emitter<{ affectsConfiguration(section: string): boolean }>(rethrow);
  readonly api;

  constructor(runglass: object) {
    this.api = {
      extensions: {
        getExtension: (id: string) =>
          id === 'runglass.runglass' ? { activate: async () => runglass } : undefined,
      },
      window: { setStatusBarMessage: (text: string) => this.messages.push(text) },
      workspace: {
        getConfiguration: () => ({ get: () => this.userId }),
        onDidChangeConfiguration: this.configured.event,
      },
    };
  }

  configure(userId: string): void {
    this.userId = userId;
    this.configured.fire({ affectsConfiguration: (section) => section === 'runChime.userId' });
  }
}

/** Runs extension.js as the extension host does: CommonJS, with `vscode` to require. */
async function activate(editor: Editor): Promise<void> {
  const module = { exports: {} as { activate(context: object): Promise<void> } };
  const source = readFileSync(path.join(folder, 'extension.js'), 'utf8');
  const require = (name: string) => (name === 'vscode' ? editor.api : assert.fail(`require('${name}')`));
  compileFunction(source, ['require', 'module'])(require, module);
  await module.exports.activate({ subscriptions: editor.subscriptions });
}

describe('examples/other-extension', () => {
  const batches = new Emitter<ReplicaBatch>(rethrow);
  const engine: Sync = {
    replica: { epoch: 'e', revision: 0, tables: emptyTables(), onDidChange: batches.event },
    status: {
      state: 'live',
      problem: null,
      asOf: null,
      verifiedAt: null,
      cached: false,
      clockOffset: 0,
      latency: null,
      heldFrom: null,
      runsFrom: null,
      activeFrom: null,
      modelsFrom: null,
    },
    onDidChangeStatus: new Emitter<EngineStatus>(rethrow).event,
    counters: new Counters(0).snapshot,
    refresh: async () => {},
    flush: async () => {},
    dispose: () => {},
  };
  let host: SyncHost;
  let editor: Editor;

  beforeEach(async () => {
    host = new SyncHost(rethrow);
    host.connect(userId, () => engine);
    editor = new Editor(createSyncFunctions(host, () => null, rethrow));
    await activate(editor);
  });
  afterEach(() => host.dispose());

  const followed = () => host.current?.userId ?? null;
  const update = (from: string, to: string) => {
    const before: RunRow = runRow(1, {
      user_id: userId,
      name: 'hatter',
      status: from,
      metrics: { val_loss: 1.75 },
    });
    const after: RunRow = { ...before, status: to };
    const change: RowChange = {
      eventType: 'UPDATE',
      table: 'training_runs',
      old: before,
      new: after,
      seq: 2,
      source: 'realtime',
    };
    batches.fire({ epoch: 'e', revision: 1, changes: [change] });
  };

  it('waits for a user to be set', () => {
    assert.equal(followed(), null);
    editor.configure(userId);
    assert.equal(followed(), userId);
  });

  it('tells once that a run has ended', async () => {
    editor.configure(userId);
    // The rows that are held come when the code that subscribes has gone on.
    await Promise.resolve();
    update('queued', 'running');
    assert.deepEqual(editor.messages, []);
    update('running', 'completed');
    update('completed', 'completed');
    assert.deepEqual(editor.messages, ['$(bell) hatter: completed, loss 1.750']);
  });

  it('leaves nothing behind', () => {
    editor.configure(userId);
    editor.configure('00000000-0000-4000-8000-00000000000b');
    editor.configure(userId);
    assert.equal(batches.listenerCount, 1);
    for (const item of editor.subscriptions) item.dispose();
    assert.equal(batches.listenerCount, 0);
    assert.equal(followed(), null);
    assert.equal(editor.configured.listenerCount, 0);
  });

  it('has the types of everything that there is to call', () => {
    const functions = Object.keys(createSyncFunctions(host, () => null));
    const text = readFileSync(path.join(folder, 'runglass.d.ts'), 'utf8');
    const listed = [...text.matchAll(/^ {2}readonly (subscribeTo\w+|logSyncEvent):/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(listed.toSorted(), functions.toSorted());
    assert.ok(Object.values(copy).every(Boolean));
  });

  it('says in package.json what it needs', () => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const ours = JSON.parse(readFileSync(path.resolve('package.json'), 'utf8'));
    assert.deepEqual(manifest.extensionDependencies, [`${ours.publisher}.${ours.name}`]);
    assert.equal(manifest.engines.vscode, ours.engines.vscode);
    assert.ok(manifest.contributes.configuration.properties['runChime.userId']);
  });
});
