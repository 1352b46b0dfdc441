// A window on a disk of its own, which does what it is told, a line of JSON each, and answers with its state.
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createUuidV7 } from '../../src/extension/activity/events.ts';
import { createNodeStore } from '../../src/extension/activity/outbox/nodeStore.ts';
import { recover } from '../../src/extension/activity/outbox/records.ts';
import { systemClock } from '../../src/extension/platform/clock.ts';
import { createEventSender } from '../../src/extension/supabase/events.ts';
import { errorCode } from '../../src/shared/errorCode.ts';
import { FakeCredentials } from '../fakes/account.ts';
import type { DiskCommand, DiskOptions, DiskState } from './ownDisk.ts';
import { remount } from './remount.ts';

const { folder, window, account } = JSON.parse(process.argv[2] ?? '') as DiskOptions;
const ballast = path.join(folder, 'ballast');
const newId = createUuidV7(Date.now);
const warnings: string[] = [];
const infos: string[] = [];
const log = {
  debug() {},
  info: (line: string) => void infos.push(line),
  warn: (line: string) => void warnings.push(line),
  error: (line: string) => void warnings.push(line),
};
const store = createNodeStore({
  ...{ folder, window, log, clock: systemClock, random: Math.random, onChange: () => {} },
});
const box = store.open({ backend: 'test', user: account.session.userId });
let logged = 0;

for await (const line of createInterface({ input: process.stdin })) {
  const { command, count = 0 } = JSON.parse(line) as DiskCommand;
  if (command === 'log') await logEvents(count);
  if (command === 'fill') fill();
  if (command === 'make room') rmSync(ballast);
  if (command === 'read-only') await remount(folder, 'ro');
  if (command === 'writable') await remount(folder, 'rw');
  if (command === 'send') attach();
  const saved = await box.save();
  global.gc?.();
  const state: DiskState = {
    ...{ saved, logged, pending: box.pending, dropped: box.dropped, trouble: box.trouble },
    ...{ onDisk: onDisk(), heap: process.memoryUsage().heapUsed, warnings, infos },
  };
  console.log(JSON.stringify(state));
}

/** In slices, so that what waits for the disk gets its turn. */
async function logEvents(count: number): Promise<void> {
  for (const end = logged + count; logged < end; logged += 1) {
    box.add({
      ...{ id: newId(), event_type: 'test.disk', occurred_at: new Date().toISOString(), session_id: window },
      ...{ editor: 'test', project_id: null, run_id: null, payload: { n: logged } },
    });
    if (logged % 100 === 0) await nextTurn();
  }
}

function fill(): void {
  for (const size of [65_536, 4_096, 1])
    try {
      for (;;) appendFileSync(ballast, Buffer.alloc(size));
    } catch (error) {
      if (errorCode(error) !== 'ENOSPC') throw error;
    }
}

function attach(): void {
  const { url, publishableKey, session } = account;
  const credentials = new FakeCredentials(session);
  box.attach(createEventSender({ url, publishableKey, credentials, userId: session.userId }), 50);
}

/** Numbers of the events that a window after this one would find. */
function onDisk(): { readonly count: number; readonly first: unknown } {
  const journals = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const events = journals.flatMap((name) => recover(readFileSync(path.join(folder, name), 'utf8')).events);
  return { count: events.length, first: events[0]?.payload.n ?? null };
}
