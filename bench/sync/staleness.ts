import { FaultProxy } from '../../test/support/faultProxy.ts';
import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { make } from './account.ts';
import { fastClock, Host, type HostOptions, pause, realClock, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

const rounds = 5;
/** For what takes a minute: the engine's clock runs so much faster, the requests do not. */
const factor = 10;
/** How long the machine is taken to sleep, ms. */
const sleep = 60_000;

/** How long rows may be wrong: a lost change before another one, a lost change that none follows, a machine that slept. */
export async function measureStaleness(stack: Stack): Promise<Row[]> {
  return [...(await gap(stack)), ...(await lostTail(stack)), ...(await slept(stack))];
}

/** The change after a lost one shows that there is a gap; from its commit until the lost one is there. */
async function gap(stack: Stack): Promise<Row[]> {
  const times: number[] = [];
  await withHost(stack, {}, async (host, user) => {
    for (let n = 0; n < rounds; n++) {
      const lost = await writeLost(stack, user);
      await user.write([project('after it')]);
      const startedAt = performance.now();
      await until('the lost change', () => host.engine.replica.tables.projects.has(lost));
      times.push(performance.now() - startedAt);
      await pause(200);
    }
  });
  return [
    row(`${stack.name}: a lost change, from the next one until it is there`, median(times), 'ms', {
      atMost: 600,
    }),
  ];
}

/** Lost right after a proof that all is there, so that the next one is as far away as it can be. */
async function lostTail(stack: Stack): Promise<Row[]> {
  let seconds = Number.NaN;
  await withHost(stack, { clock: fastClock(factor) }, async (host, user) => {
    const lost = await writeLost(stack, user);
    const startedAt = performance.now();
    await until('the lost change', () => host.engine.replica.tables.projects.has(lost));
    seconds = ((performance.now() - startedAt) * factor) / 1_000;
  });
  return [row(`${stack.name}: a lost change that none follows, found after`, seconds, 's', { atMost: 61 })];
}

/** A minute's sleep, in which the socket died unheard and something changed; from waking up. */
async function slept(stack: Stack): Promise<Row[]> {
  const proxy = await FaultProxy.start(stack.url);
  let shift = 0;
  const clock = { now: () => Date.now() + shift, setTimeout: realClock.setTimeout };
  const seconds = { noticed: Number.NaN, right: Number.NaN };
  try {
    await withHost(stack, { clock, url: proxy.url }, async (host, user) => {
      proxy.halfOpen({ only: 'websocket' });
      const write = project('while it slept');
      await user.write([write]);
      const wokenAt = performance.now();
      const past = () => (performance.now() - wokenAt) / 1_000;
      shift = sleep;
      await until('the sleep to be noticed', () => host.engine.status.state !== 'live');
      seconds.noticed = past();
      await until('what changed meanwhile', () => host.engine.replica.tables.projects.has(write.row.id));
      await host.reaches('live');
      seconds.right = past();
    });
  } finally {
    await proxy.stop();
  }
  return [
    row(`${stack.name}: sleep, noticed after`, seconds.noticed, 's', { atMost: 7 }),
    row(`${stack.name}: sleep, right and live again after`, seconds.right, 's', { atMost: 15 }),
  ];
}

async function withHost(
  stack: Stack,
  options: HostOptions,
  act: (host: Host, user: StackUser) => Promise<void>,
): Promise<void> {
  const user = await stack.newUser();
  const host = new Host(stack, user, options);
  try {
    await host.reaches('live');
    await act(host, user);
  } finally {
    host.dispose();
  }
}

/** Answers the id of a row whose event is not sent. */
async function writeLost({ lose }: Stack, user: StackUser): Promise<string> {
  if (!lose) throw new Error('This stack loses nothing.');
  await lose();
  const write = project('lost');
  await user.write([write]);
  return write.row.id;
}

function project(name: string) {
  const [write] = make('projects', 1, () => ({ name }));
  if (!write) throw new Error('There is no row.');
  return write;
}
