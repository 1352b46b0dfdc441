import type { RowChange } from '../../src/shared/changes.ts';
import type { HostMessage } from '../../src/shared/protocol.ts';
import { makeClient } from '../../test/support/backend.ts';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import { make, run as newRun } from './account.ts';
import { Host, pause, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

const rounds = 7;
const writes = 30;

/** When each write, named by the step that it set, was committed and where it was seen, ms since 1970. */
interface Seen {
  readonly committed: Map<number, number>;
  readonly bare: Map<number, number>;
  readonly replica: Map<number, number>;
  readonly page: Map<number, number>;
}

/**
 * Commit to a plain supabase-js callback, to the replica and to the batch for the page, side by side in this process.
 * The server tells sockets in the order in which they joined, so they take turns in being the first. The ratio is the
 * median of the rounds': a stall of the machine in the wrong moment spoils one of them.
 */
export async function measureLatency(stack: Stack): Promise<Row[]> {
  const all: Latencies = { bare: [], replica: [], behind: [] };
  const ratios: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const { bare, replica, behind } = latencies(await round(stack, n % 2 === 0 ? 'bare' : 'host'));
    all.bare.push(...bare);
    all.replica.push(...replica);
    all.behind.push(...behind);
    ratios.push(quantile(replica, 0.95) / quantile(bare, 0.95));
  }
  const { name } = stack;
  return [
    row(`${name}: commit to bare callback, p50`, median(all.bare), 'ms'),
    row(`${name}: commit to bare callback, p95`, quantile(all.bare, 0.95), 'ms'),
    row(`${name}: commit to replica, p50`, median(all.replica), 'ms'),
    row(`${name}: commit to replica, p95`, quantile(all.replica, 0.95), 'ms'),
    row(`${name}: replica against bare callback, p95`, median(ratios), 'x', { atMost: 1.2 }),
    row(`${name}: page's batch behind the replica, p50`, median(all.behind), 'ms'),
    row(`${name}: page's batch behind the replica, p95`, quantile(all.behind, 0.95), 'ms', { atMost: 75 }),
  ];
}

/** In ms. */
interface Latencies {
  readonly bare: number[];
  readonly replica: number[];
  readonly behind: number[];
}

function latencies({ committed, bare, replica, page }: Seen): Latencies {
  const between = (from: Map<number, number>, to: Map<number, number>) =>
    [...to].map(([step, at]) => at - (from.get(step) ?? Number.NaN));
  return {
    bare: between(committed, bare),
    replica: between(committed, replica),
    behind: between(replica, page),
  };
}

async function round(stack: Stack, first: 'bare' | 'host'): Promise<Seen> {
  const seen: Seen = { committed: new Map(), bare: new Map(), replica: new Map(), page: new Map() };
  const user = await stack.newUser();
  const [run] = make('training_runs', 1, newRun);
  if (!run) throw new Error('There is no run.');
  await user.write([run]);
  const openBare = () => subscribeBare(stack, user, seen);
  const openHost = () => openMeasured(stack, user, seen);
  const closes = [];
  for (const open of first === 'bare' ? [openBare, openHost] : [openHost, openBare])
    closes.push(await open());
  for (let step = 1; step <= writes; step++) {
    await user.write([{ table: 'training_runs', row: { ...run.row, step } }]);
    await until(`write ${step}`, () => seen.page.has(step) && seen.bare.has(step));
    // Neither in step with a timer of ours nor with one of the server's.
    await pause(40 + Math.random() * 80);
  }
  for (const close of closes) await close();
  return seen;
}

async function subscribeBare(stack: Stack, user: StackUser, seen: Seen): Promise<() => Promise<unknown>> {
  const client = makeClient(stack.url, stack.publishableKey);
  const { accessToken, userId } = user.credentials;
  await client.realtime.setAuth(accessToken);
  let armed = false;
  client
    .channel('bench')
    .on(
      'postgres_changes',
      { event: '*', schema: 'public', table: 'training_runs', filter: `user_id=eq.${userId}` },
      ({ new: record, commit_timestamp }) => {
        const step = Number((record as { step?: number }).step);
        seen.bare.set(step, now());
        seen.committed.set(step, Date.parse(commit_timestamp));
      },
    )
    .on('system', {}, ({ status }: { status: string }) => {
      armed = status === 'ok';
    })
    .subscribe();
  await until('the bare client to be subscribed', () => armed);
  return async () => {
    await client.removeAllChannels();
    await client.realtime.disconnect();
  };
}

async function openMeasured(stack: Stack, user: StackUser, seen: Seen): Promise<() => Promise<void>> {
  const onPost = (message: HostMessage) => {
    if (message.type !== 'patch') return;
    for (const { step } of message.tables.training_runs?.up ?? []) note(seen.page, step);
  };
  const host = new Host(stack, user, { onPost });
  await host.reaches('live');
  host.engine.replica.onDidChange(({ changes }) => {
    for (const change of changes) if (isRun(change)) note(seen.replica, change.new?.step ?? null);
  });
  return async () => host.dispose();
}

function isRun(change: RowChange): change is RowChange<'training_runs'> {
  return change.table === 'training_runs';
}

function note(times: Map<number, number>, step: number | null): void {
  if (step !== null && step > 0) times.set(step, now());
}

/** ms since 1970, finer than `Date.now`. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
