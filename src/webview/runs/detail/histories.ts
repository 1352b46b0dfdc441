import { effect, type ReadonlySignal } from '@preact/signals';
import type { RunRow } from '../../../shared/model.ts';
import type { Requests } from '../../state/requests.ts';
import { HistoryReader, type HistoryState, type Timer } from './historyReader.ts';

export interface HistoriesOptions {
  readonly requests: Pick<Requests, 'ask'>;
  readonly rows: ReadonlySignal<ReadonlyMap<string, RunRow>>;
  /** The backend can be reached. */
  readonly online: ReadonlySignal<boolean>;
  readonly maxPoints: number;
  readonly timer?: Timer;
}

const browserTimer: Timer = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** The histories of the runs that a sheet shows, each kept up with its row; let go of with the sheet. */
export class RunHistories {
  readonly #options: HistoriesOptions;
  readonly #readers = new Map<string, HistoryReader>();
  readonly #stop: (() => void)[];

  constructor(options: HistoriesOptions) {
    this.#options = options;
    this.#stop = [
      effect(() => this.#follow(options.rows.value)),
      effect(() => {
        if (options.online.value) for (const reader of this.#readers.values()) reader.reachable();
      }),
    ];
  }

  /** The history of a run, read from now on while it has a row. */
  of(id: string): ReadonlySignal<HistoryState> {
    return this.#reader(id).state;
  }

  /** Lets go of every run but these. */
  keep(ids: readonly string[]): void {
    for (const [id, reader] of this.#readers) {
      if (ids.includes(id)) continue;
      reader.dispose();
      this.#readers.delete(id);
    }
  }

  /** Tries again at once. */
  retry(id: string): void {
    this.#readers.get(id)?.retry();
  }

  dispose(): void {
    for (const stop of this.#stop) stop();
    this.keep([]);
  }

  #reader(id: string): HistoryReader {
    const held = this.#readers.get(id);
    if (held) return held;
    const { requests, maxPoints, timer = browserTimer, rows } = this.#options;
    const reader = new HistoryReader({
      read: (afterStep) => requests.ask('runHistory', { run: id, afterStep, maxPoints }),
      maxPoints,
      timer,
    });
    this.#readers.set(id, reader);
    const row = rows.peek().get(id);
    if (row) reader.follow(row);
    return reader;
  }

  #follow(rows: ReadonlyMap<string, RunRow>): void {
    for (const [id, reader] of this.#readers) {
      const row = rows.get(id);
      if (row) reader.follow(row);
    }
  }
}
