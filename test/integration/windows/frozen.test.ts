import assert from 'node:assert/strict';
import { makeClient } from '../../support/backend.ts';
import { type Build, buildVersion, current } from './build.ts';
import { Scene } from './scene.ts';
import { describeWindows, serving, timesTaken, until } from './windowProcess.ts';

describeWindows('a local backend that stands still', function () {
  this.timeout(300_000);
  let build: Build;
  let scene: Scene;

  before(async () => {
    build = await buildVersion({ version: current });
    scene = new Scene();
  });
  after(() => scene.dispose());

  it('is noticed by every window, replaced by none, and used again when it goes on', async () => {
    const times = { silence: 17_000, attach: 3_000 };
    const first = scene.open(build, { times });
    const { pid } = await first.uses();
    process.kill(pid, 'SIGSTOP');
    const second = scene.open(build, { times });
    for (const window of [second, first]) {
      const { reason, detail } = await window.complains();
      assert.equal(reason, 'backendUnresponsive');
      assert.match(detail, new RegExp(`process ${pid}, which has not answered`));
    }
    assert.equal(timesTaken(scene.folder), 1);
    process.kill(pid, 'SIGCONT');
    for (const window of [second, first]) window.tryAgain();
    for (const window of [second, first]) assert.equal((await window.uses()).pid, pid);
    await scene.servedBy(pid);
    assert.equal(timesTaken(scene.folder), 1, 'one writer all the time');
    const { url, secretKey } = serving(scene.folder) ?? assert.fail('nobody serves');
    await until(
      () => first.said.at(-1)?.kind === 'using',
      () => 'the first window is content',
    );
    await makeClient(url, secretKey).from('projects').select('id').limit(1).throwOnError();
  });
});
