import { closeSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Within what pids and ports of 127.0.0.1 mean the same to everybody: a machine or, on Linux, a container. */
export const here = [hostname(), namespace('pid'), namespace('net')].join(' ').trim();

/** Of a place, what people know it by. */
export function namesOf(place: string): string {
  return place.split(' ')[0] ?? '';
}

/**
 * Whether somebody touches the file, or takes it away, within `patience` ms. The waiting is counted in looks, as a machine
 * that sleeps meanwhile sees nothing; clocks are not compared.
 */
export async function changes(file: string, patience: number): Promise<boolean> {
  const pause = 250;
  const first = touchedAt(file);
  for (let waited = 0; waited < patience; waited += pause) {
    await sleep(pause);
    const now = touchedAt(file);
    if (now === null || now !== first) return true;
  }
  return false;
}

/** By an open file: what a name leads to, a network file system may answer from memory. */
function touchedAt(file: string): number | null {
  try {
    const opened = openSync(file, 'r');
    try {
      return fstatSync(opened).mtimeMs;
    } finally {
      closeSync(opened);
    }
  } catch {
    return null;
  }
}

function namespace(kind: 'pid' | 'net'): string {
  try {
    return readlinkSync(`/proc/self/ns/${kind}`);
  } catch {
    return '';
  }
}
