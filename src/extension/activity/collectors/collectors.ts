import type { EventKind } from '../../../shared/activity.ts';
import type { Collecting, Collector, CollectorHost } from '../collector.ts';
import { collectDebugSessions } from './debugSessions.ts';
import { collectSaves } from './fileSaved.ts';
import { collectTasks } from './tasks.ts';
import { createWindowCollector } from './windowOpened.ts';

/** Every collector by the kind of its events; what a window ends with is flushed last to first. */
const createCollectors = (): readonly (readonly [EventKind, Collector])[] => [
  ['window', createWindowCollector()],
  ['file', collectSaves],
  ['task', collectTasks],
  ['debug', collectDebugSessions],
];

/** The collectors of a window, of which those run whose kind is listened to. */
export class Collectors implements Collecting {
  readonly #host: CollectorHost;
  readonly #all = createCollectors();
  readonly #running = new Map<Collector, Collecting>();

  constructor(host: CollectorHost) {
    this.#host = host;
  }

  /** Starts and stops collectors; those whose kind stays go on undisturbed. */
  listen(kinds: ReadonlySet<EventKind>): void {
    for (const [kind, collect] of this.#all) {
      const running = this.#running.get(collect);
      if (kinds.has(kind) === (running !== undefined)) continue;
      running?.dispose();
      if (running) this.#running.delete(collect);
      else this.#running.set(collect, collect(this.#host));
    }
  }

  flush(): void {
    for (const [, collect] of this.#all.toReversed()) this.#running.get(collect)?.flush?.();
  }

  dispose(): void {
    this.listen(new Set());
  }
}
