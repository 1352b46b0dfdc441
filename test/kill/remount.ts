import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Makes a mounted disk read-only or writable; waits for whoever still writes to let go of its files. */
export async function remount(disk: string, how: 'ro' | 'rw'): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const { status, stderr } = spawnSync('mount', ['-o', `remount,${how}`, disk], { encoding: 'utf8' });
    if (status === 0) return;
    if (attempt === 200) throw new Error(stderr);
    await sleep(50);
  }
}
