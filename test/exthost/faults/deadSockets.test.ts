import assert from 'node:assert/strict';
import { logSince } from '../support/extensionLog.ts';
import { pause, useScene, withoutNews } from '../support/scene.ts';

/** No connection that is dead is believed for longer, ms; SYNC.md. */
const zombieBound = 60_000;
/** What a busy machine may take on top, ms. */
const slack = 10_000;

describe('a network that falls silent', function () {
  this.timeout(200_000);
  const scene = useScene();

  it('stalls: noticed within 60 s, right again once it flows', async () => {
    const stalled = Date.now();
    scene.proxy.stall();
    await scene.change();
    const noticed = await scene.says(withoutNews, Date.now(), zombieBound + slack);
    await pause(2_000);
    scene.saidNothingFalse(noticed, Date.now(), stalled + slack);
    scene.proxy.heal();
    await scene.settles(40_000);
  });

  it('leaves the connections half open: found within 60 s, and right again over new ones', async () => {
    const { opened } = scene.proxy.webSockets;
    const from = Date.now();
    scene.proxy.halfOpen();
    await scene.change();
    await scene.says(withoutNews, from, zombieBound + slack);
    await scene.settles(30_000);
    assert.ok(scene.proxy.webSockets.opened > opened);
  });

  it('because this machine sleeps: noticed within 7 s of waking, right within 15 s', async () => {
    const from = Date.now();
    // What a sleeping machine does not answer is given up by the other side.
    scene.proxy.halfOpen({ only: 'websocket' });
    const woken = await scene.sleep(12_000);
    await scene.settles(woken + 15_000 + slack - Date.now());
    const noticed = logSince(from).find(({ text }) => text.includes('Woken after'));
    assert.ok(noticed, 'the log says that it was woken');
    assert.ok(noticed.at - woken <= 7_000 + slack, `${noticed.at - woken} ms after waking`);
  });
});
