import { randomUUID } from 'node:crypto';
import { FaultProxy } from '../../test/support/faultProxy.ts';
import { type Row, row } from '../rows.ts';
import { type AccountRows, event, makeAccount } from './account.ts';
import { Host, pause, until } from './host.ts';
import { Refetching } from './refetching.ts';
import type { Stack, StackUser, Write } from './stack.ts';

const changes = 1_000;
/** Committed a second at most: below the rate at which a hosted project begins to drop. */
const rate = 50;

/**
 * Requests and bytes of 1,000 changes, each client behind a proxy of its own that counts bytes on the wire. Nobody
 * looks, so that no head check is among the engine's requests: what those cost is measured apart (idle.ts).
 */
export async function measureCost(stack: Stack): Promise<Row[]> {
  const user = await stack.newUser();
  const account = makeAccount();
  await user.write(Object.values(account).flat());
  const ours = await FaultProxy.start(stack.url);
  const theirs = await FaultProxy.start(stack.url);
  const host = new Host(stack, user, { url: ours.url, looks: 'nobody' });
  // The fake has no queries that could be asked again.
  const dashboard = stack.name === 'embedded' ? await Refetching.open(stack, user, theirs.url) : null;
  try {
    await host.reaches('live');
    await pause(500);
    const before = [cost(ours), cost(theirs)] as const;
    const last = await writeChanges(user, account);
    const { replica } = host.engine;
    await until('the last change', () => replica.tables.training_runs.get(last)?.step === changes);
    await dashboard?.settles();
    const engine = difference(cost(ours), before[0]);
    const reference = difference(cost(theirs), before[1]);
    return report(stack, engine, dashboard ? reference : null);
  } finally {
    host.dispose();
    await dashboard?.close();
    await ours.stop();
    await theirs.stop();
  }
}

interface Cost {
  readonly requests: number;
  readonly bytes: number;
}

function cost({ requests, bytes }: FaultProxy): Cost {
  return { requests: requests.length, bytes: bytes.up + bytes.down };
}

function difference(after: Cost, before: Cost): Cost {
  return { requests: after.requests - before.requests, bytes: after.bytes - before.bytes };
}

function report({ name }: Stack, engine: Cost, reference: Cost | null): Row[] {
  const title = `${name}: 1,000 changes`;
  const ours = [
    row(`${title}, queries of the engine`, engine.requests, 'requests', { exactly: 0 }),
    row(`${title}, bytes of the engine`, engine.bytes / 1_000, 'kB'),
  ];
  if (!reference) return ours;
  return [
    ...ours,
    row(`${title}, queries when refetching at each event`, reference.requests, 'requests'),
    row(`${title}, bytes when refetching at each event`, reference.bytes / 1_000, 'kB'),
    row(`${title}, refetching against the engine`, reference.bytes / engine.bytes, 'x'),
  ];
}

/** As while a few runs train: mostly their progress. Answers the id of the run whose step the last write set. */
async function writeChanges(user: StackUser, account: AccountRows): Promise<string> {
  const startedAt = performance.now();
  for (let n = 1; n < changes; n++) {
    await user.write([change(account, n)]);
    const early = startedAt + (n / rate) * 1_000 - performance.now();
    if (early > 0) await pause(early);
  }
  const last = at(account.training_runs, 0).row;
  await user.write([{ table: 'training_runs', row: { ...last, step: changes } }]);
  return last.id;
}

function change({ training_runs, usage_tracking, models }: AccountRows, n: number): Write {
  const kind = n % 20;
  if (kind === 0) return { table: 'ide_sync_events', row: { ...event(n), id: randomUUID() } };
  if (kind === 1) return { table: 'models', row: { ...at(models, n).row, description: `Change ${n}` } };
  if (kind <= 5) return { table: 'usage_tracking', row: { ...at(usage_tracking, n).row, amount: n } };
  return { table: 'training_runs', row: { ...at(training_runs, n % 5).row, step: n } };
}

function at<T>(rows: readonly T[], n: number): T {
  const one = rows[n % rows.length];
  if (one === undefined) throw new Error('There are no rows.');
  return one;
}
