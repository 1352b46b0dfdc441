import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import { pause, useScene, withoutNews } from '../support/scene.ts';

/** The end of a process is heard at once; this much a busy machine may take, ms. */
const heard = 10_000;

/** Holds the port of a URL, unless somebody else has it; answers how to let it go. */
async function hold(url: string): Promise<() => void> {
  const server = createServer().listen(Number(new URL(url).port), '127.0.0.1');
  await once(server, 'listening').catch(() => {});
  return () => server.close();
}

describe('a backend that goes away', function () {
  this.timeout(180_000);
  const scene = useScene();

  it('is killed amid changes and comes back where it was', async () => {
    const { url } = scene.backend.ready;
    const interrupted = scene.change().catch((error: Error) => error);
    await pause(300);
    const killed = Date.now();
    await scene.stopBackend('SIGKILL');
    assert.ok((await interrupted) instanceof Error, 'changes were under way');
    await scene.says(['offline'], killed, 30_000);
    await scene.startBackend();
    assert.equal(scene.backend.ready.url, url);
    await scene.change();
    await scene.settles(40_000);
  });

  it('is killed and comes back elsewhere while the network is cut', async () => {
    const cut = Date.now();
    scene.proxy.cut();
    const { url } = scene.backend.ready;
    await scene.stopBackend('SIGKILL');
    const letGo = await hold(url);
    await scene.startBackend().finally(letGo);
    assert.notEqual(scene.backend.ready.url, url);
    await scene.change();
    const noticed = await scene.says(withoutNews, cut, heard);
    await pause(2_000);
    scene.saidNothingFalse(noticed, Date.now(), noticed);
    scene.proxy.retarget(scene.backend.ready.url);
    scene.proxy.heal();
    await scene.settles(45_000);
  });

  it('stands still for 20 s: offline when asked, and right again by itself', async () => {
    const stopped = Date.now();
    scene.backend.child.kill('SIGSTOP');
    const changed = scene.change();
    const refreshed = vscode.commands.executeCommand('runglass.refresh');
    const noticed = await scene.says(['offline'], stopped, 40_000);
    await pause(Math.max(stopped + 20_000, noticed + 2_000) - Date.now());
    scene.saidNothingFalse(noticed, Date.now(), stopped + heard);
    scene.backend.child.kill('SIGCONT');
    await Promise.all([changed, refreshed]);
    await scene.settles(40_000);
  });
});
