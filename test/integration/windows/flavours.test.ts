import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Build, buildVersion } from './build.ts';
import { Scene } from './scene.ts';
import { describeWindows, serving, timesTaken } from './windowProcess.ts';

/** Another Node than ours, as another VS Code has; null where the machine has none. */
const otherNode = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== process.version && Number(/\d+/.exec(stdout)?.[0]) >= 20;
});

describeWindows('two VS Codes with different runtimes on one data folder', function () {
  this.timeout(300_000);
  let older: Build;
  let newer: Build;
  let scene: Scene;

  before(async function () {
    if (!otherNode) return this.skip();
    older = await buildVersion({ version: '1.2.0' });
    newer = await buildVersion({ version: '1.3.0' });
  });
  beforeEach(() => {
    scene = new Scene();
  });
  afterEach(() => scene.dispose());

  it('share the process of whichever came first', async () => {
    const one = scene.open(older, {}, otherNode);
    const two = scene.open(older);
    assert.deepEqual(await two.uses(), await one.uses());
    await scene.servedBy(serving(scene.folder)?.pid);
  });

  it('go over to the newer version, whichever has it', async () => {
    const one = scene.open(older);
    const { url } = await one.uses();
    const two = scene.open(newer, {}, otherNode);
    const using = await two.uses();
    assert.equal(using.version, '1.3.0');
    assert.deepEqual(await one.uses(({ version }) => version === '1.3.0'), using);
    assert.equal(using.url, url);
    assert.equal(timesTaken(scene.folder), 2);
    assert.equal(serving(scene.folder)?.pid, using.pid);
  });
});
