import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { stopProcess, temporaryFolder } from '../../support/backend.ts';

/** An auth server whose refresh tokens work once. */
class RotatingServer {
  readonly server: Server;
  valid = 'refresh-1';
  requests = 0;
  /** Requests wait for their answer while it is set. */
  stalled = false;

  constructor() {
    this.server = createServer(async (request, response) => {
      const { stalled } = this;
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { refresh_token: token } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        refresh_token: string;
      };
      this.requests += 1;
      if (stalled) return;
      // Long enough for every other window to come meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ok = token === this.valid;
      if (ok) this.valid = `refresh-${this.requests + 1}`;
      const body = ok
        ? {
            access_token: `access-${this.requests + 1}`,
            refresh_token: this.valid,
            expires_in: 3_600,
            user: { id: 'user-1', email: null },
          }
        : { code: 400, error_code: 'refresh_token_already_used', msg: 'Already Used' };
      response.writeHead(ok ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

interface Window {
  readonly child: ChildProcess;
  readonly lines: Interface;
}

describe('windows that share a session', function () {
  this.timeout(120_000);
  let folder: string;
  let auth: RotatingServer;
  let windows: Window[];

  beforeEach(async () => {
    folder = temporaryFolder();
    windows = [];
    auth = new RotatingServer();
    await new Promise<void>((resolve) => auth.server.listen(0, '127.0.0.1', resolve));
    const expired = {
      ...{ userId: 'user-1', email: null, accessToken: 'access-1', refreshToken: 'refresh-1' },
      expiresAt: Date.now() - 1_000,
    };
    writeFileSync(path.join(folder, 'session'), JSON.stringify(expired));
  });

  afterEach(async () => {
    for (const { child } of windows) await stopProcess(child, 'SIGKILL');
    auth.server.closeAllConnections();
    await new Promise((resolve) => auth.server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  async function openWindow(): Promise<Window> {
    const script = path.resolve('test/integration/accounts/refreshWindow.ts');
    const args = [script, auth.url, path.join(folder, 'session'), path.join(folder, 'refresh.lock')];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const window = { child, lines: createInterface({ input: child.stdout }) };
    windows.push(window);
    assert.deepEqual(await once(window.lines, 'line'), ['ready']);
    return window;
  }

  /** What the window's session answers when it is asked for a token. */
  async function ask({ child, lines }: Window): Promise<string> {
    const answer = once(lines, 'line');
    child.stdin?.write('get\n');
    return String((await answer)[0]);
  }

  const storedToken = () =>
    (JSON.parse(readFileSync(path.join(folder, 'session'), 'utf8')) as { refreshToken: string }).refreshToken;

  for (const count of [2, 5])
    it(`${count} processes at once: one request, and all have the new token`, async () => {
      await Promise.all(Array.from({ length: count }, openWindow));
      const answers = await Promise.all(windows.map(ask));
      assert.deepEqual(new Set(answers), new Set(['access-2']));
      assert.equal(auth.requests, 1);
      assert.equal(storedToken(), auth.valid);
    });

  it('a window that is killed while it refreshes does not hold up the others', async () => {
    const first = await openWindow();
    const others = await Promise.all([openWindow(), openWindow(), openWindow()]);
    auth.stalled = true;
    first.child.stdin?.write('get\n');
    while (auth.requests === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await stopProcess(first.child, 'SIGKILL');
    auth.stalled = false;
    const killedAt = Date.now();
    const answers = await Promise.all(others.map(ask));
    assert.deepEqual(answers, ['access-3', 'access-3', 'access-3']);
    assert.equal(auth.requests, 2, 'one of the dead window, one of the others');
    assert.equal(storedToken(), auth.valid);
    assert.ok(Date.now() - killedAt < 15_000, 'nobody waited for the lock to grow old');
  });
});
