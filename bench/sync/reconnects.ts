import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Row, row } from '../rows.ts';
import { makeAccount } from './account.ts';
import { fastClock, Host, pause, until } from './host.ts';
import type { Stack } from './stack.ts';

/** After so many reconnects the heap is looked at; what fills only once (caches of V8 and of fetch) is full by the second. */
const looks = [20, 100, 200] as const;

/** What reconnecting leaves behind. The server is another process; waits of the engine run ten times as fast. */
export async function measureReconnects(stack: Stack): Promise<Row[]> {
  const { cut, name } = stack;
  if (!cut) return [];
  const user = await stack.newUser();
  await user.write(Object.values(makeAccount()).flat());
  const host = new Host(stack, user, { clock: fastClock(10), onPost: () => {} });
  try {
    await host.reaches('live');
    const seen: { readonly heap: number; readonly resources: number }[] = [];
    for (let n = 1; n <= looks[2]; n++) {
      await cut();
      await until('the cut to be noticed', () => host.engine.status.state !== 'live');
      await host.reaches('live');
      if (looks.some((at) => at === n)) seen.push(await look());
    }
    const [first, middle, last] = seen;
    if (!first || !middle || !last) throw new Error('The heap was not looked at.');
    const growth = (last.heap - middle.heap) / (looks[2] - looks[1]);
    return [
      ...seen.map(({ heap }, i) => row(`${name}: heap after ${looks[i]} reconnects`, heap / 1e6, 'MB')),
      row(`${name}: heap that a reconnect leaves behind`, growth / 1_000, 'kB', { atMost: 1 }),
      row(
        `${name}: timers and handles more after ${looks[2]} than after ${looks[0]} reconnects`,
        last.resources - first.resources,
        '',
        { atMost: 0 },
      ),
    ];
  } finally {
    host.dispose();
  }
}

/** A while later, so that what lets go of itself after some seconds has gone. */
async function look(): Promise<{ readonly heap: number; readonly resources: number }> {
  await pause(11_000);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round++) {
    collect();
    await pause(50);
  }
  return { heap: dataBytes(), resources: process.getActiveResourcesInfo().length };
}

/**
 * Objects only: compiled code grows for some hundred rounds and then no more, and the large objects are the sources of
 * modules, among them Node's own compiler of TypeScript (3.8 MB), which go whenever V8 likes.
 */
function dataBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'new_space' || space_name === 'old_space')
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}
