import { parentPort, workerData } from 'node:worker_threads';
import { drawSchedule } from './schedule.ts';
import { simulate, type Verdict } from './simulation.ts';

/** What the worker says of one seed. */
export interface SeedReport extends Omit<Verdict, 'trace'> {
  readonly seed: number;
}

// Runs the seeds that it is told, one by one; asks for the next with each report.

const { seeds } = workerData as { readonly seeds: SharedArrayBuffer };
const next = new Int32Array(seeds);
let thrown: unknown = null;
process.on('unhandledRejection', (reason) => {
  thrown ??= reason;
});

for (;;) {
  const seed = Atomics.add(next, 0, 1);
  if (seed >= Atomics.load(next, 1)) break;
  const { trace: _, ...verdict } = await simulate(drawSchedule(seed));
  // Lets Node tell of rejections that nobody handled.
  await new Promise((resolve) => setImmediate(resolve));
  const finding = verdict.finding ?? (thrown ? { rule: 'error', detail: String(thrown), at: 0 } : null);
  thrown = null;
  parentPort?.postMessage({ ...verdict, finding, seed } as SeedReport);
}
