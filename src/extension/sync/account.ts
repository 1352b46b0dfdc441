import type { Disposable } from '../../shared/disposable.ts';
import type { Counters } from './counters.ts';
import { Generation } from './generation.ts';
import type { Channel, ChannelEvent, OpenTransport, PingReply, Transport } from './transport.ts';
import type { Credentials } from './types.ts';

export interface AccountOptions {
  readonly openTransport: OpenTransport;
  readonly counters: Counters;
  /** What the present channel has to say. */
  readonly hear: (event: ChannelEvent) => void;
}

/** One account on one backend: its token, its transport, and at most one channel that is listened to. */
export class Account implements Disposable {
  readonly userId: string;
  readonly transport: Transport;
  readonly #options: AccountOptions;
  #credentials: Credentials;
  #channel: Channel | null = null;
  #joined = new Generation();

  constructor(credentials: Credentials, options: AccountOptions) {
    this.userId = credentials.userId;
    this.#credentials = credentials;
    this.#options = options;
    this.transport = options.openTransport({
      userId: credentials.userId,
      accessToken: () => this.#credentials.accessToken,
      traffic: options.counters,
    });
  }

  /** When the token expires, ms since 1970, host clock. */
  get expiresAt(): number {
    return this.#credentials.expiresAt;
  }

  /** Takes the token of the moment; answers whether it is another one. */
  renew(credentials: Credentials): boolean {
    const isNew = credentials.accessToken !== this.#credentials.accessToken;
    this.#credentials = credentials;
    return isNew;
  }

  /** Lets go of the channel and joins a fresh one. */
  join(): void {
    this.leave();
    this.#options.counters.count('joins');
    const joined = this.#joined.next();
    this.#joined = joined;
    const channel = this.transport.join((event) => {
      if (!joined.isOver) this.#options.hear(event);
    });
    // It may have failed before it was here.
    if (joined.isOver) channel.dispose();
    else this.#channel = channel;
  }

  leave(): void {
    this.#joined.end();
    this.#channel?.dispose();
    this.#channel = null;
  }

  /** Hands the token of the moment to the channel. */
  renewChannel(): void {
    this.#channel?.renewToken();
  }

  probe(): void {
    this.#channel?.probe();
  }

  ping(nonce: string): Promise<PingReply> {
    this.#options.counters.count('pings');
    return this.transport.ping(nonce);
  }

  dispose(): void {
    this.leave();
    this.transport.dispose();
  }
}
