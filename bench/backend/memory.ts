import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalEndpoint } from '../../src/extension/accounts/types.ts';
import { makeClient } from '../../test/support/backend.ts';
import { type Row, row } from '../rows.ts';
import { DataFolder } from './window.ts';

const runs = 200;
/** Changes to one run each, and statements that change all. */
const load = { single: 300, all: 40 };
const idleSeconds = 60;

/** How long the process outlives its last window, s (docs/EMBEDDED.md), with the time that closing the database takes. */
const endsWithin = 22;

/**
 * One process in a new folder: its memory when it is ready, after work, and when it has had nothing to do for a minute, in
 * which its CPU is looked at; then its end after the last window.
 */
export async function measureMemory(): Promise<Row[]> {
  const folder = new DataFolder();
  const { endpoint } = await folder.open();
  const { pid, secretKey } = folder.served;
  const ready = resident(pid);
  await work(endpoint, secretKey);
  const worked = resident(pid);
  const peak = process.platform === 'linux' ? status(pid, 'VmHWM') : null;
  const before = cpuSeconds(pid);
  await pause(idleSeconds * 1_000);
  const idle = cpuSeconds(pid) - before;
  const rows = [
    row('memory when ready', ready, 'MB'),
    row(`memory after ${load.single + load.all * runs} changes`, worked, 'MB'),
    ...(peak === null ? [] : [row('memory, most', peak, 'MB', { atMost: 400 })]),
    row(`memory after ${idleSeconds} s of nothing more`, resident(pid), 'MB'),
    ...(process.platform === 'linux' ? parts(pid) : []),
    row(`CPU of ${idleSeconds} s of nothing more`, (100 * idle) / idleSeconds, '%'),
    row('ends after the last window', await folder.abandon(), 's', { atMost: endsWithin }),
  ];
  folder.remove();
  return rows;
}

async function work({ url, publishableKey, user }: LocalEndpoint, secretKey: string): Promise<void> {
  const client = makeClient(url, publishableKey);
  const { data, error } = await client.auth.signInWithPassword(user);
  if (error) throw error;
  const admin = makeClient(url, secretKey);
  const owner = data.user.id;
  const made = await admin
    .from('training_runs')
    .insert(Array.from({ length: runs }, (_, index) => ({ name: `run ${index}`, user_id: owner })))
    .select('id')
    .throwOnError();
  const ids = made.data.map(({ id }) => String(id));
  for (let step = 0; step < load.single; step++)
    await admin
      .from('training_runs')
      .update({ step })
      .eq('id', ids[step % runs])
      .throwOnError();
  for (let step = 0; step < load.all; step++)
    await admin.from('training_runs').update({ step }).eq('user_id', owner).throwOnError();
}

/** Where the resident pages belong, MB. */
function parts(pid: number): Row[] {
  const wasm = largestWritable(pid);
  const files = status(pid, 'RssFile');
  return [
    row("  of it Node's program and libraries", files, 'MB'),
    row("  of it PostgreSQL's memory (WebAssembly)", wasm, 'MB'),
    row(
      '  of it the rest: JavaScript, compiled code, WebAssembly binaries',
      resident(pid) - files - wasm,
      'MB',
    ),
  ];
}

/** The memory of PGlite is one mapping, by far the largest that can be written to: 128 MB and more, most never touched. */
function largestWritable(pid: number): number {
  const smaps = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  let largest = { size: 0, rss: 0 };
  for (const [, size, rss] of smaps.matchAll(/^\S+ rw-p .*\nSize: +(\d+) kB\n(?:.*\n){0,3}?Rss: +(\d+) kB/gm))
    if (Number(size) > largest.size) largest = { size: Number(size), rss: Number(rss) };
  return largest.rss / 1024;
}

function resident(pid: number): number {
  if (process.platform === 'linux') return status(pid, 'VmRSS');
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** CPU time of a process so far, s: `ps` tells it as [[dd-]hh:]mm:ss, on Linux in whole seconds, so there the kernel is asked. */
function cpuSeconds(pid: number): number {
  if (process.platform === 'linux') {
    // The name in parentheses may hold anything; after it the 12th and 13th are user and system time in 1/100 s.
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?!.*\) )/);
    const [user, system] = fields.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  }
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
}

function status(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  )?.[1];
  if (kilobytes === undefined) throw new Error(`/proc does not tell ${field}.`);
  return Number(kilobytes) / 1024;
}
