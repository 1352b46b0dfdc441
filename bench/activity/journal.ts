import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { forgetFolder, keepFolder } from '../../scripts/vscodeHost/estate.ts';
import { Activity } from '../../src/extension/activity/activity.ts';
import { createNodeStore } from '../../src/extension/activity/outbox/nodeStore.ts';
import { recover } from '../../src/extension/activity/outbox/records.ts';
import { systemClock as clock } from '../../src/extension/platform/clock.ts';
import { eventKinds, eventTypes } from '../../src/shared/activity.ts';
import { Emitter } from '../../src/shared/emitter.ts';
import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { pause } from '../sync/host.ts';
import { measureOnDisk } from './onDisk.ts';

/** What an outbox holds at most. */
const full = 10_000;
const rounds = 7;
const loggedInRound = 500;
const account = { backend: 'bench', user: 'bench' };
const silent = { debug() {}, info() {}, warn() {}, error: (line: string) => console.error(line) };

/** `logSyncEvent` while nothing waits and while the outbox is full, and how long a full journal takes to be adopted. */
export async function measureJournal(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-bench-'));
  keepFolder(folder);
  try {
    const few: number[] = [];
    for (let i = 0; i < rounds; i += 1) few.push(await withOutbox(folder, 'few', logSome));
    const many: number[] = [];
    await withOutbox(folder, 'many', async (outbox) => {
      await fill(outbox);
      for (let i = 0; i < rounds; i += 1) many.push(await logSome(outbox));
      await outbox.flush(0);
    });
    const text = readJournals(folder);
    const read: number[] = [];
    for (let i = 0; i < rounds; i += 1) read.push(took(() => recover(text)));
    const adopted: number[] = [];
    for (let i = 0; i < rounds; i += 1) adopted.push(await withOutbox(folder, 'many', adopt));
    const onDisk = await withOutbox(folder, 'sent', (outbox) =>
      measureOnDisk(outbox, (send) => outbox.connect(account, send, 0), logOne),
    );
    return [
      row('logSyncEvent, nothing waits', median(few) * 1_000, 'µs'),
      row(`logSyncEvent, ${full.toLocaleString('en')} wait`, median(many) * 1_000, 'µs'),
      row('logSyncEvent, full beside empty', median(many) / median(few), 'x'),
      ...onDisk,
      row(`journal of ${full.toLocaleString('en')} events, read`, median(read), 'ms'),
      row(`journal of ${full.toLocaleString('en')} events, adopted`, median(adopted), 'ms'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    forgetFolder(folder);
  }
}

/** A window's outbox that nobody takes from; its journal stays behind. */
async function withOutbox<T>(
  folder: string,
  name: string,
  act: (outbox: Activity) => Promise<T>,
): Promise<T> {
  const changed = new Emitter<void>((error) => console.error(error));
  const window = randomUUID();
  const options = { folder: path.join(folder, name), window, clock, random: Math.random, log: silent };
  const outbox = new Activity({
    openStore: async () => createNodeStore({ ...options, onChange: () => changed.fire() }),
    ...{ clock, log: silent, changed, sessionId: window, editor: 'bench', project: () => null },
  });
  outbox.setPolicy({ reporting: 'on', kinds: new Set(eventKinds) });
  outbox.connect(account, () => new Promise(() => {}), 3_600_000);
  outbox.disconnect();
  try {
    return await act(outbox);
  } finally {
    await outbox.close();
  }
}

function logOne(outbox: Activity): void {
  const payload = { language: 'typescript', files: 1, saves: 1 };
  if (outbox.log({ type: eventTypes.fileSaved, payload }) === null) throw new Error('Nothing was logged.');
}

/** Until as many wait as there can; in slices, so that they go through the store. */
async function fill(outbox: Activity): Promise<void> {
  while (outbox.pending < full) {
    for (let i = 0; i < loggedInRound && outbox.pending < full; i += 1) logOne(outbox);
    await outbox.flush(0);
  }
}

/** Answers ms an event, once what was logged before is on disk. */
async function logSome(outbox: Activity): Promise<number> {
  await outbox.flush(0);
  const ms = took(() => {
    for (let i = 0; i < loggedInRound; i += 1) logOne(outbox);
  });
  await outbox.flush(0);
  return ms / loggedInRound;
}

/** Answers ms from the start of a window until it holds the journal of the one before. */
async function adopt(outbox: Activity): Promise<number> {
  const start = performance.now();
  while (outbox.pending < full) await pause(1);
  return performance.now() - start;
}

function readJournals(folder: string): string {
  const many = path.join(folder, 'many');
  const journals = readdirSync(many).filter((name) => name.endsWith('.jsonl'));
  return journals.map((name) => readFileSync(path.join(many, name), 'utf8')).join('');
}

function took(act: () => void): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}
