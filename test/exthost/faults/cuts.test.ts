import assert from 'node:assert/strict';
import { pause, useScene, withoutNews } from '../support/scene.ts';

/** A reset is heard at once; this much a busy machine may take, ms. */
const heard = 15_000;

describe('a network that is cut', function () {
  this.timeout(180_000);
  const scene = useScene();

  const cutFor = async (ms: number, within: number) => {
    const cut = Date.now();
    scene.proxy.cut();
    await scene.change();
    const noticed = await scene.says(withoutNews, cut, heard);
    await pause(cut + ms - Date.now());
    scene.saidNothingFalse(noticed, Date.now(), noticed);
    scene.proxy.heal();
    await scene.settles(within);
  };

  it('for 3 s: right again by itself', () => cutFor(3_000, 45_000));

  it('for 60 s: right again by itself', () => cutFor(60_000, 45_000));

  it('that is slow and narrow: right and live all the same', async () => {
    scene.proxy.latency(300);
    scene.proxy.bandwidth(20_000);
    await scene.change();
    await scene.settles(40_000);
    assert.ok((scene.page.status?.latency ?? 0) >= 0);
  });
});
