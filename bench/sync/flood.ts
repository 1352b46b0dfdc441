import { applyPatches, emptyTables, type TableMaps } from '../../src/shared/patch.ts';
import type { HostMessage } from '../../src/shared/protocol.ts';
import { tables } from '../../src/shared/tables.ts';
import { type Row, row } from '../rows.ts';
import { perSecond } from '../statistics.ts';
import { makeAccount } from './account.ts';
import { Host, pause, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

const rate = 1_000;
const seconds = 30;

/**
 * 1,000 changes a second for half a minute. The host is this process, the backend another one, so its CPU is that of
 * engine, bridge and the JSON that VS Code makes of each post.
 */
export async function measureFlood(stack: Stack): Promise<Row[]> {
  const user = await stack.newUser();
  await user.write(Object.values(makeAccount()).flat());
  const posts: HostMessage[] = [];
  /** When there was one, ms. */
  const times = { batches: [] as number[], posts: [] as number[] };
  const onPost = (message: HostMessage) => {
    posts.push(message);
    times.posts.push(performance.now());
    JSON.stringify(message);
  };
  const host = new Host(stack, user, { onPost });
  try {
    await host.reaches('live');
    const { replica } = host.engine;
    replica.onDidChange(() => void times.batches.push(performance.now()));
    const before = { cpu: process.cpuUsage(), at: performance.now() };
    times.posts = [];
    const changes = await user.flood(rate, seconds);
    const took = (performance.now() - before.at) / 1_000;
    const cpu = process.cpuUsage(before.cpu);
    const rates = { batches: perSecond(times.batches), posts: perSecond(times.posts) };
    const wrong = await settledDifference(host, user, posts);
    const title = `${stack.name}: ${rate.toLocaleString('en')} changes a second for ${seconds} s`;
    return [
      row(`${title}, changes committed`, changes / took, 'changes/s'),
      row(`${title}, CPU of the host`, ((cpu.user + cpu.system) / 1e6 / took) * 100, '% of one core'),
      row(`${title}, batches of the replica`, rates.batches, '/s', { atMost: 20 }),
      row(`${title}, posts to the page`, rates.posts, '/s', { atMost: 20 }),
      row(`${title}, rows that differ in the end, replica`, wrong.replica, 'rows', { exactly: 0 }),
      row(`${title}, rows that differ in the end, page`, wrong.page, 'rows', { exactly: 0 }),
    ];
  } finally {
    host.dispose();
  }
}

/** Rows that are not the database's, a minute after the last change at the latest. */
async function settledDifference(host: Host, user: StackUser, posts: readonly HostMessage[]) {
  const wanted = new Map<string, number>();
  for (const table of tables)
    for (const [id, seq] of await user.numbers(table)) wanted.set(`${table}/${id}`, seq);
  const { replica } = host.engine;
  await until('the end', () => differing(replica.tables, wanted) === 0).catch(() => {});
  // The last post is at most one interval behind the last batch.
  await pause(500);
  return {
    replica: differing(replica.tables, wanted),
    page: differing(posts.reduce(applyPost, emptyTables()), wanted),
  };
}

function differing(held: TableMaps, wanted: ReadonlyMap<string, number>): number {
  const numbers = tables.flatMap((table) =>
    [...held[table].values()].map((one) => [`${table}/${one.id}`, one.sync_seq] as const),
  );
  const same = numbers.filter(([key, seq]) => wanted.get(key) === seq).length;
  return numbers.length + wanted.size - 2 * same;
}

function applyPost(maps: TableMaps, message: HostMessage): TableMaps {
  if (message.type === 'patch') return applyPatches(maps, message.tables);
  if (message.type !== 'snapshot') return maps;
  const byId = tables.map((table) => [table, new Map(message.tables[table].map((one) => [one.id, one]))]);
  return Object.fromEntries(byId);
}
