import type { EventKind } from '../../shared/activity.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { describeError } from '../platform/log.ts';
import type { Log } from '../sync/types.ts';
import type { Collectors } from './collectors/collectors.ts';

export interface LazyCollectorsOptions {
  /** Loads the collectors, which are no part of activation; asked once. */
  readonly load: () => Promise<Collectors>;
  readonly log: Log;
}

/** The collectors of this window, loaded when there is something to listen to for the first time. */
export class LazyCollectors implements Disposable {
  readonly #options: LazyCollectorsOptions;
  #kinds: ReadonlySet<EventKind> = new Set();
  #loading: Promise<void> | null = null;
  #collectors: Collectors | null = null;
  #disposed = false;

  constructor(options: LazyCollectorsOptions) {
    this.#options = options;
  }

  /** Listens to these kinds, and to no other, from now on. */
  listen(kinds: ReadonlySet<EventKind>): void {
    if (this.#disposed) return;
    this.#kinds = kinds;
    this.#collectors?.listen(kinds);
    if (kinds.size > 0) this.#loading ??= this.#load();
  }

  /** Logs what is held back, because the window ends. */
  flush(): void {
    this.#collectors?.flush();
  }

  dispose(): void {
    this.#disposed = true;
    this.#collectors?.dispose();
  }

  async #load(): Promise<void> {
    try {
      const collectors = await this.#options.load();
      if (this.#disposed) return collectors.dispose();
      this.#collectors = collectors;
      collectors.listen(this.#kinds);
    } catch (error) {
      this.#options.log.error(`Nothing of the editor is reported: ${describeError(error)}`);
    }
  }
}
