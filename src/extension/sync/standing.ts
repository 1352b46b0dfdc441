import type { Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/emitter.ts';
import type { Problem } from '../../shared/status.ts';
import { describeState, isSameStatus } from './engineStatus.ts';
import type { PullResult } from './flow.ts';
import type { EngineState } from './states.ts';
import type { UnreadableRow } from './transport.ts';
import type { Clock, EngineStatus, Log } from './types.ts';

export interface StandingOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What others know. */
  readonly circumstances: () => {
    readonly state: EngineState;
    readonly tokenProblem: Problem | null;
    readonly unreadable: readonly UnreadableRow[];
    readonly held: Pick<EngineStatus, 'heldFrom' | 'runsFrom' | 'activeFrom' | 'modelsFrom'>;
  };
}

/** How the replica stands to the database: what was last proven, what failed since, and who has to hear of it. */
export class Standing implements Disposable {
  readonly #options: StandingOptions;
  readonly #changed: Emitter<EngineStatus>;
  #pullProblem: Problem | null = null;
  #streamProblem: Problem | null = null;
  #attempts = 0;
  #asOf: number | null = null;
  #verifiedAt: number | null = null;
  #pulledAt: number | null = null;
  #clockOffset = 0;
  /** The most that `#clockOffset` can be, so that no moment is taken for later than it was. */
  #mostOffset = 0;
  #latency: number | null = null;
  #isCached = false;
  #told: EngineStatus | null = null;

  constructor(options: StandingOptions) {
    this.#options = options;
    this.#changed = new Emitter((error) =>
      options.log.error(`A listener of the status failed: ${String(error)}`),
    );
  }

  get onDidChange(): Event<EngineStatus> {
    return this.#changed.event;
  }

  get status(): EngineStatus {
    const { held, ...circumstances } = this.#options.circumstances();
    const { state, problem } = describeState({
      ...circumstances,
      pullProblem: this.#pullProblem,
      streamProblem: this.#streamProblem,
      failures: this.#attempts,
      hasPulled: this.#verifiedAt !== null,
    });
    const times = { asOf: this.#asOf, verifiedAt: this.#verifiedAt };
    return {
      state,
      problem,
      ...times,
      cached: this.#isCached,
      clockOffset: this.#clockOffset,
      latency: this.#latency,
      ...held,
    };
  }

  /** When the replica was last known to equal the database; null before the first pull. */
  get verifiedAt(): number | null {
    return this.#verifiedAt;
  }

  /** When the last pull ended, well or not; null before the first. */
  get pulledAt(): number | null {
    return this.#pulledAt;
  }

  /** What the last pull failed of. */
  get pullProblem(): Problem | null {
    return this.#pullProblem;
  }

  /** Attempts since the stream was last proven. */
  get attempts(): number {
    return this.#attempts;
  }

  pulled({ asOf, clockOffset, serverNow }: PullResult): void {
    this.#pullProblem = null;
    this.#isCached = false;
    this.#clockOffset = clockOffset;
    this.#mostOffset = serverNow - asOf;
    this.#verified(asOf);
    this.#pulledAt = this.#options.clock.now();
  }

  /** The rows are those of last time. */
  restored({ asOf, clockOffset }: { readonly asOf: number; readonly clockOffset: number }): void {
    this.#isCached = true;
    this.#clockOffset = clockOffset;
    this.#reach(asOf);
  }

  /** A pull failed; `null` of what mends itself. */
  pullFailed(problem: Problem | null): void {
    this.#pulledAt = this.#options.clock.now();
    if (!problem) return;
    if (this.#pullProblem?.reason !== problem.reason)
      this.#options.log.warn(`Pull failed: ${problem.detail}`);
    this.#pullProblem = problem;
  }

  /** Every change up to one of `at`, server clock, is shown; it may have taken long. */
  streamed(at: number): void {
    this.#reach(at - this.#mostOffset);
  }

  /** The canary that was sent at `sentAt` came back; `latency` in ms. */
  proven(latency: number, sentAt: number): void {
    this.#latency = latency;
    this.#verified(sentAt);
    this.#streamProblem = null;
    this.#attempts = 0;
  }

  attemptFailed(): void {
    this.#attempts += 1;
  }

  streamTrouble(problem: Problem): void {
    this.#streamProblem = problem;
  }

  /** The wall clock was set back by `ms`: what was then is that much earlier by the new time. */
  clockSetBack(ms: number): void {
    if (this.#asOf !== null) this.#asOf -= ms;
    if (this.#verifiedAt !== null) this.#verifiedAt -= ms;
    if (this.#pulledAt !== null) this.#pulledAt -= ms;
    this.#clockOffset += ms;
    this.#mostOffset += ms;
  }

  /** Back to the beginning, as for another account. */
  clear(): void {
    this.#attempts = 0;
    this.#isCached = false;
    this.#pullProblem = this.#streamProblem = null;
    this.#asOf = this.#verifiedAt = this.#pulledAt = this.#latency = null;
  }

  /** Tells the status if it is not what was told last. */
  tell(): void {
    const { status } = this;
    if (this.#told && isSameStatus(status, this.#told)) return;
    if (status.state !== this.#told?.state)
      this.#options.log.info(`${status.state}${status.problem ? `: ${status.problem.detail}` : ''}`);
    this.#told = status;
    this.#changed.fire(status);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Everything committed before `at`, host clock, is in the replica. */
  #reach(at: number): void {
    // A clock that was set back must not leave it standing in the future.
    this.#asOf = Math.min(Math.max(at, this.#asOf ?? 0), this.#options.clock.now());
  }

  #verified(at: number): void {
    this.#reach(at);
    this.#verifiedAt = Math.min(Math.max(at, this.#verifiedAt ?? 0), this.#options.clock.now());
  }
}
