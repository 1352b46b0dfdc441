import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeClient } from '../../support/backend.ts';
import { type Build, buildVersion, current } from './build.ts';
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

describeWindows('windows that share the local backend', function () {
  this.timeout(300_000);
  let build: Build;
  let scene: Scene;

  before(async () => {
    build = await buildVersion({ version: current });
  });
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene.dispose());

  const usePid = async (windows: readonly WindowProcess[]) => {
    const using = await Promise.all(windows.map((window) => window.uses()));
    for (const one of using) assert.deepEqual(one, using[0]);
    return using[0]?.pid;
  };

  it('are one process, whichever of the five goes and however, until the last', async () => {
    const windows = Array.from({ length: 5 }, () => scene.open(build, { times: { idleExit: 8 } }));
    const pid = await usePid(windows);
    await scene.servedBy(pid);
    const writer = new Writer(scene.folder);
    await writer.more(5);
    const [first, second, third, fourth, last] = windows;
    await first?.close();
    await second?.kill();
    third?.child.kill('SIGKILL');
    await third?.ended;
    await fourth?.kill();
    await writer.more(5);
    await writer.stop();
    assert.deepEqual(await writer.lost(), []);
    assert.equal(serving(scene.folder)?.pid, pid);
    assert.deepEqual(last?.said.length, 1, 'it has noticed nothing');
    await last?.close();
    await scene.ended();
    assert.equal(existsSync(path.join(scene.folder, 'backend.json')), false);
    assert.deepEqual(
      readdirSync(scene.folder).filter((name) => !/^(backend\.log|lock\.1)$/.test(name)),
      ['folder.json', 'postgres', 'secrets.json'],
    );
    assert.equal(
      await scene
        .open(build)
        .uses()
        .then(() => timesTaken(scene.folder)),
      2,
      'the next one takes it',
    );
  });

  it('agree on one whenever the window that starts it is killed', async () => {
    for (const wait of [0, 300, 900]) {
      const first = scene.open(build);
      await new Promise((resolve) => setTimeout(resolve, wait));
      const others = [scene.open(build), scene.open(build)];
      await first.kill();
      const pid = await usePid(others);
      await scene.servedBy(pid);
      await scene.dispose();
      scene = new Scene();
    }
  });

  it('agree on one whenever the process itself is killed while it starts', async () => {
    for (const wait of [100, 500]) {
      const windows = [scene.open(build), scene.open(build)];
      await until(
        () => backendsOf(scene.folder).length > 0,
        () => 'it starts',
      );
      await new Promise((resolve) => setTimeout(resolve, wait));
      // Each window may have started one, of which all but the one that has the folder end by themselves.
      const killed = await until(
        () => {
          const pids = killBackends(scene.folder);
          return pids.length > 0 && pids;
        },
        () => 'one of them is there to be killed',
      );
      await until(
        () => {
          for (const window of windows) if (window.said.at(-1)?.kind === 'problem') window.tryAgain();
          const now = serving(scene.folder)?.pid;
          return now && !killed.includes(now) && windows.every(({ said }) => said.at(-1)?.kind === 'using');
        },
        () => JSON.stringify(windows.map(({ said }) => said)),
      );
      await scene.servedBy(serving(scene.folder)?.pid);
      const { url, secretKey } = serving(scene.folder) ?? assert.fail('nobody serves');
      await makeClient(url, secretKey).from('projects').select('id').limit(1).throwOnError();
      await scene.dispose();
      scene = new Scene();
    }
  });

  it('keep it when one comes within the time that it waits for', async () => {
    const first = scene.open(build, { times: { idleExit: 12 } });
    const { pid } = await first.uses();
    await first.close();
    const second = scene.open(build);
    assert.equal((await second.uses()).pid, pid);
    await second.close();
    await scene.ended();
  });

  it('of two data folders have two that do not disturb each other', async () => {
    const other = new Scene();
    try {
      const [one, two] = await Promise.all([scene.open(build).uses(), other.open(build).uses()]);
      assert.notEqual(one.url, two.url);
      assert.notEqual(one.publishableKey, two.publishableKey);
      process.kill(two.pid, 'SIGKILL');
      await until(
        () => other.windows[0]?.said.some(({ kind }) => kind === 'lost'),
        () => 'its own window notices',
      );
      assert.equal(scene.windows[0]?.said.length, 1, 'the other does not');
      assert.equal((await other.windows[0]?.uses())?.url, two.url);
    } finally {
      await other.dispose();
    }
  });
});
