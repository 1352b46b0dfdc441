import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { type Counts, growing } from './judge.ts';
import type { PageCensus } from './page.ts';
import type { RoundPlan } from './plan.ts';
import type { Census } from './probe/census.ts';

/** What was counted at the quiet point of a round. */
export interface Sample {
  readonly plan: RoundPlan;
  readonly seconds: number;
  /** Processes of the round; another one begins a series of its own. */
  readonly pids: { readonly host: number; readonly backend: number };
  readonly host: Census;
  readonly backend: Census;
  readonly page: PageCensus;
}

/**
 * What a round may add: bytes of objects, and pieces of the rest. From one quiet point to another these go up and
 * down by some 60 functions and as many objects beside, 100 nodes, 25 listeners in the page, and 30 in the host and in
 * the backend; the listeners of VS Code's emitters are as good as still.
 */
export const bounds = {
  host: { heap: 150_000, functions: 40, objects: 120, nodeListeners: 5, editorListeners: 0.5 },
  backend: { heap: 150_000, functions: 40, descriptors: 1.5, nodeListeners: 12 },
  page: { nodes: 60, listeners: 12, documents: 0.1, frames: 0.1 },
} as const satisfies Record<string, Counts>;

/** Numbers of each soak, and the logs of one that failed. */
export const soakFolder = path.join(projectRoot, 'out/soak');

/** The rounds so far, as a table that grows. */
export class SoakRecord {
  readonly #seed: number;
  readonly #samples: Sample[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Prints its line, and writes all numbers so far. */
  add(sample: Sample): void {
    if (this.#samples.length === 0) console.log(heading);
    console.log(line(sample));
    this.#samples.push(sample);
    mkdirSync(soakFolder, { recursive: true });
    const file = path.join(soakFolder, `seed-${this.#seed}.json`);
    writeFileSync(file, JSON.stringify(this.#samples, null, 1));
  }

  /** What grows from round to round, within the lives of processes. */
  growing(): string[] {
    const series = (name: 'host' | 'backend' | 'page', pid: (sample: Sample) => number) => {
      const lives = [...new Set(this.#samples.map(pid))].map((one) =>
        this.#samples.filter((sample) => pid(sample) === one),
      );
      const values = (sample: Sample) => sample[name] as unknown as Counts;
      return growing(
        lives.map((life) => life.map(values)),
        bounds[name],
      ).map((line) => `${name}: ${line}`);
    };
    return [
      ...series('host', ({ pids }) => pids.host),
      ...series('backend', ({ pids }) => pids.backend),
      ...series('page', ({ pids }) => pids.host),
    ];
  }
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
const columns: readonly (readonly [string, number, (sample: Sample) => string | number])[] = [
  ['round', 6, ({ plan }) => plan.round],
  ['', 2, ({ plan }) => (plan.reload ? 'R' : '')],
  ['weather', 12, ({ plan }) => plan.weather],
  ['changes', 8, ({ plan }) => plan.changes],
  ['s', 5, ({ seconds }) => seconds.toFixed(0)],
  ['| host', 8, ({ host }) => megabytes(host.heap)],
  ['RSS', 5, ({ host }) => (host.rss / 1e6).toFixed(0)],
  ['fn', 7, ({ host }) => host.functions],
  ['em/li/st', 10, ({ host }) => `${host.emitters}/${host.listeners}/${host.stores}`],
  ['vs', 5, ({ host }) => host.editorListeners],
  ['obj', 8, ({ host }) => host.objects],
  ['timers', 7, ({ host }) => host.timers],
  ['handles', 8, ({ host }) => handles(host)],
  ['fds', 4, ({ host }) => host.descriptors],
  ['| page', 8, ({ page }) => megabytes(page.heap)],
  ['nodes', 6, ({ page }) => page.nodes],
  ['li', 6, ({ page }) => page.listeners],
  ['frames', 7, ({ page }) => page.frames],
  ['| backend', 10, ({ backend }) => megabytes(backend.heap)],
  ['RSS', 5, ({ backend }) => (backend.rss / 1e6).toFixed(0)],
  ['fn', 7, ({ backend }) => backend.functions],
  ['handles', 8, ({ backend }) => handles(backend)],
  ['fds', 4, ({ backend }) => backend.descriptors],
];
const heading = columns.map(([name, width]) => name.padStart(width)).join('');
const line = (sample: Sample) => columns.map(([, width, of]) => String(of(sample)).padStart(width)).join('');

function handles({ resources }: Census): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0);
}
