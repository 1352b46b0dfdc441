import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Problem } from '../../shared/status.ts';
import { Alarm } from '../sync/alarm.ts';
import { Canary } from '../sync/canary.ts';
import { problemOf } from '../sync/engineStatus.ts';
import type { ChannelEvent, Transport } from '../sync/transport.ts';
import type { Clock, Random } from '../sync/types.ts';
import { deferred } from './deferred.ts';

/** The server says that it reads the database within this after the join, ms. */
const armTimeout = 25_000;

export type Joined =
  | { readonly kind: 'armed' }
  /** The join was accepted, and then nothing was said. */
  | { readonly kind: 'unarmed' }
  /** The join was neither accepted nor refused. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'refused'; readonly problem: Problem };

export type Delivered =
  /** Commit to arrival, ms. */
  | { readonly kind: 'seen'; readonly latency: number }
  /** After another ping had been sent, ms since it was. */
  | { readonly kind: 'late'; readonly after: number }
  | { readonly kind: 'missing' }
  /** The row could not be written. */
  | { readonly kind: 'unwritten'; readonly problem: Problem }
  | { readonly kind: 'closed'; readonly problem: Problem };

/** One channel as the engine joins it, with its bindings, beside the engine's own. */
export class Stream implements Disposable {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #disposables = new DisposableStore();
  #hear: (event: ChannelEvent) => void = () => {};
  #end: Problem | null = null;

  constructor(transport: Transport, clock: Clock, random: Random) {
    this.#transport = this.#disposables.add(transport);
    this.#clock = clock;
    this.#random = random;
  }

  /** Called once. */
  join(): Promise<Joined> {
    const alarm = this.#disposables.add(new Alarm(this.#clock));
    const { promise, resolve } = deferred<Joined>();
    let joined = false;
    alarm.set(armTimeout, () => resolve({ kind: joined ? 'unarmed' : 'unanswered' }));
    this.#hear = (event) => {
      if (event.type === 'joined') joined = true;
      else if (event.type === 'armed') resolve({ kind: 'armed' });
      else if (event.type === 'refused' || event.type === 'closed')
        resolve({ kind: 'refused', problem: event.problem });
    };
    this.#disposables.add(
      this.#transport.join((event) => {
        if (event.type === 'refused' || event.type === 'closed') this.#end = event.problem;
        this.#hear(event);
      }),
    );
    return promise.finally(() => alarm.dispose());
  }

  /** Writes the canary, up to three times in 15 s, until one comes back. Once the channel is armed. */
  deliver(): Promise<Delivered> {
    const { promise, resolve } = deferred<Delivered>();
    if (this.#end) return Promise.resolve({ kind: 'closed', problem: this.#end });
    const sent = new Map<string, number>();
    let newest = '';
    let refused: Problem | null = { reason: 'timeout', detail: 'None of three was answered within 15 s.' };
    const canary = this.#disposables.add(
      new Canary({
        clock: this.#clock,
        random: this.#random,
        // There is no replica whose cursor would have to follow.
        cursor: () => Number.MAX_SAFE_INTEGER,
        onSeen: (latency) => resolve({ kind: 'seen', latency }),
        onLate: () => {},
        onMissing: () => resolve(refused ? { kind: 'unwritten', problem: refused } : { kind: 'missing' }),
        onFailed: (error) => {
          refused = problemOf(error);
          // A lock may be let go of before the next attempt.
          if (refused.reason !== 'accountBusy') resolve({ kind: 'unwritten', problem: refused });
        },
      }),
    );
    this.#hear = (event) => {
      if (event.type === 'refused' || event.type === 'closed')
        resolve({ kind: 'closed', problem: event.problem });
      if (event.type !== 'change' || event.change.kind !== 'canary') return;
      const { nonce, seq } = event.change;
      const sentAt = sent.get(nonce);
      if (sentAt !== undefined && nonce !== newest)
        resolve({ kind: 'late', after: this.#clock.now() - sentAt });
      canary.echo(nonce, seq);
    };
    canary.start(async (nonce) => {
      newest = nonce;
      sent.set(nonce, this.#clock.now());
      const reply = await this.#transport.ping(nonce);
      refused = null;
      return reply;
    });
    return promise.finally(() => canary.dispose());
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
