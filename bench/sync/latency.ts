import type { RowChange } from '../../src/shared/changes.ts';
import type { HostMessage } from '../../src/shared/protocol.ts';
import { makeClient } from '../../test/support/backend.ts';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import { make, run as newRun } from './account.ts';
import { Host, pause, until } from './host.ts';
import type { Stack, StackUser } from './stack.ts';

const writes = 100;

/** When each write, named by the step that it set, was committed and where it was seen, ms since 1970. */
interface Seen {
  readonly committed: Map<number, number>;
  readonly bare: Map<number, number>;
  readonly replica: Map<number, number>;
  readonly page: Map<number, number>;
}

/**
 * Commit to a plain supabase-js callback, to the replica and to the batch for the page, side by side in this process.
 * The server tells sockets in the order in which they joined, so each goes first once.
 */
export async function measureLatency(stack: Stack): Promise<Row[]> {
  const seen: Seen = { committed: new Map(), bare: new Map(), replica: new Map(), page: new Map() };
  for (const first of ['bare', 'host'] as const) await round(stack, first, seen);
  const since = (place: Exclude<keyof Seen, 'committed'>) =>
    [...seen[place]].map(([step, at]) => at - (seen.committed.get(step) ?? Number.NaN));
  const bare = since('bare');
  const replica = since('replica');
  const behind = [...seen.page].map(([step, at]) => at - (seen.replica.get(step) ?? Number.NaN));
  const ratio = quantile(replica, 0.95) / quantile(bare, 0.95);
  const { name } = stack;
  return [
    row(`${name}: commit to bare callback, p50`, median(bare), 'ms'),
    row(`${name}: commit to bare callback, p95`, quantile(bare, 0.95), 'ms'),
    row(`${name}: commit to replica, p50`, median(replica), 'ms'),
    row(`${name}: commit to replica, p95`, quantile(replica, 0.95), 'ms'),
    row(`${name}: replica against bare callback, p95`, ratio, 'x', { atMost: 1.2 }),
    row(`${name}: page's batch behind the replica, p50`, median(behind), 'ms'),
    row(`${name}: page's batch behind the replica, p95`, quantile(behind, 0.95), 'ms', { atMost: 75 }),
  ];
}

async function round(stack: Stack, first: 'bare' | 'host', seen: Seen): Promise<void> {
  const user = await stack.newUser();
  const [run] = make('training_runs', 1, newRun);
  if (!run) throw new Error('There is no run.');
  await user.write([run]);
  const openBare = () => subscribeBare(stack, user, seen);
  const openHost = () => openMeasured(stack, user, seen);
  const closes = [];
  for (const open of first === 'bare' ? [openBare, openHost] : [openHost, openBare])
    closes.push(await open());
  const offset = seen.committed.size;
  for (let n = 1; n <= writes; n++) {
    const step = offset + n;
    await user.write([{ table: 'training_runs', row: { ...run.row, step } }]);
    await until(`write ${step}`, () => seen.page.has(step) && seen.bare.has(step));
    // Neither in step with a timer of ours nor with one of the server's.
    await pause(40 + Math.random() * 80);
  }
  for (const close of closes) await close();
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
