import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { TableMaps } from '../../shared/patch.ts';
import { isActive } from '../../shared/runs.ts';
import { Alarm } from './alarm.ts';
import { type Interest, untilNextPull } from './pacing.ts';
import type { EngineState } from './states.ts';
import type { Attention, Clock, ReplicaView } from './types.ts';

export interface PollerOptions {
  readonly clock: Clock;
  readonly attention: Attention;
  readonly replica: ReplicaView;
  /** What others know. */
  readonly circumstances: () => {
    readonly state: EngineState;
    readonly pulledAt: number | null;
    readonly needsMending: boolean;
  };
  /** It is time to ask the database, though nothing has happened. */
  readonly onDue: () => void;
}

/** Decides when the database is asked although nothing has happened: often while somebody looks, else hardly ever. */
export class Poller implements Disposable {
  readonly #options: PollerOptions;
  readonly #disposables = new DisposableStore();
  readonly #alarm: Alarm;
  #notLiveSince: number;
  #runs: TableMaps['training_runs'] | null = null;
  #hasUnfinished = false;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#notLiveSince = options.clock.now();
    this.#alarm = this.#disposables.add(new Alarm(options.clock));
    this.#disposables.add(options.attention.onDidChange(() => this.schedule()));
    // A run that begins or ends while somebody waits for it.
    this.#disposables.add(
      options.replica.onDidChange(() => {
        if (options.attention.awaitsRuns && !options.attention.watched) this.schedule();
      }),
    );
  }

  get interest(): Interest {
    const { attention } = this.#options;
    if (attention.watched) return 'watched';
    return attention.awaitsRuns && this.#isRunUnfinished() ? 'waiting' : 'none';
  }

  /** The stream is not proven any more. */
  notLive(): void {
    this.#notLiveSince = this.#options.clock.now();
  }

  /** The wall clock was set back by `ms`. */
  clockSetBack(ms: number): void {
    this.#notLiveSince -= ms;
  }

  /** To be called whenever something that it depends on has changed. */
  schedule(): void {
    this.#alarm.clear();
    if (this.#disposables.isDisposed) return;
    const { clock, circumstances, onDue } = this.#options;
    const { interest } = this;
    const wait = untilNextPull({
      ...circumstances(),
      now: clock.now(),
      interest,
      notLiveSince: this.#notLiveSince,
    });
    // The end of the pull schedules the next one.
    if (wait !== null) this.#alarm.set(wait, onDue);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #isRunUnfinished(): boolean {
    const runs = this.#options.replica.tables.training_runs;
    if (runs !== this.#runs) {
      this.#runs = runs;
      this.#hasUnfinished = [...runs.values()].some(isActive);
    }
    return this.#hasUnfinished;
  }
}
