import { mkdir, open, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder that has not let go after this long is taken for dead, ms. */
const staleAfter = 20_000;
const retryAfter = 100;

/** Runs `task` while no other window on this machine holds the lock file `file`. */
export async function withFileLock<T>(file: string, task: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  while (!(await tryCreate(file))) {
    if (await isStale(file)) await unlink(file).catch(() => {});
    else await sleep(retryAfter);
  }
  try {
    return await task();
  } finally {
    await unlink(file).catch(() => {});
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > staleAfter;
}
