import type { Disposable } from '../../../shared/disposable.ts';
import type { OutgoingEvent } from '../../../shared/model.ts';
import { type Problem, RunglassError } from '../../../shared/status.ts';
import { describeError } from '../../platform/log.ts';
import { problemOf } from '../../platform/problem.ts';
import type { Clock, Log, Random } from '../../sync/types.ts';
import type { Journal } from './journal.ts';
import type { Trouble } from './trouble.ts';

/** Sends one batch; rejects with `RunglassError`. Sending an event again does no harm. */
export type SendEvents = (
  events: readonly OutgoingEvent[],
) => Promise<{ readonly accepted: number; readonly duplicates: number }>;

export interface SendingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface OutboxOptions extends SendingOptions {
  /** The server has them. */
  readonly onTaken: (events: readonly OutgoingEvent[]) => void;
  /** `trouble` changed. */
  readonly onChange: () => void;
}

export const batchSize = 25;
const firstRetry = 1_000;
const lastRetry = 60_000;
/** The server is not left alone for longer than this, whatever it asks for, ms. */
const longestRetryAfter = 3_600_000;
/** So many events refused one after the other, and none taken, speak against the server, not against them. */
export const patience = 5;

/**
 * Sends what a journal holds: an event is acknowledged only when the server has said so with 2xx.
 *
 *   journal -> batch of 25, or what there is after `flushAfter` -> send, one at a time
 *      ^--- kept: no answer, 429, 5xx (retried with growing pauses, not before Retry-After), 401, 403 (the session), 402
 *           refused (other 4xx): halve the batch until the culprit stands alone, quarantine it, go on;
 *           after 5 culprits in a row with a pause before each, and from the newest, until one is taken
 */
export class Outbox implements Disposable {
  readonly #options: OutboxOptions;
  readonly #journal: Journal;
  #send: SendEvents | null = null;
  #flushAfter = 0;
  #sending: Promise<void> | null = null;
  #timer: Disposable | null = null;
  #size = batchSize;
  #failures = 0;
  /** Events quarantined since one was taken. */
  #refusals = 0;
  #retryAfter = 0;
  #problem: Problem | null = null;
  #trouble: Trouble | null = null;
  #failingSince = 0;

  constructor(options: OutboxOptions, journal: Journal) {
    this.#options = options;
    this.#journal = journal;
  }

  /** Why no batch gets through; null when the last one did, or nobody has tried. */
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Says how to send (null while there is nobody to send to); a batch that is not full leaves after `flushAfter` ms. */
  attach(send: SendEvents | null, flushAfter: number): void {
    if (send === this.#send) return;
    this.#send = send;
    this.#flushAfter = flushAfter;
    this.#failures = 0;
    this.#tell(null);
    this.#cancelTimer();
    if (this.#ready > 0) this.#schedule(0);
  }

  /** There may be more to send. */
  wake(): void {
    if (this.#sending) return;
    if (this.#failures > 0) {
      // None when nothing was left to send again.
      if (!this.#timer) this.#scheduleNext();
      return;
    }
    const ready = this.#ready;
    if (ready === batchSize) this.#schedule(0);
    else if (ready > 0 && !this.#timer) this.#schedule(this.#flushAfter);
  }

  /** Sends what is on disk until nothing is left or one attempt fails; never rejects. */
  async flush(): Promise<void> {
    this.#cancelTimer();
    if (this.#sending) await this.#sending;
    while (this.#ready > 0 && this.#send) {
      const failures = this.#failures;
      await this.#sendBatch();
      if (this.#failures > failures) return;
    }
  }

  dispose(): void {
    this.#send = null;
    this.#cancelTimer();
  }

  /** How many can be sent now, up to a batch. */
  get #ready(): number {
    return this.#journal.sendable(batchSize).length;
  }

  #schedule(ms: number): void {
    this.#cancelTimer();
    if (!this.#send) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = null;
      void this.#sendBatch();
    }, ms);
  }

  #cancelTimer(): void {
    this.#timer?.dispose();
    this.#timer = null;
  }

  #sendBatch(): Promise<void> {
    if (this.#sending) return this.#sending;
    this.#cancelTimer();
    this.#sending = this.#attempt().finally(() => {
      this.#sending = null;
      if (!this.#timer) this.#scheduleNext();
    });
    return this.#sending;
  }

  #scheduleNext(): void {
    const pause = this.#pause();
    if (this.#ready > 0) this.#schedule(pause);
    const problem = this.#failures > 0 && this.#timer ? this.#problem : null;
    const now = this.#options.clock.now();
    if (!this.#trouble) this.#failingSince = now;
    this.#tell(problem && { kind: 'sending', since: this.#failingSince, retryAt: now + pause, problem });
  }

  #tell(trouble: Trouble | null): void {
    const changed = trouble !== this.#trouble;
    this.#trouble = trouble;
    if (changed) this.#options.onChange();
  }

  #pause(): number {
    if (this.#failures > 0) return this.#backoff();
    return this.#size < batchSize || this.#ready === batchSize ? 0 : this.#flushAfter;
  }

  async #attempt(): Promise<void> {
    const send = this.#send;
    const batch = this.#batch();
    if (!send || batch.length === 0) return;
    try {
      await send(batch);
      // The server has them, whoever is to be sent to by now.
      this.#options.onTaken(batch);
      this.#journal.acknowledge(batch);
      this.#failures = 0;
      this.#refusals = 0;
      this.#size = Math.min(batchSize, this.#size * 2);
    } catch (error) {
      if (this.#send === send) this.#onError(batch, error);
    }
  }

  /** The oldest; but many bad ones in a row must not keep those behind them waiting, so then the newest is asked about. */
  #batch(): readonly OutgoingEvent[] {
    return this.#refusals > patience ? this.#journal.newestSendable() : this.#journal.sendable(this.#size);
  }

  #onError(batch: readonly OutgoingEvent[], error: unknown): void {
    const problem = problemOf(error);
    const refused = isRefusal(problem);
    this.#problem = problem;
    this.#retryAfter = (error instanceof RunglassError ? error.retryAfter : null) ?? 0;
    const [culprit] = batch;
    if (!refused) {
      this.#failures += 1;
      this.#options.log.debug(`Events are kept for later: ${describeError(error)}`);
    } else if (batch.length > 1) {
      this.#size = Math.ceil(batch.length / 2);
    } else if (culprit) {
      this.#journal.quarantine(culprit, describeError(error));
      this.#options.log.warn(`The backend refused an event (${culprit.event_type}): ${describeError(error)}`);
      this.#refusals += 1;
      this.#failures = Math.max(0, this.#refusals - patience);
    }
  }

  #backoff(): number {
    const limit = Math.min(lastRetry, firstRetry * 2 ** (this.#failures - 1));
    const asked = Math.min(longestRetryAfter, this.#retryAfter);
    // Spread also after Retry-After: everybody was told the same.
    return Math.max(asked, limit / 2) + (limit / 2) * this.#options.random();
  }
}

/** Speak of the session, of what was agreed with the host, or of the way there, not of events. */
const kept = new Set([401, 402, 403, 404, 407, 408, 425, 429]);

/** The server read the events and said no; asking again with the same ones would not help. */
function isRefusal(problem: Problem): boolean {
  if (problem.reason !== 'server') return false;
  return problem.status >= 400 && problem.status < 500 && !kept.has(problem.status);
}
