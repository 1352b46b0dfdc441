import type { Disposable } from '../../shared/disposable.ts';
import type { Problem } from '../../shared/status.ts';
import { Alarm } from './alarm.ts';
import { problemOf } from './engineStatus.ts';
import type { Clock, CredentialSource, Credentials } from './types.ts';

/** A token is renewed this long before it expires, ms. */
const lead = 45_000;
const retryAfter = 10_000;
/** A timer holds no more, ms. */
const longestTimer = 2 ** 31 - 1;

export interface TokenOptions {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  /** Null when nobody is signed in. */
  readonly onToken: (credentials: Credentials | null) => void;
  readonly onFailed: (problem: Problem) => void;
}

/** Gets tokens and renews them before they expire; an answer to an older question is not listened to. */
export class Tokens implements Disposable {
  readonly #options: TokenOptions;
  readonly #renewal: Alarm;
  #turn = 0;
  #refused = false;
  #problem: Problem | null = null;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#renewal = new Alarm(options.clock);
  }

  /** What the last attempt failed of. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** The server refuses the present token, whatever its date says. */
  refuse(): void {
    this.#refused = true;
  }

  /** Asks for a token; the answer comes through `onToken` or `onFailed` before this settles. Never rejects. */
  async ask(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const credentials = await this.#options.credentials.get(this.#refused ? { force: true } : undefined);
      if (turn !== this.#turn) return;
      this.#refused = false;
      this.#problem = null;
      if (credentials) this.#renewIn(credentials.expiresAt - lead - this.#options.clock.now());
      this.#options.onToken(credentials);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#problem = problemOf(error);
      this.#renewIn(retryAfter);
      this.#options.onFailed(this.#problem);
    }
  }

  /** Nothing that is under way has any effect from now on. */
  stop(): void {
    this.#turn += 1;
    this.#renewal.clear();
    this.#refused = false;
    this.#problem = null;
  }

  dispose(): void {
    this.stop();
  }

  #renewIn(ms: number): void {
    this.#renewal.set(Math.min(Math.max(ms, retryAfter), longestTimer), () => void this.ask());
  }
}
