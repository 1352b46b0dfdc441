import type { TokenResult } from '../../../src/local/jwt.ts';
import { notPublished, unknownRole } from '../../../src/local/realtime/arming.ts';
import type { Frame } from '../../../src/local/realtime/frames.ts';
import { readJoin, record, userToken } from '../../../src/local/realtime/join.ts';
import { joinRefusal, renewalRefusal } from '../../../src/local/realtime/refusals.ts';
import { ServerChannel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Faults } from './faults.ts';
import type { Timers } from './timers.ts';

const roles = ['anon', 'authenticated', 'service_role'];
const subscribed = 'Subscribed to PostgreSQL';

export interface JoinsOptions {
  readonly faults: () => Faults;
  readonly timers: Timers;
  readonly verify: (token: string) => TokenResult;
  /** Tables that can be subscribed to; null for all. */
  readonly published: readonly string[] | null;
  /** How long a refused join blocks its socket, ms. */
  readonly refusedDelay: number;
}

/** Channels from their join to their end: joins, tokens, heartbeats. */
export class Joins {
  readonly #options: JoinsOptions;
  /** All that were ever let in. */
  readonly channels: ServerChannel[] = [];
  /** Tokens pushed on joined channels. */
  readonly tokens: unknown[] = [];
  /** Joins refused. */
  refusals = 0;
  heartbeats = 0;
  /** What is done with a join that is not refused. */
  onJoin: (channel: ServerChannel) => void = (channel) => void this.#admit(channel);

  constructor(options: JoinsOptions) {
    this.#options = options;
  }

  get open(): readonly ServerChannel[] {
    return this.channels.filter(({ closed }) => !closed);
  }

  async hear(connection: Connection, frame: Frame): Promise<void> {
    const { topic, event, ref, joinRef, payload } = frame;
    const reply = (status: string, response: unknown, join: string | null = null) =>
      connection.send(join, ref, topic, 'phx_reply', { status, response });
    if (topic === 'phoenix') {
      this.heartbeats += 1;
      if (event === 'heartbeat' && this.#options.faults().answersHeartbeat(this.heartbeats)) reply('ok', {});
      return;
    }
    if (event === 'phx_join' && topic.startsWith('realtime:')) return this.#join(connection, frame);
    const channel = this.#find(connection, topic);
    if (event === 'phx_leave') {
      reply('ok', {}, joinRef);
      if (channel && (joinRef === null || channel.joinRef === joinRef)) channel.close();
    } else if (!channel) reply('error', { reason: 'unmatched topic' });
    else if (event === 'access_token') this.#renew(channel, record(payload).access_token);
  }

  /** The server has subscribed anew by itself, as after a change of the publication. */
  rearm(): void {
    for (const channel of this.open) if (channel.streams) channel.system('ok', subscribed);
  }

  /** The connection is gone, and its channels with it. */
  forget(connection: Connection): void {
    for (const channel of this.channels) if (channel.connection === connection) channel.closed = true;
  }

  #find(connection: Connection, topic: string): ServerChannel | null {
    return this.open.find((one) => one.connection === connection && one.topic === topic) ?? null;
  }

  async #join(connection: Connection, frame: Frame): Promise<void> {
    const { topic, payload } = frame;
    const request = readJoin(topic, payload);
    const channel = new ServerChannel(connection, frame, request);
    const result = request.token === null ? { claims: channel.claims } : this.#options.verify(request.token);
    const refusal =
      topic === 'realtime:'
        ? 'TopicNameRequired: You must provide a topic name'
        : 'problem' in result
          ? joinRefusal(result.problem)
          : this.#options.faults().refuseJoin(request.token);
    if (refusal !== null) {
      this.refusals += 1;
      await connection.hold(this.#options.refusedDelay);
      return channel.refuse(refusal);
    }
    if ('claims' in result) channel.claims = result.claims;
    channel.before = this.#find(connection, topic);
    this.channels.push(channel);
    this.#watchExpiry(channel);
    this.onJoin(channel);
  }

  async #admit(channel: ServerChannel): Promise<void> {
    const { timers, faults } = this.#options;
    const { joinDelay, armDelay, streamDelay } = faults();
    if (joinDelay > 0) await timers.pause(joinDelay);
    channel.accept();
    if (!channel.hasBindings) return;
    const refusal = this.#refuseBindings(channel);
    if (refusal !== null) return channel.system('error', refusal);
    if (armDelay > 0) await timers.pause(armDelay);
    if (streamDelay === 0) channel.streams = true;
    channel.system('ok', subscribed);
    if (streamDelay > 0) await timers.pause(streamDelay);
    channel.streams = true;
  }

  #renew(channel: ServerChannel, value: unknown): void {
    this.tokens.push(value);
    const token = userToken(value);
    if (token === null || token === channel.token) return;
    const result = this.#options.verify(token);
    if ('problem' in result) {
      channel.end(renewalRefusal(result.problem));
      return;
    }
    channel.token = token;
    channel.claims = result.claims;
    this.#watchExpiry(channel);
    if (!channel.streams) return;
    const refusal = this.#refuseBindings(channel);
    channel.streams = refusal === null;
    channel.system(refusal === null ? 'ok' : 'error', refusal ?? subscribed);
  }

  /** One bad binding fails them all. */
  #refuseBindings({ bindings, claims }: ServerChannel): string | null {
    const { published, faults } = this.#options;
    const [first] = bindings;
    if (first && !roles.includes(claims.role)) return unknownRole(first, claims.role).message;
    const unknown = bindings.find(
      ({ schema, table }) =>
        schema !== 'public' || (table !== '*' && published && !published.includes(table)),
    );
    return unknown ? notPublished(unknown).message : faults().refuseBindings;
  }

  #watchExpiry(channel: ServerChannel): void {
    const { token, claims } = channel;
    if (claims.exp === undefined) return;
    const left = Math.max(0, claims.exp * 1000 - Date.now());
    this.#options.timers.later(() => {
      if (!channel.closed && channel.token === token) channel.end('Token has expired 0 seconds ago');
    }, left);
  }
}
