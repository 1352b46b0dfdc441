import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../shared/errorCode.ts';
import { processExists } from './processExists.ts';

/** A holder that has not let go after this long is taken for dead, ms. */
const staleAfter = 20_000;
const retryAfter = 100;

/** Runs `task` while no other window on this machine holds the lock file `file`. */
export async function withFileLock<T>(file: string, task: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  const own = `${process.pid} ${randomUUID()}`;
  while (!(await tryCreate(file, own))) {
    if (await isAbandoned(file)) await removeAbandoned(file, own);
    else await sleep(retryAfter);
  }
  try {
    return await task();
  } finally {
    // Whoever took us for dead holds it now.
    if ((await read(file)) === own) await unlink(file).catch(() => {});
  }
}

/** By one waiter at a time: a second one would remove the lock that the first has taken since. */
async function removeAbandoned(file: string, own: string): Promise<void> {
  const guard = `${file}.taking`;
  if (!(await tryCreate(guard, own))) {
    if (await isAbandoned(guard)) await unlink(guard).catch(() => {});
    return;
  }
  if (await isAbandoned(file)) await unlink(file).catch(() => {});
  await unlink(guard).catch(() => {});
}

async function tryCreate(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => null);
  if (!info) return false;
  const pid = Number.parseInt((await read(file)) ?? '', 10);
  // A file from the future is one from before the clock was set back.
  const age = Math.abs(Date.now() - info.mtimeMs);
  return (pid > 0 && !processExists(pid)) || age > staleAfter;
}

function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
