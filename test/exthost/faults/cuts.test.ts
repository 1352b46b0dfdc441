import assert from 'node:assert/strict';
import { pause, useScene } from '../support/scene.ts';

/** A reset is heard at once; this much a busy machine may take, ms. */
const heard = 5_000;

describe('a network that is cut', function () {
  this.timeout(150_000);
  const scene = useScene();

  const cutFor = async (ms: number, within: number) => {
    const cut = Date.now();
    scene.proxy.cut();
    await scene.change();
    await pause(cut + ms - Date.now());
    const healed = Date.now();
    scene.proxy.heal();
    if (ms > heard) scene.saidNothingFalse(cut + heard, healed, cut + heard);
    await scene.settles(within);
  };

  it('for 3 s: right again by itself', () => cutFor(3_000, 20_000));

  it('for 60 s: right again by itself', () => cutFor(60_000, 45_000));

  it('that is slow and narrow: right and live all the same', async () => {
    scene.proxy.latency(300);
    scene.proxy.bandwidth(20_000);
    await scene.change();
    await scene.settles(40_000);
    assert.ok((scene.page.status?.latency ?? 0) >= 0);
  });
});
