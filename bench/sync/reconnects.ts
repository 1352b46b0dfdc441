import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Row, row } from '../rows.ts';
import { makeAccount } from './account.ts';
import { fastClock, Host, pause, until } from './host.ts';
import type { Stack } from './stack.ts';

/** After so many reconnects the heap is looked at; what is made once is there by the first. */
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
    const growth = (last.heap - first.heap) / (looks[2] - looks[0]);
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

/** Once what ended sockets hold for a moment is gone. */
async function look(): Promise<{ readonly heap: number; readonly resources: number }> {
  await pause(3_000);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) {
    collect();
    await pause(50);
  }
  return { heap: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length };
}
