import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SeedReport } from './worker.ts';

/** Node runs the TypeScript as it is, wherever this module was bundled to. */
const ownWorker = path.resolve('test/chaos/worker.ts');

export interface PoolOptions {
  /** First seed, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Script of the workers; that of the sources unless given. */
  readonly worker?: string;
  readonly onReport: (report: SeedReport) => 'go on' | 'enough';
}

/** Runs a range of seeds on all cores; resolves when all have ended, or enough is known. */
export async function runSeeds({
  from,
  to,
  worker: script = ownWorker,
  onReport,
}: PoolOptions): Promise<void> {
  const seeds = new SharedArrayBuffer(8);
  const range = new Int32Array(seeds);
  range[0] = from;
  range[1] = to;
  const hear = (report: SeedReport) => {
    // Nobody takes another seed.
    if (onReport(report) === 'enough') Atomics.store(range, 1, 0);
  };
  const count = Math.min(os.availableParallelism(), to - from);
  await Promise.all(Array.from({ length: count }, () => runWorker(script, seeds, hear)));
}

function runWorker(
  script: string,
  seeds: SharedArrayBuffer,
  hear: (report: SeedReport) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: { seeds } });
    worker.on('message', hear);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}.`))));
  });
}
