import assert from 'node:assert/strict';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { version } from '../../package.json';
import { LocalBackend } from '../../src/extension/localBackend.ts';
import { type BackendFile, backendProtocol } from '../../src/shared/backendFile.ts';
import { RunglassError } from '../../src/shared/status.ts';
import { backendMain, describeEmbedded, makeClient, spawnBackend, stopProcess } from '../support/backend.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

describeEmbedded('a window and the local backend', function () {
  this.timeout(180_000);
  let folder: string;
  const windows: LocalBackend[] = [];

  const open = (on = folder) => {
    const window = new LocalBackend({ folder: on, mainPath: backendMain, log });
    windows.push(window);
    return window;
  };
  const servingPid = () => JSON.parse(readFileSync(path.join(folder, 'backend.json'), 'utf8')).pid as number;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-window-'));
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) window.dispose();
    // Without a lease the process would stay for 20 s more.
    try {
      const pid = servingPid();
      process.kill(pid);
      await gone(pid);
    } catch {
      // It is gone already, or never came.
    }
    // After a failed test a process may still be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  it('shares one process between windows that open at the same instant', async () => {
    const [first, second, third] = await Promise.all([open().start(), open().start(), open().start()]);
    assert.deepEqual(second, first);
    assert.deepEqual(third, first);
    const client = makeClient(first.url, first.publishableKey);
    assert.equal((await client.auth.signInWithPassword(first.user)).error, null);
  });

  it('attaches to a process that somebody else started', async () => {
    const { child, ready } = await spawnBackend(folder);
    try {
      const endpoint = await open().start();
      assert.equal(endpoint.url, ready.url);
      assert.equal(servingPid(), child.pid);
    } finally {
      for (const window of windows) window.dispose();
      await stopProcess(child);
    }
  });

  it('is told when the process is killed, and starts it again with the same keys and data', async () => {
    const window = open();
    const first = await window.start();
    const exited = new Promise<void>((resolve) => window.onDidExit(resolve));
    const pid = servingPid();
    process.kill(pid, 'SIGKILL');
    await exited;
    const second = await window.start();
    assert.notEqual(servingPid(), pid);
    assert.equal(second.publishableKey, first.publishableKey);
    const client = makeClient(second.url, second.publishableKey);
    assert.equal((await client.auth.signInWithPassword(second.user)).error, null);
  });

  it('is not fooled by the file of a process that is gone', async () => {
    let asked = 0;
    const server = net.createServer((socket) => {
      asked += 1;
      socket.on('error', () => {});
      // The end of a connection that nobody reads is never seen: it would stay half open.
      socket.resume().end('HTTP/1.1 200 OK\r\n\r\n{"pid":7}\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stale = fileOf((server.address() as net.AddressInfo).port);
    const file = path.join(folder, 'backend.json');
    writeFileSync(file, JSON.stringify({ ...stale, pid: 2 ** 22 + 1 }));
    const window = open();
    assert.notEqual((await window.start()).url, stale.url);
    assert.equal(asked, 0, 'a dead process is not asked, so a stranger on its port gets no key');
    window.dispose();
    const pid = servingPid();
    process.kill(pid, 'SIGKILL');
    // While it has the folder ours is tried again, which would ask once more.
    await gone(pid);
    writeFileSync(file, JSON.stringify(stale));
    assert.notEqual((await open().start()).url, stale.url);
    assert.equal(asked, 1, 'one whose pid lives on is, and is no backend');
    server.close();
  });

  it('does not follow a file that another user has put into the folder', async function () {
    if (process.getuid?.() !== 0) this.skip();
    let asked = 0;
    const server = net.createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const file = path.join(folder, 'backend.json');
    const planted = fileOf((server.address() as net.AddressInfo).port);
    writeFileSync(file, JSON.stringify(planted));
    chownSync(file, 65534, 65534);
    await assert.rejects(open().start(), (error) => {
      assert.ok(error instanceof RunglassError);
      assert.equal(error.problem.reason, 'dataFolderUnusable');
      assert.match(error.message, /backend\.json belongs to another user \(65534\)/);
      return true;
    });
    assert.equal(asked, 0);
    server.close();
    // Whoever serves the folder is ended after each spec: here that would be this process.
    rmSync(file);
  });

  it('does not tell of the end of a process that it has let go', async () => {
    const window = open();
    await window.start();
    const pid = servingPid();
    let told = 0;
    window.onDidExit(() => told++);
    window.dispose();
    process.kill(pid);
    await gone(pid);
    assert.equal(told, 0);
  });

  it('says in a sentence why it cannot start', async () => {
    const { child } = await spawnBackend(folder);
    await stopProcess(child);
    rmSync(path.join(folder, 'postgres', 'PG_VERSION'));
    await assert.rejects(open().start(), (error) => {
      assert.ok(error instanceof RunglassError);
      assert.equal(error.problem.reason, 'dataFolderDamaged');
      assert.match(error.message, /is damaged/);
      return true;
    });
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    await assert.rejects(open(path.join(file, 'below')).start(), (error) => {
      assert.ok(error instanceof RunglassError);
      assert.equal(error.problem.reason, 'dataFolderUnusable');
      return true;
    });
  });
});

/** What a backend of this very process on `port` would have written down. */
function fileOf(port: number): BackendFile {
  return {
    pid: process.pid,
    port,
    url: `http://127.0.0.1:${port}`,
    publishableKey: 'x',
    secretKey: 'x',
    user: { email: 'x', password: 'x' },
    version,
    protocol: backendProtocol,
    startedAt: new Date().toISOString(),
  };
}

async function gone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`process ${pid} does not end`);
}
