import { randomBytes } from 'node:crypto';
import { realtimeLimits } from '../limits.ts';
import type { Channel } from './channel.ts';

interface Meta {
  readonly phx_ref: string;
  readonly [key: string]: unknown;
}
type PresenceState = Record<string, { readonly metas: readonly Meta[] }>;

/** Everybody who joined one topic: broadcast and presence among them. */
export class Room {
  readonly #members = new Set<Channel>();
  readonly #tracked = new Map<Channel, { readonly key: string; readonly meta: Meta }>();

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  enter(channel: Channel): void {
    this.#members.add(channel);
    if (channel.request.presence.enabled)
      channel.push('presence_state', JSON.stringify(this.#state()), channel.joinRef);
  }

  leave(channel: Channel): void {
    this.#members.delete(channel);
    this.#untrack(channel);
  }

  broadcast(from: Channel, ref: string | null, payload: Record<string, unknown>): void {
    const { broadcast } = from.request;
    const bytes = payload.payload instanceof Uint8Array ? payload.payload : null;
    const event = String(payload.event ?? '');
    // The frame has one byte for the length of each.
    if (bytes && (Buffer.byteLength(from.topic) > 255 || Buffer.byteLength(event) > 255)) return;
    const text = bytes ? '' : JSON.stringify(payload);
    for (const member of this.#members) {
      if (member === from && !broadcast.self) continue;
      if (bytes) member.pushBytes(event, bytes);
      else member.push('broadcast', text);
    }
    if (broadcast.ack) from.reply(ref, 'ok', {});
  }

  presence(from: Channel, ref: string | null, message: Record<string, unknown>): void {
    if (message.event === 'track') {
      const payload = typeof message.payload === 'object' && message.payload !== null ? message.payload : {};
      const { presence: most } = realtimeLimits;
      if (JSON.stringify(payload).length > most) {
        const reason = `PresenceTooLarge: What a channel tracks may have at most ${most} characters`;
        from.reply(ref, 'error', { reason });
        return;
      }
      const meta: Meta = { ...payload, phx_ref: randomBytes(9).toString('base64url') };
      const key = from.request.presence.key || randomBytes(8).toString('hex');
      const before = this.#tracked.get(from);
      const entry = { key: before?.key ?? key, meta };
      this.#tracked.set(from, entry);
      from.reply(ref, 'ok', {});
      const leaves = before ? { [before.key]: { metas: [before.meta] } } : {};
      this.#diff({ [entry.key]: { metas: [meta] } }, leaves);
    } else if (message.event === 'untrack') {
      from.reply(ref, 'ok', {});
      this.#untrack(from);
    }
  }

  #untrack(channel: Channel): void {
    const entry = this.#tracked.get(channel);
    if (!entry) return;
    this.#tracked.delete(channel);
    this.#diff({}, { [entry.key]: { metas: [entry.meta] } });
  }

  #diff(joins: PresenceState, leaves: PresenceState): void {
    const text = JSON.stringify({ joins, leaves });
    for (const member of this.#members)
      if (member.request.presence.enabled) member.push('presence_diff', text);
  }

  #state(): PresenceState {
    // A key may be `__proto__`, which is no property of a plain object that could be set.
    const state = new Map<string, { metas: Meta[] }>();
    for (const { key, meta } of this.#tracked.values()) {
      const own = state.get(key);
      if (own) own.metas.push(meta);
      else state.set(key, { metas: [meta] });
    }
    return Object.fromEntries(state);
  }
}
