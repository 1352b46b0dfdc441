import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { t } from '../../../shared/l10n.ts';
import { isRecord } from '../../../shared/record.ts';
import { Refused, type Requests } from '../../state/requests.ts';

/** The configuration of a run: `undefined` until it is read, null when none was logged. */
export interface ConfigState {
  readonly config: Readonly<Record<string, unknown>> | null | undefined;
  readonly problem: string | null;
}

export interface ConfigsOptions {
  readonly requests: Pick<Requests, 'ask'>;
  /** The backend can be reached. */
  readonly online: ReadonlySignal<boolean>;
}

/** The configurations of the runs that a sheet shows, each asked for once. */
export class RunConfigs {
  readonly #options: ConfigsOptions;
  readonly #states = new Map<string, Signal<ConfigState>>();
  readonly #stop: () => void;
  #disposed = false;

  constructor(options: ConfigsOptions) {
    this.#options = options;
    this.#stop = effect(() => {
      if (!options.online.value) return;
      for (const [id, state] of this.#states) if (state.peek().problem !== null) this.read(id);
    });
  }

  of(id: string): ReadonlySignal<ConfigState> {
    const held = this.#states.get(id);
    if (held) return held;
    const state = signal<ConfigState>({ config: undefined, problem: null });
    this.#states.set(id, state);
    this.read(id);
    return state;
  }

  /** Asks again; what is known stays until the answer. */
  read(id: string): void {
    const state = this.#states.get(id);
    if (!state) return;
    this.#options.requests.ask('runConfig', { run: id }).then(
      ({ config }) => {
        if (this.#disposed) return;
        const readable = config === null || isRecord(config);
        state.value = readable ? { config, problem: null } : { ...state.peek(), problem: unreadable() };
      },
      (error: unknown) => {
        if (this.#disposed) return;
        state.value = {
          ...state.peek(),
          problem: error instanceof Refused ? error.message : unreadable(),
        };
      },
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }
}

function unreadable(): string {
  return t('The configuration of this run came in a form that the page cannot read.');
}
