import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import * as vscode from 'vscode';
import { pause, useScene } from '../support/scene.ts';

/** The end of a process is heard at once; this much a busy machine may take, ms. */
const heard = 5_000;

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

describe('a backend that goes away', function () {
  this.timeout(120_000);
  const scene = useScene();

  it('is killed amid changes and comes back where it was', async () => {
    const { url } = scene.backend.ready;
    const interrupted = scene.change().catch((error: Error) => error);
    await pause(300);
    await scene.stopBackend('SIGKILL');
    assert.ok((await interrupted) instanceof Error, 'changes were under way');
    await scene.says(['offline'], 15_000);
    await scene.startBackend();
    assert.equal(scene.backend.ready.url, url);
    await scene.change();
    await scene.settles(40_000);
  });

  it('is killed and comes back elsewhere while the network is cut', async () => {
    const cut = Date.now();
    scene.proxy.cut();
    await scene.stopBackend('SIGKILL');
    await scene.startBackend('--port', await freePort());
    await scene.change();
    await pause(cut + heard - Date.now());
    scene.saidNothingFalse(cut + heard, Date.now(), cut + heard);
    scene.proxy.retarget(scene.backend.ready.url);
    scene.proxy.heal();
    await scene.settles(45_000);
  });

  it('stands still for 20 s: offline when asked, and right again by itself', async () => {
    const stopped = Date.now();
    scene.backend.child.kill('SIGSTOP');
    const changed = scene.change();
    const refreshed = vscode.commands.executeCommand('runglass.refresh');
    await scene.says(['offline'], 15_000);
    await pause(stopped + 20_000 - Date.now());
    scene.saidNothingFalse(stopped + 15_000, Date.now(), stopped + heard);
    scene.backend.child.kill('SIGCONT');
    await Promise.all([changed, refreshed]);
    await scene.settles(40_000);
  });
});
