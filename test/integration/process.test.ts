import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import {
  BackendExit,
  type BackendProcess,
  describeEmbedded,
  makeClient,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../support/backend.ts';

describeEmbedded('the backend process', function () {
  // Each starts processes, which take 15 s on a very busy machine.
  this.timeout(180_000);
  const folders: string[] = [];
  const running: BackendProcess[] = [];

  const folder = () => {
    const made = temporaryFolder();
    folders.push(made);
    return made;
  };
  /** A copy of a folder that was served once and stopped. */
  let pristine: string;
  const used = () => {
    const made = folder();
    cpSync(pristine, made, { recursive: true });
    return made;
  };
  const start = async (on: string, args: readonly string[] = []) => {
    const started = await spawnBackend(on, args);
    running.push(started);
    return started;
  };
  const refusal = async (on: string, args: readonly string[] = []) => {
    try {
      running.push(await spawnBackend(on, args));
    } catch (error) {
      assert.ok(error instanceof BackendExit);
      return error;
    }
    return assert.fail('it started');
  };

  before(async () => {
    pristine = temporaryFolder();
    const { child } = await spawnBackend(pristine);
    await stopProcess(child);
  });
  after(() => rmSync(pristine, { recursive: true, force: true }));
  afterEach(async () => {
    for (const { child } of running.splice(0)) await stopProcess(child, 'SIGKILL');
    for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
  });

  it('prints one line, keeps keys and data, and stops cleanly at SIGTERM', async () => {
    const own = folder();
    const first = await start(own, ['--seed']);
    assert.deepEqual(Object.keys(first.ready), ['url', 'publishableKey', 'secretKey', 'user']);
    const file = JSON.parse(readFileSync(path.join(own, 'backend.json'), 'utf8'));
    assert.equal(file.pid, first.child.pid);
    if (process.platform !== 'win32') {
      for (const name of ['backend.json', 'secrets.json'])
        assert.equal(statSync(path.join(own, name)).mode & 0o777, 0o600);
    }
    const client = makeClient(first.ready.url, first.ready.publishableKey);
    const { data } = await client.auth.signInWithPassword(first.ready.user);
    assert.ok(data.user);
    const { count } = await client.from('projects').select('*', { count: 'exact', head: true });
    assert.ok(count && count > 0, 'seeded');
    await stopProcess(first.child);
    assert.equal(first.child.exitCode, 0);
    assert.equal(existsSync(path.join(own, 'backend.json')), false);
    const second = await start(own, ['--seed']);
    assert.deepEqual(second.ready, first.ready, 'the same address and keys');
    const again = makeClient(second.ready.url, second.ready.publishableKey);
    assert.equal((await again.auth.signInWithPassword(second.ready.user)).error, null);
    const later = await again.from('projects').select('*', { count: 'exact', head: true });
    assert.equal(later.count, count, 'seeded once');
  });

  it('loses nothing committed when it is killed, and starts again', async () => {
    const own = folder();
    let first = await start(own);
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const admin = makeClient(first.ready.url, first.ready.secretKey);
      const user = makeClient(first.ready.url, first.ready.publishableKey);
      const { data } = await user.auth.signInWithPassword(first.ready.user);
      assert.ok(data.user);
      const { id } = data.user;
      const enough = acknowledged.length + 15;
      const write = async (index: number) => {
        const name = `round ${round} row ${index}`;
        const { error } = await admin.from('projects').insert({ name, user_id: id });
        if (!error) acknowledged.push(name);
        return error;
      };
      const writing = (async () => {
        for (let index = 0; ; index++) {
          const error = await write(index);
          if (error && acknowledged.length < enough) throw new Error(error.message);
          if (error) return;
        }
      })();
      await Promise.race([writing, until(() => acknowledged.length >= enough)]);
      await stopProcess(first.child, 'SIGKILL');
      await writing;
      first = await start(own);
    }
    const admin = makeClient(first.ready.url, first.ready.secretKey);
    const { data } = await admin.from('projects').select('name').limit(10_000);
    const there = new Set(data?.map(({ name }) => name));
    assert.ok(acknowledged.length >= 45);
    assert.deepEqual(
      acknowledged.filter((name) => !there.has(name)),
      [],
    );
  });

  it('refuses a folder that another process serves, naming it', async () => {
    const own = used();
    const { child, ready } = await start(own);
    const { code, message } = await refusal(own);
    assert.equal(code, 10);
    assert.match(message, new RegExp(`is in use by process ${child.pid};`));
    assert.equal(
      (await fetch(`${ready.url}/rest/v1/projects`, { headers: { apikey: ready.secretKey } })).status,
      200,
    );
  });

  it('lets one of several that start at the same instant in', async () => {
    const own = folder();
    const results = await Promise.allSettled([start(own), start(own), start(own)]);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal((result.reason as BackendExit).code, 10);
    }
  });

  it('is not kept out by the lock of a dead process, nor by one whose pid lives on in another', async () => {
    const own = folder();
    for (const [generation, pid] of [
      [1, 2 ** 22 + 1],
      [2, process.pid],
    ]) {
      const { port } = await closedPort();
      mkdirSync(path.join(own, `lock.${generation}`));
      const owner = path.join(own, `lock.${generation}`, 'owner.json');
      writeFileSync(owner, JSON.stringify({ pid, port, nonce: 'gone' }));
    }
    await start(own);
    assert.deepEqual(
      readdirSync(own).filter((name) => name.startsWith('lock.')),
      ['lock.3'],
    );
  });

  it('removes what killed processes left half-written, but not what may be being written', async () => {
    const own = used();
    const [old, fresh] = ['secrets.json.old.tmp', 'lock.fresh.tmp'].map((name) => path.join(own, name));
    assert.ok(old && fresh);
    for (const file of [old, fresh]) writeFileSync(file, '');
    utimesSync(old, new Date(0), new Date(0));
    await start(own);
    assert.deepEqual([existsSync(old), existsSync(fresh)], [false, true]);
  });

  it('ends at once when its folder is removed, and leaves a new one of the same name alone', async () => {
    const own = used();
    const { child } = await start(own);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    // It may write something meanwhile.
    rmSync(own, { recursive: true, maxRetries: 20, retryDelay: 10 });
    mkdirSync(own);
    assert.equal(await exit, 1);
    assert.deepEqual(readdirSync(own), []);
    await start(own);
  });

  it('ends before the next request when somebody has taken its folder', async () => {
    const own = used();
    const { child, ready } = await start(own);
    mkdirSync(path.join(own, 'lock.7'));
    renameSync(path.join(own, 'lock.2'), path.join(own, 'lock.8'));
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const headers = { apikey: ready.secretKey };
    await assert.rejects(fetch(`${ready.url}/rest/v1/projects`, { headers }));
    assert.equal(await exit, 1);
  });

  it('says that a port is in use', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const { code, message } = await refusal(folder(), ['--port', String(port)]);
    server.close();
    assert.equal(code, 12);
    assert.match(message, new RegExp(`^Port ${port} of this machine is in use`));
  });

  const damages: Readonly<Record<string, (postgres: string) => void>> = {
    'without PG_VERSION': (postgres) => rmSync(path.join(postgres, 'PG_VERSION')),
    'with a cut pg_control': (postgres) => truncateSync(path.join(postgres, 'global', 'pg_control'), 100),
    'with garbage in pg_control': (postgres) =>
      writeFileSync(path.join(postgres, 'global', 'pg_control'), Buffer.alloc(8192, 7)),
    'without its tables': (postgres) => rmSync(path.join(postgres, 'base'), { recursive: true }),
    'without its log': (postgres) => {
      rmSync(path.join(postgres, 'pg_wal'), { recursive: true });
      mkdirSync(path.join(postgres, 'pg_wal'));
    },
  };
  for (const [how, damage] of Object.entries(damages)) {
    it(`refuses a data folder ${how} and leaves it as it is`, async () => {
      const own = used();
      const postgres = path.join(own, 'postgres');
      damage(postgres);
      const before = fingerprint(postgres);
      const { code, message } = await refusal(own);
      assert.equal(code, 11, message);
      assert.match(message, /^The database in the data folder .* is damaged \(.*\); nothing was changed/);
      assert.deepEqual(fingerprint(postgres), before);
    });
  }

  it('refuses a folder of a newer version and leaves it as it is', async () => {
    const own = folder();
    await stopProcess((await start(own)).child);
    writeFileSync(
      path.join(own, 'folder.json'),
      JSON.stringify({ postgres: '18', schema: '99991231000000' }),
    );
    const content = () => Object.entries(fingerprint(own)).filter(([file]) => !/^lock\.\d+/.test(file));
    const before = content();
    const { code, message } = await refusal(own);
    assert.equal(code, 13);
    assert.match(message, /was made by a newer version of Runglass/);
    assert.deepEqual(content(), before);
  });

  it('says what is wrong with its arguments', async () => {
    assert.equal((await refusal(folder(), ['--port', 'x'])).code, 2);
    assert.equal((await refusal(folder(), ['--token-lifetime', 'x'])).code, 2);
    assert.equal((await refusal(folder(), ['--unknown'])).code, 2);
  });

  it('makes access tokens that live as long as asked for', async () => {
    const { ready } = await start(used(), ['--token-lifetime', '8']);
    // The first answer takes longest, and is not to be waited for with a token that runs out.
    await makeClient(ready.url, ready.secretKey).from('projects').select('id').throwOnError();
    const client = makeClient(ready.url, ready.publishableKey);
    const { data } = await client.auth.signInWithPassword(ready.user);
    assert.equal(data.session?.expires_in, 8);
    const headers = { apikey: ready.publishableKey, authorization: `Bearer ${data.session?.access_token}` };
    const ask = async () => (await fetch(`${ready.url}/rest/v1/projects`, { headers })).status;
    assert.equal(await ask(), 200);
    const expiresAt = (data.session?.expires_at ?? 0) * 1000;
    await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now() + 1_000));
    assert.equal(await ask(), 401);
  });

  it('leaves the parser as it is: to optimize it V8 would take 600 MB for a moment', async function () {
    if (process.platform !== 'linux') this.skip();
    const { child, ready } = await start(used());
    const admin = makeClient(ready.url, ready.secretKey);
    for (let index = 0; index < 200; index++) await admin.from('projects').select('name').throwOnError();
    const most = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    assert.ok(Number(most) < 450 * 1024, `${most} kB`);
  });

  it('ends after the last lease', async () => {
    const { child, ready } = await start(used(), ['--idle-exit', '3']);
    const lease = await openLease(ready.url, ready.secretKey);
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    assert.equal(child.exitCode, null, 'a lease keeps it');
    const exit = new Promise((resolve) => child.once('exit', resolve));
    lease.destroy();
    assert.equal(await exit, 0);
  });

  it('serves REST, Auth and Realtime to this machine and nothing else to anybody', async () => {
    const { ready } = await start(used());
    const { port } = new URL(ready.url);
    const ask = (headers: Record<string, string>, where = '/rest/v1/projects', method = 'GET') =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        http
          .request(
            {
              host: '127.0.0.1',
              port,
              path: where,
              method,
              headers: { apikey: ready.secretKey, ...headers },
            },
            resolve,
          )
          .on('error', reject)
          .end();
      });
    const status = async (...args: Parameters<typeof ask>) => {
      const response = await ask(...args);
      response.resume();
      return response.statusCode;
    };
    assert.equal(await status({}), 200);
    assert.equal(await status({ host: `localhost:${port}` }), 200);
    assert.equal(await status({ host: 'evil.example' }), 403, 'a rebound name');
    assert.equal(await status({ host: `127.0.0.1.evil.example:${port}` }), 403);
    assert.equal(await status({ host: `127.0.0.1:${Number(port) + 1}` }), 403);
    assert.equal(await status({ origin: 'https://example.com' }), 403);
    assert.equal(await status({ origin: 'null' }), 403);
    assert.equal(await status({ origin: 'http://localhost.example.com' }), 403);
    assert.equal(await status({ origin: 'https://example.com' }, '/rest/v1/projects', 'OPTIONS'), 403);
    const webview = await ask({ origin: 'vscode-webview://abc' });
    webview.resume();
    assert.equal(webview.headers['access-control-allow-origin'], 'vscode-webview://abc');
    for (const where of ['/', '/storage/v1/bucket', '/api/config', '/rest/v11', '/admin', '/auth/v1/../../x'])
      assert.equal(await status({}, where), 404, where);
    assert.equal(await status({ apikey: 'no' }, '/runglass/v1/lease'), 401);
    const large = await fetch(`${ready.url}/rest/v1/projects`, {
      method: 'POST',
      headers: { apikey: ready.secretKey },
      body: Buffer.alloc(17 * 1024 * 1024),
    }).catch(() => null);
    assert.ok(large === null || large.status === 413, 'too large');
    assert.equal(await status({}), 200, 'and still there');
  });

  it('listens on the loopback address only', async () => {
    const { ready } = await start(used());
    const own = Object.values((await import('node:os')).networkInterfaces())
      .flat()
      .find((entry) => entry && !entry.internal && entry.family === 'IPv4');
    if (!own) return;
    const port = Number(new URL(ready.url).port);
    const reached = await new Promise((resolve) => {
      const socket = net.connect({ host: own.address, port, timeout: 2000 });
      socket.on('connect', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('timeout', () => resolve(false));
    });
    assert.equal(reached, false);
  });

  it('keeps what the packages print, and secrets, off stdout', async () => {
    const own = folder();
    const { child, ready } = await start(own);
    let printed = '';
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      printed += chunk;
    });
    const admin = makeClient(ready.url, ready.secretKey);
    const { error } = await admin.from('projects').insert({ name: 'x', user_id: 'not-a-uuid' });
    assert.ok(error);
    await stopProcess(child);
    assert.equal(printed, '');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Names, sizes and contents of everything below a folder. */
function fingerprint(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), createHash('sha1').update(readFileSync(file)).digest('hex')];
    }),
  );
}

async function closedPort(): Promise<{ port: number }> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}

function openLease(url: string, secretKey: string): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/runglass/v1/lease`, { headers: { apikey: secretKey }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', () => {});
      response.once('data', () => {
        request.off('error', reject);
        request.on('error', () => {});
        resolve(request);
      });
    });
  });
}
