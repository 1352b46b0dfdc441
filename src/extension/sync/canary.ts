import type { Disposable } from '../../shared/disposable.ts';
import { Alarm } from './alarm.ts';
import { Generation } from './generation.ts';
import type { PingReply } from './transport.ts';
import type { Clock, Random } from './types.ts';

const patience = 5_000;
const attempts = 3;

export interface CanaryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Everything up to this seq is in the replica; null before the first pull. */
  readonly cursor: () => number | null;
  /**
   * The ping came back over the socket; `latency` is commit to arrival, ms by the server's clock. Everything committed
   * before `sentAt`, host clock, is in the replica.
   */
  readonly onSeen: (latency: number, sentAt: number) => void;
  /** It did not within 5 s; pull, the next ping is on its way. */
  readonly onLate: () => void;
  /** Three in a row did not. */
  readonly onMissing: () => void;
  readonly onFailed: (error: unknown) => void;
}

/** One row written by us that must come back over the socket: the only proof that changes flow. */
export class Canary implements Disposable {
  readonly #options: CanaryOptions;
  readonly #alarm: Alarm;
  #round = new Generation();
  #nonce: string | null = null;
  #reply: (PingReply & { readonly clockOffset: number; readonly sentAt: number }) | null = null;
  #echo: { readonly seq: number; readonly at: number } | null = null;
  #sent = 0;

  constructor(options: CanaryOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
  }

  start(ping: (nonce: string) => Promise<PingReply>): void {
    this.stop();
    this.#send(ping);
  }

  stop(): void {
    this.#alarm.clear();
    this.#round.end();
    this.#nonce = null;
    this.#sent = 0;
  }

  /** A canary came over the socket: ours, an older one of ours, or that of another window. */
  echo(nonce: string, seq: number): void {
    if (nonce !== this.#nonce) return;
    this.#echo ??= { seq, at: this.#options.clock.now() };
    this.check();
  }

  /** The cursor has moved. */
  check(): void {
    const { cursor } = this.#options;
    if (this.#nonce === null || !this.#echo || !this.#reply) return;
    if ((cursor() ?? -1) < this.#echo.seq) return;
    const latency = Math.max(0, this.#echo.at + this.#reply.clockOffset - this.#reply.now);
    const { sentAt } = this.#reply;
    this.stop();
    this.#options.onSeen(latency, sentAt);
  }

  dispose(): void {
    this.stop();
  }

  #send(ping: (nonce: string) => Promise<PingReply>): void {
    const nonce = uuid(this.#options.random);
    this.#nonce = nonce;
    this.#round = this.#round.next();
    this.#reply = null;
    this.#echo = null;
    this.#sent += 1;
    this.#alarm.set(patience, () => {
      if (this.#sent >= attempts) {
        this.stop();
        return this.#options.onMissing();
      }
      this.#options.onLate();
      this.#send(ping);
    });
    void this.#await(this.#round, this.#options.clock.now(), ping(nonce));
  }

  async #await(round: Generation, sentAt: number, answer: Promise<PingReply>): Promise<void> {
    try {
      const reply = await answer;
      if (round.isOver) return;
      // The row was written somewhere between the request and the answer.
      const clockOffset = reply.now - (sentAt + this.#options.clock.now()) / 2;
      this.#reply = { ...reply, clockOffset, sentAt };
      this.check();
    } catch (error) {
      if (!round.isOver) this.#options.onFailed(error);
    }
  }
}

/** A UUID version 4 from the given source of chance; unique enough to tell pings apart, and the lives of a replica. */
export function uuid(random: Random): string {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(random() * 16).toString(16));
}
