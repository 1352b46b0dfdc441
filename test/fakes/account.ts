import type { Attention, CredentialSource, Credentials, Log } from '../../src/extension/sync/types.ts';
import { Emitter } from '../../src/shared/emitter.ts';

const fail = (error: unknown) => {
  throw error;
};

/** A credential source that a test turns. */
export class FakeCredentials implements CredentialSource {
  readonly #changed = new Emitter<void>(fail);
  #current: Credentials | null;
  failure: Error | null = null;
  gets = 0;
  forced = 0;
  /** What a forced renewal gives; null leaves the token as it is. */
  renewed: string | null = null;
  /** The next answer is made at once, and given at `release`. */
  holdNext = false;
  /** All answers are given at `release`. */
  held = false;
  readonly #held: (() => void)[] = [];

  constructor(current: Credentials | null) {
    this.#current = current;
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  set(current: Credentials | null): void {
    this.#current = current;
    this.#changed.fire();
  }

  async get(options?: { readonly force?: boolean }): Promise<Credentials | null> {
    this.gets += 1;
    if (this.failure) throw this.failure;
    if (options?.force) {
      this.forced += 1;
      if (this.#current && this.renewed) this.#current = { ...this.#current, accessToken: this.renewed };
    }
    const answer = this.#current;
    if (this.holdNext || this.held) {
      this.holdNext = false;
      await new Promise<void>((open) => this.#held.push(open));
    }
    return answer;
  }

  release(): void {
    this.held = false;
    for (const open of this.#held.splice(0)) open();
  }
}

export class FakeAttention implements Attention {
  readonly #changed = new Emitter<void>(fail);
  #watched: boolean;
  #awaitsRuns = false;

  constructor(watched: boolean) {
    this.#watched = watched;
  }

  get watched(): boolean {
    return this.#watched;
  }

  get onDidChange() {
    return this.#changed.event;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  get awaitsRuns(): boolean {
    return this.#awaitsRuns;
  }

  setAwaitsRuns(awaits: boolean): void {
    this.#awaitsRuns = awaits;
    this.#changed.fire();
  }

  set(watched: boolean): void {
    this.#watched = watched;
    this.#changed.fire();
  }
}

/** A log that keeps its lines. */
export class FakeLog implements Log {
  readonly lines: string[] = [];
  readonly errors: string[] = [];

  debug(message: string): void {
    this.lines.push(message);
  }

  info(message: string): void {
    this.lines.push(message);
  }

  warn(message: string): void {
    this.lines.push(message);
  }

  error(message: string): void {
    this.lines.push(message);
    this.errors.push(message);
  }
}
