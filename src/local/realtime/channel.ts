import type { Claims } from '../jwt.ts';
import type { ArmedBinding } from './arming.ts';
import type { Subscriber } from './changes.ts';
import type { Binding, ChangeType } from './filter.ts';
import type { JoinRequest } from './join.ts';

/** How a channel speaks: frames of its topic on its socket. `payload` is JSON text. */
export interface ChannelOutput {
  send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: string): void;
  sendBytes(topic: string, event: string, payload: Uint8Array): void;
}

/** setTimeout counts 32 bits; the expiry is looked at again at least this often, ms. */
const expiryCheck = 300_000;

/** One joined topic of one socket. */
export class Channel implements Subscriber {
  readonly topic: string;
  readonly joinRef: string | null;
  readonly request: JoinRequest;
  readonly #output: ChannelOutput;
  readonly #onExpired: (message: string) => void;
  #claims: Claims;
  #timer: NodeJS.Timeout | undefined;
  /** Well-formed bindings; armed ones were accepted by the database as well. */
  bindings: readonly Binding[] = [];
  armed: readonly ArmedBinding[] = [];
  token: string | null;
  closed = false;

  constructor(
    topic: string,
    joinRef: string | null,
    request: JoinRequest,
    claims: Claims,
    output: ChannelOutput,
    onExpired: (message: string) => void,
  ) {
    this.topic = topic;
    this.joinRef = joinRef;
    this.request = request;
    this.token = request.token;
    this.#claims = claims;
    this.#output = output;
    this.#onExpired = onExpired;
    this.#watchExpiry();
  }

  get claims(): Claims {
    return this.#claims;
  }

  /** Filters stay as joined; from now on rows are seen as the new claims' role. */
  renew(token: string, claims: Claims): void {
    this.token = token;
    this.#claims = claims;
    this.#watchExpiry();
  }

  deliver(type: ChangeType, ids: readonly number[], data: string): void {
    if (this.closed) return;
    if (this.request.legacy) this.#output.send(null, null, this.topic, type, data);
    else {
      const payload = `{"data":${data},"ids":${JSON.stringify(ids)}}`;
      this.#output.send(null, null, this.topic, 'postgres_changes', payload);
    }
  }

  reply(ref: string | null, status: 'ok' | 'error', response: unknown): void {
    this.#output.send(this.joinRef, ref, this.topic, 'phx_reply', JSON.stringify({ status, response }));
  }

  system(extension: 'postgres_changes' | 'system', status: 'ok' | 'error', message: string): void {
    if (this.closed) return;
    const channel = this.topic.slice('realtime:'.length);
    const payload = JSON.stringify({ message, status, extension, channel });
    this.#output.send(this.joinRef, null, this.topic, 'system', payload);
  }

  /** Broadcasts, presence: frames that belong to the topic and not to a join. */
  push(event: string, payload: string, joinRef: string | null = null): void {
    if (!this.closed) this.#output.send(joinRef, null, this.topic, event, payload);
  }

  pushBytes(event: string, payload: Uint8Array): void {
    if (!this.closed) this.#output.sendBytes(this.topic, event, payload);
  }

  /** Ends the join; `tell` sends the `phx_close` that makes clients forget it. */
  close(tell: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.armed = [];
    clearTimeout(this.#timer);
    if (tell) this.#output.send(this.joinRef, this.joinRef, this.topic, 'phx_close', '{}');
  }

  #watchExpiry(): void {
    clearTimeout(this.#timer);
    const { exp } = this.#claims;
    if (exp === undefined) return;
    const left = exp * 1000 - Date.now();
    if (left > 0) this.#timer = setTimeout(() => this.#watchExpiry(), Math.min(left, expiryCheck));
    else this.#onExpired(`Token has expired ${Math.floor(-left / 1000)} seconds ago`);
  }
}
