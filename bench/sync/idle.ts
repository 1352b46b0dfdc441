import { FaultProxy } from '../../test/support/faultProxy.ts';
import { type Row, row } from '../rows.ts';
import { makeAccount } from './account.ts';
import { fastClock, Host, type Looks, pause } from './host.ts';
import type { Stack } from './stack.ts';

/** The engine's clock runs so much faster; its questions and the answers are real. */
const factor = 10;
const minutes = 10;

/** How often a live engine asks while nothing changes, by who looks: three engines for three users at once. */
export async function measureIdle(stack: Stack): Promise<Row[]> {
  const [watched, awaiting, nobody] = await Promise.all(
    (['watched', 'awaitsRuns', 'nobody'] as const).map((looks) => countRequests(stack, looks)),
  );
  const { name } = stack;
  return [
    row(`${name}: idle and watched, requests a minute`, (watched ?? 0) / minutes, 'requests', { atMost: 1 }),
    row(
      `${name}: idle and waiting for runs to end, requests in 5 minutes`,
      ((awaiting ?? 0) / minutes) * 5,
      'requests',
      {
        atMost: 1,
      },
    ),
    row(`${name}: idle and unwatched, requests in ${minutes} minutes`, nobody ?? 0, 'requests', {
      exactly: 0,
    }),
  ];
}

async function countRequests(stack: Stack, looks: Looks): Promise<number> {
  const user = await stack.newUser();
  await user.write(Object.values(makeAccount()).flat());
  const proxy = await FaultProxy.start(stack.url);
  const host = new Host(stack, user, { url: proxy.url, looks, clock: fastClock(factor) });
  try {
    await host.reaches('live');
    await pause(1_000);
    const before = proxy.requests.length;
    await pause((minutes * 60_000) / factor);
    return proxy.requests.length - before;
  } finally {
    host.dispose();
    await proxy.stop();
  }
}
