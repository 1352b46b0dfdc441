import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createNodeStore } from '../../../src/extension/activity/nodeStore.ts';
import { systemClock } from '../../../src/extension/platform/clock.ts';
import { AuthClient, createEventSender, type Session } from '../../../src/extension/sync.ts';
import { type FaultyProxy, startFaultyProxy } from '../../examples/faultyProxy.ts';
import { FakeCredentials, FakeLog } from '../../fakes/account.ts';
import { startBackend, stopProcess, type TestBackend, type TestUser } from '../../support/backend.ts';
import { until } from '../sync/harness.ts';

/** A port where nobody listens. */
const nobody = 'http://127.0.0.1:9';
const rounds = 8;
const windowsAtOnce = 3;

/** One window process, and what it said of its events. */
interface Window {
  readonly id: string;
  readonly child: ChildProcess;
  logged: number;
  durable: number;
  readonly warnings: string[];
}

describe('the journals of windows that are killed', function () {
  this.timeout(180_000);
  let backend: TestBackend;
  let proxy: FaultyProxy;
  let user: TestUser;
  let session: Session;
  let folder: string;
  const running: Window[] = [];

  before(async () => {
    backend = await startBackend();
    proxy = await startFaultyProxy(backend.url);
  });
  beforeEach(async () => {
    user = await backend.newUser();
    session = await new AuthClient(backend).signInWithPassword(user.email, user.password);
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-journal-'));
  });
  afterEach(async () => {
    for (const { child } of running.splice(0)) await stopProcess(child, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  after(async () => {
    await proxy?.dispose();
    await backend?.stop();
  });

  /** Starts a window and resolves when it has logged something. */
  const open = async (url = proxy.url): Promise<Window> => {
    const id = randomUUID();
    const options = { folder, window: id, url, publishableKey: backend.publishableKey, session };
    const script = path.resolve('test/integration/journal/window.ts');
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const window: Window = { id, child, logged: -1, durable: -1, warnings: [] };
    running.push(window);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the window ended by itself')));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line);
        window.logged = said.logged ?? window.logged;
        window.durable = said.durable ?? window.durable;
        if (said.warning) window.warnings.push(said.warning);
        resolve();
      });
    });
    return window;
  };

  /** Kills the window in a random moment and waits until all that it said has been read. */
  const kill = async ({ child }: Window) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 700));
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  };

  /** A window in this process, which sends what dead windows left in the folder. */
  const openHere = () => {
    const id = randomUUID();
    const log = new FakeLog();
    const store = createNodeStore({
      ...{ folder, window: id, log, clock: systemClock, random: Math.random, onChange: () => {} },
    });
    const box = store.open({ backend: 'test', user: user.id });
    const credentials = new FakeCredentials(session);
    box.attach(createEventSender({ ...backend, credentials, userId: user.id }), 50);
    const adopted = () => journals().every((name) => name.startsWith(id));
    return {
      log,
      close: async () => {
        await box.close();
        await store.close();
      },
      sentAll: () =>
        until('everything is sent', () => (adopted() && box.pending === 0 ? true : null), 60_000, log),
    };
  };
  const journals = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

  /** The numbers of the events that are in the table, in order, window by window. */
  const sentByWindow = async () => {
    const sent = new Map<string, number[]>();
    for (let from = 0; ; from += 500) {
      const query = backend.admin.from('ide_sync_events').select('id, session_id, payload');
      const page = query
        .eq('user_id', user.id)
        .order('id')
        .range(from, from + 499);
      const { data } = await page.throwOnError();
      for (const { session_id, payload } of data ?? [])
        sent.set(
          session_id,
          [...(sent.get(session_id) ?? []), payload.n].sort((a, b) => a - b),
        );
      if (!data || data.length < 500) return sent;
    }
  };

  it('hand every event that was on disk to the server, once', async () => {
    const dead: Window[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const windows = await Promise.all(Array.from({ length: windowsAtOnce }, () => open()));
      await Promise.all(windows.map(kill));
      dead.push(...windows);
    }
    if (process.platform !== 'win32')
      for (const name of readdirSync(folder))
        assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600);
    const heir = openHere();
    await heir.sentAll();
    await heir.close();
    assert.deepEqual(journals(), [], 'nothing is left behind');

    const sent = await sentByWindow();
    for (const { id, logged, durable } of dead) {
      const numbers = sent.get(id) ?? [];
      assert.equal(new Set(numbers).size, numbers.length, 'no event is there twice');
      assert.deepEqual(numbers, [...numbers.keys()], 'none is missing before one that is there');
      assert.ok(numbers.length > durable, `${numbers.length} of ${durable + 1} that were on disk`);
      assert.ok(numbers.length <= logged + 1);
    }
    assert.equal(dead.length, rounds * windowsAtOnce);
    assert.ok(dead.filter(({ durable }) => durable > 0).length > dead.length / 2, 'most came far enough');
    assert.ok(proxy.faults.get('answer lost'), 'answers were lost on the way');
  });

  it('are left alone while the window lives, also when it is stopped', async () => {
    const window = await open(nobody);
    await until('events are on disk', () => (window.durable > 5 ? true : null), 30_000);
    window.child.kill('SIGSTOP');
    const heir = openHere();
    try {
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      assert.ok(journals().some((name) => name.startsWith(window.id)));
      assert.equal((await sentByWindow()).size, 0);
    } finally {
      await heir.close();
      await kill(window);
    }
    const next = openHere();
    await next.sentAll();
    await next.close();
    const numbers = (await sentByWindow()).get(window.id) ?? [];
    assert.ok(numbers.length > window.durable);
  });
});
