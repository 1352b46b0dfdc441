import type { Disposable } from '../../shared/disposable.ts';
import type { Problem } from '../../shared/status.ts';
import { Alarm } from './alarm.ts';
import { problemOf } from './engineStatus.ts';
import { Generation } from './generation.ts';
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
  #question = new Generation();
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
    const question = this.#question.next();
    this.#question = question;
    try {
      const credentials = await this.#options.credentials.get(this.#refused ? { force: true } : undefined);
      if (question.isOver) return;
      this.#refused = false;
      this.#problem = null;
      if (credentials) this.#renewIn(credentials.expiresAt - lead - this.#options.clock.now());
      this.#options.onToken(credentials);
    } catch (error) {
      if (question.isOver) return;
      this.#problem = problemOf(error);
      this.#renewIn(retryAfter);
      this.#options.onFailed(this.#problem);
    }
  }

  /** Nothing that is under way has any effect from now on. */
  stop(): void {
    this.#question.end();
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
