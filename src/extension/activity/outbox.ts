import type { Disposable } from '../../shared/disposable.ts';
import type { Emitter } from '../../shared/emitter.ts';
import type { OutgoingEvent } from '../../shared/model.ts';
import { type Problem, RunglassError } from '../../shared/status.ts';
import { describeError } from '../platform/log.ts';
import type { Clock, Log, Random } from '../sync/types.ts';

/** Sends one batch; rejects with `RunglassError`. Sending an event again does no harm. */
export type SendEvents = (
  events: readonly OutgoingEvent[],
) => Promise<{ readonly accepted: number; readonly duplicates: number }>;

export interface OutboxOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The number of pending events changed. */
  readonly changed: Emitter<void>;
}

export const batchSize = 25;
/** More are not held: the oldest go, and are counted. */
export const capacity = 1_000;
const firstRetry = 1_000;
const lastRetry = 60_000;

/**
 * Editor events on their way to the backend: an event leaves the queue only when the server has acknowledged it.
 *
 *   add -> queue -> batch of 25, or what there is after `flushAfter` -> send, one at a time
 *            ^--- kept: the server could not be reached (retried with growing pauses)
 *                 refused: halve the batch until the culprit stands alone, put it aside, go on
 */
export class Outbox implements Disposable {
  readonly #options: OutboxOptions;
  readonly #queue: OutgoingEvent[] = [];
  #send: SendEvents | null = null;
  #flushAfter = 0;
  #sending: Promise<void> | null = null;
  #timer: Disposable | null = null;
  #size = batchSize;
  #failures = 0;
  #dropped = 0;
  #disposed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#queue.length;
  }

  /** Events given up: refused by the server, or pushed out by newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  add(event: OutgoingEvent): void {
    if (this.#disposed) return;
    this.#queue.push(event);
    if (this.#queue.length > capacity) {
      this.#queue.splice(0, this.#queue.length - capacity);
      this.#drop('The outbox is full: the oldest event was dropped.');
    }
    this.#options.changed.fire();
    if (this.#failures > 0 || this.#sending) return;
    if (this.#queue.length >= batchSize) this.#schedule(0);
    else if (!this.#timer) this.#schedule(this.#flushAfter);
  }

  /** Says how to send (null while there is nobody to send to); a batch that is not full leaves after `flushAfter` ms. */
  attach(send: SendEvents | null, flushAfter: number): void {
    this.#send = send;
    this.#flushAfter = flushAfter;
    this.#failures = 0;
    if (send && this.#queue.length > 0) this.#schedule(0);
  }

  /** Forgets what has not been sent. */
  clear(): void {
    if (this.#queue.length === 0) return;
    this.#queue.length = 0;
    this.#options.changed.fire();
  }

  /** Sends what is pending until nothing is left or one attempt fails; never rejects. */
  async flush(): Promise<void> {
    this.#cancelTimer();
    if (this.#sending) await this.#sending;
    while (this.#queue.length > 0 && this.#send) {
      const failures = this.#failures;
      await this.#sendBatch();
      if (this.#failures > failures) return;
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#send = null;
    this.#cancelTimer();
    this.#queue.length = 0;
    this.#options.changed.dispose();
  }

  #schedule(ms: number): void {
    this.#cancelTimer();
    if (!this.#send || this.#disposed) return;
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
    this.#sending ??= this.#attempt().finally(() => {
      this.#sending = null;
      if (this.#timer || this.#queue.length === 0) return;
      this.#schedule(this.#pause());
    });
    return this.#sending;
  }

  #pause(): number {
    if (this.#failures > 0) return this.#backoff();
    const hurry = this.#size < batchSize || this.#queue.length >= batchSize;
    return hurry ? 0 : this.#flushAfter;
  }

  async #attempt(): Promise<void> {
    const send = this.#send;
    const batch = this.#queue.slice(0, this.#size);
    if (!send || batch.length === 0) return;
    try {
      await send(batch);
      if (this.#send !== send) return;
      this.#remove(batch);
      this.#failures = 0;
      this.#size = Math.min(batchSize, this.#size * 2);
    } catch (error) {
      if (this.#send === send) this.#onError(batch, error);
    }
  }

  #onError(batch: readonly OutgoingEvent[], error: unknown): void {
    const refused = error instanceof RunglassError && isRefusal(error.problem);
    if (!refused) {
      this.#failures += 1;
      this.#options.log.debug(`Events are kept for later: ${describeError(error)}`);
    } else if (batch.length > 1) {
      this.#size = Math.ceil(batch.length / 2);
    } else {
      this.#remove(batch);
      this.#drop(`The backend refused an event (${batch[0]?.event_type}): ${describeError(error)}`);
    }
  }

  #remove(batch: readonly OutgoingEvent[]): void {
    const sent = new Set(batch);
    const left = this.#queue.filter((event) => !sent.has(event));
    this.#queue.splice(0, this.#queue.length, ...left);
    this.#options.changed.fire();
  }

  #drop(reason: string): void {
    this.#dropped += 1;
    this.#options.log.warn(reason);
  }

  #backoff(): number {
    const limit = Math.min(lastRetry, firstRetry * 2 ** (this.#failures - 1));
    return limit * (0.5 + this.#options.random() / 2);
  }
}

/** The server read the events and said no; asking again with the same ones would not help. */
function isRefusal(problem: Problem): boolean {
  return (
    problem.reason === 'server' &&
    problem.status >= 400 &&
    problem.status < 500 &&
    ![401, 403, 404, 408, 425, 429].includes(problem.status)
  );
}
