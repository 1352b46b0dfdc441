import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeClient } from '../../support/backend.ts';
import { type Build, buildVersion, newestSchema } from './build.ts';
import { Scene, Writer } from './scene.ts';
import {
  backendsOf,
  describeWindows,
  killBackends,
  serving,
  timesTaken,
  until,
  type WindowProcess,
} from './windowProcess.ts';

const migration =
  'create table public.of_the_new_version (id int primary key); insert into public.of_the_new_version values (7);';

describeWindows('windows of two versions', function () {
  this.timeout(300_000);
  let older: Build;
  let newer: Build;
  let stranger: Build;
  let scene: Scene;

  before(async () => {
    older = await buildVersion({ version: '1.9.0' });
    newer = await buildVersion({ version: '1.10.0-rc.1', migration });
    stranger = await buildVersion({ version: '1.11.0', protocol: 2 });
  });
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene.dispose());

  const settled = async (windows: readonly WindowProcess[], version: string) => {
    await until(
      () => {
        const server = serving(scene.folder);
        return (
          server?.version === version &&
          windows.every(({ said }) => {
            const last = said.at(-1);
            return last?.kind === 'using' && last.pid === server.pid;
          })
        );
      },
      () => JSON.stringify([serving(scene.folder)?.version, ...windows.map(({ said }) => said)]),
    );
    await scene.servedBy(serving(scene.folder)?.pid);
  };

  it('use the newer one, which takes over what the older one serves, on the same address and with all rows', async () => {
    const old = [scene.open(older), scene.open(older)];
    await settled(old, '1.9.0');
    const { url, pid } = serving(scene.folder) ?? assert.fail('nobody serves');
    const writer = new Writer(scene.folder);
    await writer.more(20);
    const fresh = scene.open(newer);
    await settled([...old, fresh], '1.10.0-rc.1');
    await writer.more(20);
    await writer.stop();
    assert.deepEqual(await writer.lost(), []);
    const now = serving(scene.folder) ?? assert.fail('nobody serves');
    assert.notEqual(now.pid, pid);
    assert.equal(now.url, url);
    const { data } = await makeClient(now.url, now.secretKey)
      .from('of_the_new_version')
      .select()
      .throwOnError();
    assert.deepEqual(data, [{ id: 7 }]);
    for (const { said } of old)
      assert.deepEqual(
        said.map(({ kind }) => kind),
        ['using', 'lost', 'using'],
      );
    assert.equal(fresh.said.length, 1);
    assert.equal(timesTaken(scene.folder), 2, 'no third process had the folder in between');
    const late = scene.open(older);
    await late.uses();
    await fresh.close();
    await settled([...old, late], '1.10.0-rc.1');
    assert.equal(timesTaken(scene.folder), 2, 'an older window takes nothing back');
  });

  it('that open at the same instant come to rest at the newer one', async () => {
    const windows = [older, newer, older, newer].map((build) => scene.open(build));
    await settled(windows, '1.10.0-rc.1');
    assert.ok(timesTaken(scene.folder) <= 2, `${timesTaken(scene.folder)} processes had the folder`);
  });

  it('leave the start to the newer one that has announced itself, also when that takes a while', async () => {
    const old = scene.open(older);
    await old.uses();
    const { url, secretKey } = serving(scene.folder) ?? assert.fail('nobody serves');
    const headers = { apikey: secretKey };
    await fetch(`${url}/runglass/v1/stop?version=${newer.version}`, { method: 'POST', headers });
    await until(
      () => old.said.at(-1)?.kind === 'lost',
      () => 'it is told',
    );
    // Longer than a window waits that was told nothing.
    await sleep(1_500);
    await settled([scene.open(newer), old], newer.version);
    assert.equal(timesTaken(scene.folder), 2, 'no process of the older version came in between');
  });

  it('lose nothing when the newer process is killed in the midst of the upgrade', async () => {
    const old = scene.open(older);
    await old.uses();
    const first = serving(scene.folder)?.pid;
    const writer = new Writer(scene.folder);
    await writer.more(20);
    const fresh = scene.open(newer);
    for (const wait of [0, 50, 300, 600]) {
      const lost = () => old.said.filter(({ kind }) => kind === 'lost').length;
      await until(
        () => lost() > 0,
        () => 'the older one stops',
      );
      const isNewer = (pid: number) => pid !== first && isOf(pid, newer);
      await until(
        () => {
          // It may have heard of the end of its process only after another one had come up.
          if (fresh.said.at(-1)?.kind === 'problem') fresh.tryAgain();
          return backendsOf(scene.folder).some(isNewer);
        },
        () => `the newer one comes up: ${JSON.stringify(fresh.said)}`,
      );
      await sleep(wait);
      const killed = await until(
        () => {
          const pids = killBackends(scene.folder, isNewer);
          return pids.length > 0 && pids;
        },
        () => `it is there to be killed: ${JSON.stringify(fresh.said)}`,
      );
      await until(
        () => {
          if (fresh.said.at(-1)?.kind === 'problem') fresh.tryAgain();
          const pids = backendsOf(scene.folder);
          return pids.length > 0 && !pids.some((pid) => killed.includes(pid));
        },
        () => `another comes up: ${JSON.stringify(fresh.said)}`,
      );
    }
    await until(
      () => {
        for (const window of [old, fresh]) if (window.said.at(-1)?.kind === 'problem') window.tryAgain();
        const server = serving(scene.folder);
        return (
          server?.version === '1.10.0-rc.1' &&
          [old, fresh].every(({ said }) => {
            const last = said.at(-1);
            return last?.kind === 'using' && last.pid === server.pid;
          })
        );
      },
      () => JSON.stringify([old.said, fresh.said]),
    );
    await writer.more(5);
    await writer.stop();
    assert.deepEqual(await writer.lost(), []);
    const now = serving(scene.folder) ?? assert.fail('nobody serves');
    const { data } = await makeClient(now.url, now.secretKey)
      .from('of_the_new_version')
      .select()
      .throwOnError();
    assert.deepEqual(data, [{ id: 7 }]);
  });

  it('say so when the older one cannot speak with the newer backend, and leave that alone', async () => {
    const fresh = scene.open(stranger);
    const { pid } = await fresh.uses();
    const old = scene.open(older);
    const { reason, detail } = await old.complains();
    assert.equal(reason, 'backendNewer');
    assert.match(detail, /Version 1\.11\.0 serves .*; this window is of version 1\.9\.0/);
    assert.equal(serving(scene.folder)?.pid, pid);
    assert.equal(fresh.said.length, 1);
  });

  it('say so when the older one finds what the newer one has changed', async () => {
    const fresh = scene.open(newer, { times: { idleExit: 3 } });
    await fresh.uses();
    await fresh.close();
    await scene.ended();
    const old = scene.open(older);
    assert.equal((await old.complains()).reason, 'dataFolderNewer');
    assert.match(readFileSync(path.join(scene.folder, 'folder.json'), 'utf8'), new RegExp(newestSchema));
  });

  it('refuse a request to stop that does not come from a newer one with the key', async () => {
    await scene.open(newer).uses();
    const { url, secretKey, pid } = serving(scene.folder) ?? assert.fail('nobody serves');
    const ask = async (version: string, apikey: string) =>
      (await fetch(`${url}/runglass/v1/stop?version=${version}`, { method: 'POST', headers: { apikey } }))
        .status;
    assert.equal(await ask('9.0.0', 'no'), 401);
    for (const version of ['1.9.0', '1.10.0-rc.1', '1.10.0-beta', '', 'x'])
      assert.equal(await ask(version, secretKey), 409);
    await scene.servedBy(pid);
    assert.equal(await ask('1.10.0', secretKey), 202);
    await scene.windows[0]?.kill();
    await scene.ended();
    assert.equal(existsSync(path.join(scene.folder, 'backend.json')), false);
  });

  it('take over one whose file names no version, and start where the file is none of ours', async () => {
    const old = scene.open(older);
    await old.uses();
    const file = path.join(scene.folder, 'backend.json');
    const {
      version: _,
      protocol: __,
      ...rest
    } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify(rest));
    await scene.open(newer).uses(({ version }) => version === '1.10.0-rc.1');
    for (const text of ['', '[]', '{"pid":"x"}', '{"version":"1.10.0-rc.1","protocol":1}', '{"version":3}']) {
      for (const window of scene.windows.splice(0)) await window.kill();
      killBackends(scene.folder);
      await scene.ended();
      writeFileSync(file, text);
      await scene.open(newer).uses();
    }
  });
});

function isOf(pid: number, { mainPath }: Build): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mainPath);
  } catch {
    return false;
  }
}
