import { randomUUID } from 'node:crypto';
import { FaultProxy } from '../../test/support/faultProxy.ts';
import { type Row, row } from '../rows.ts';
import { event, make } from './account.ts';
import { Host, pause, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

const sizes = [0, 21, 421, 5_000];

/** What it takes to be right again after an outage of everything, during which so many changes were made. */
export async function measureCatchUp(stack: Stack): Promise<Row[]> {
  const user = await stack.newUser();
  const proxy = await FaultProxy.start(stack.url);
  const host = new Host(stack, user, { url: proxy.url });
  try {
    await host.reaches('live');
    const rows: Row[] = [];
    for (const missed of sizes) rows.push(...(await outage(stack, user, proxy, host, missed)));
    return rows;
  } finally {
    host.dispose();
    await proxy.stop();
  }
}

async function outage(
  { name }: Stack,
  user: StackUser,
  proxy: FaultProxy,
  { engine }: Host,
  missed: number,
): Promise<Row[]> {
  const { replica } = engine;
  const pulls = () => proxy.requests.filter((path) => path.includes('/sync_pull')).length;
  proxy.cut();
  await until('the cut to be noticed', () => engine.status.state !== 'live');
  const last = await writeMissed(user, missed);
  // What was asked at the moment of the cut has failed by then.
  await pause(1_500);
  const before = { pulls: pulls(), down: proxy.bytes.down };
  const healedAt = Date.now();
  proxy.heal();
  // Looked at in the very moment of a change: the stream that comes back next asks again.
  let requests = 0;
  const look = () => {
    const isThere = last ? replica.tables.projects.has(last) : (engine.status.verifiedAt ?? 0) >= healedAt;
    if (isThere && requests === 0) requests = pulls() - before.pulls;
  };
  const listening = [engine.onDidChangeStatus(look), replica.onDidChange(look)];
  // The engine comes back by itself: what counts begins with its first question.
  await until('the first pull', () => pulls() > before.pulls);
  const startedAt = performance.now();
  await until(`${missed} missed changes`, () => requests > 0);
  const ms = performance.now() - startedAt;
  const kB = (proxy.bytes.down - before.down) / 1000;
  for (const one of listening) one.dispose();
  await until('live again', () => engine.status.state === 'live');
  const title = `${name}: catching up with ${missed.toLocaleString('en')} missed changes`;
  return [
    row(`${title}, requests`, requests, 'requests', { atMost: Math.max(1, Math.ceil(missed / 1_000)) }),
    row(`${title}, received`, kB, 'kB'),
    row(`${title}, time`, ms, 'ms'),
  ];
}

/** Answers the id of the row that was written last: all are there when it is, since pages are in commit order. */
async function writeMissed(user: StackUser, count: number): Promise<string | null> {
  if (count === 0) return null;
  const writes = make('ide_sync_events', count - 1, event);
  for (let from = 0; from < writes.length; from += 1_000) await user.write(writes.slice(from, from + 1_000));
  const id = randomUUID();
  await user.write([{ table: 'projects', row: { id, name: `after ${count}` } }]);
  return id;
}
