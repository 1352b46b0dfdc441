import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Estate } from './estate.ts';

// A process of its own that outlives by a moment the one that started it: when its standard input ends, it ends the
// process groups and removes the folders that the last line named. So not even SIGKILL leaves anything behind.

let estate: Estate = { groups: [], folders: [] };
for await (const line of createInterface({ input: process.stdin })) estate = JSON.parse(line);
for (const group of estate.groups) {
  try {
    process.kill(process.platform === 'win32' ? group : -group, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
for (const folder of estate.folders) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
