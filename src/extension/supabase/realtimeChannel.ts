import {
  REALTIME_CHANNEL_STATES,
  REALTIME_SUBSCRIBE_STATES,
  type RealtimeChannel,
  type SupabaseClient,
} from '@supabase/supabase-js';
import * as v from 'valibot';
import type WebSocket from 'ws';
import type { Problem } from '../../shared/status.ts';
import { tables } from '../../shared/tables.ts';
import type { Channel, ChannelEvent, TransportAccount } from '../sync/transport.ts';
import { type Backend, createBackendClient } from './client.ts';
import { problemOfRealtime, toRunglassError } from './errors.ts';
import { decodeStreamed } from './wire.ts';

/** Two heartbeats this far apart: the second one finds out whether the first was answered. */
const probeInterval = 1_500;
/** A socket that does not close when asked is cut. */
const closePatience = 1_000;

/** A change as supabase-js hands it on, of whatever table. */
const payloadSchema = v.object({
  table: v.string(),
  eventType: v.string(),
  new: v.fallback(v.record(v.string(), v.unknown()), {}),
  errors: v.nullish(v.array(v.string())),
});
const systemSchema = v.object({ extension: v.string(), status: v.string(), message: v.string() });

/**
 * One client, one socket, one channel, used once. supabase-js would rejoin by itself, with the same token, in step
 * with every other client, and leak its listeners each time; so the first failure is told and ends it all.
 */
export class RealtimeChannelLink implements Channel {
  readonly #listener: (event: ChannelEvent) => void;
  readonly #client: SupabaseClient;
  readonly #account: TransportAccount;
  readonly #sockets = new Set<WebSocket>();
  #channel: RealtimeChannel | null = null;
  #probe: ReturnType<typeof setTimeout> | null = null;
  /** The change in the present frame has been told. */
  #isTold = false;
  #ended = false;

  /** Joins; events come after the constructor has returned. */
  constructor(backend: Backend, account: TransportAccount, listener: (event: ChannelEvent) => void) {
    this.#listener = listener;
    this.#account = account;
    this.#client = createBackendClient(backend, {
      accessToken: account.accessToken,
      traffic: account.traffic,
      onSocket: (socket) => {
        this.#sockets.add(socket);
        socket.on('message', () => {
          this.#isTold = false;
        });
        socket.on('close', () => this.#sockets.delete(socket));
      },
      onUnreadable: () => this.#tell({ type: 'damaged', detail: 'a frame that cannot be read' }),
    });
    this.#client.realtime.onHeartbeat((status) => {
      if (status === 'ok') this.#tell({ type: 'pong' });
      else if (status === 'timeout') this.#tell({ type: 'silent' });
    });
    this.#join().catch((error: unknown) => {
      this.#tell({ type: 'refused', problem: toRunglassError(error).problem });
    });
  }

  renewToken(): void {
    // Asked before that, supabase-js takes the token for handed over; with the join's answer it asks by itself.
    if (this.#channel?.state !== REALTIME_CHANNEL_STATES.joined) return;
    this.#client.realtime.setAuth().catch((error: unknown) => {
      this.#tell({ type: 'closed', problem: toRunglassError(error).problem });
    });
  }

  probe(): void {
    const { realtime } = this.#client;
    if (!realtime.isConnected()) {
      queueMicrotask(() => this.#tell({ type: 'silent' }));
      return;
    }
    void realtime.sendHeartbeat();
    if (this.#probe) clearTimeout(this.#probe);
    this.#probe = setTimeout(() => {
      if (realtime.pendingHeartbeatRef) void realtime.sendHeartbeat();
    }, probeInterval);
  }

  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#probe) clearTimeout(this.#probe);
    if (this.#channel) {
      answerPushes(this.#channel);
      this.#channel.teardown();
    }
    const { realtime } = this.#client;
    // A closed channel leaves a timer that would disconnect the socket later; naming a channel takes it back.
    realtime.channel('released');
    for (const socket of this.#sockets) close(socket);
    // Told of the socket's end, supabase-js has stopped its heartbeats and asked for a reconnect; after a heartbeat
    // without an answer it asks once more, later.
    realtime.reconnectTimer.reset();
    realtime.reconnectTimer.callback = () => {};
  }

  async #join(): Promise<void> {
    // subscribe() reads the token synchronously: without this the join goes out as anon and delivers nothing.
    const { realtime } = this.#client;
    while (!this.#ended && realtime.accessTokenValue !== this.#account.accessToken())
      await realtime.setAuth();
    if (this.#ended) return;
    const channel = realtime.channel(`runglass-${crypto.randomUUID()}`, {
      config: { postgres_changes_options: { wait: true } },
    });
    this.#channel = channel;
    const filter = `user_id=eq.${this.#account.userId}`;
    const hear = (payload: unknown) => this.#hear(payload);
    for (const table of [...tables, 'sync_canaries'])
      channel.on('postgres_changes', { event: '*', schema: 'public', table, filter }, hear);
    channel.on(
      'postgres_changes',
      { event: 'INSERT', schema: 'public', table: 'sync_tombstones', filter },
      hear,
    );
    channel.on('system', {}, (payload: unknown) => this.#hearSystem(payload));
    channel.subscribe((status, error) => this.#hearStatus(status, error));
  }

  #hearStatus(status: `${REALTIME_SUBSCRIBE_STATES}`, error: Error | undefined): void {
    switch (status) {
      case REALTIME_SUBSCRIBE_STATES.SUBSCRIBED:
        this.#tell({ type: 'joined' });
        break;
      case REALTIME_SUBSCRIBE_STATES.CHANNEL_ERROR:
        this.#tell({ type: 'closed', problem: problemOfRealtime(error?.message ?? 'The socket was lost.') });
        break;
      case REALTIME_SUBSCRIBE_STATES.TIMED_OUT:
        this.#tell({ type: 'refused', problem: noRealtime('The server did not answer the join.') });
        break;
      case REALTIME_SUBSCRIBE_STATES.CLOSED:
        this.#tell({ type: 'closed', problem: noRealtime('The server closed the channel.') });
        break;
      default:
        status satisfies never;
    }
  }

  #hearSystem(payload: unknown): void {
    const result = v.safeParse(systemSchema, payload);
    if (!result.success) return;
    const { extension, status, message } = result.output;
    if (status === 'ok' && extension === 'postgres_changes') this.#tell({ type: 'armed' });
    else if (status === 'error') this.#tell({ type: 'refused', problem: problemOfRealtime(message) });
  }

  /** One handler for all bindings: an early change reaches several, is routed by its table and told once. */
  #hear(payload: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const result = v.safeParse(payloadSchema, payload);
    if (!result.success) {
      this.#tell({ type: 'damaged', detail: 'unknown form' });
      return;
    }
    const { table, errors } = result.output;
    if (errors && errors.length > 0) {
      this.#tell({ type: 'damaged', detail: `${table}: ${errors.join(', ')}` });
      return;
    }
    // A filtered DELETE carries the key alone; the tombstone tells the same with its place in the order.
    if (result.output.eventType === 'DELETE') return;
    const change = decodeStreamed(table, result.output.eventType, result.output.new);
    if (change) this.#tell({ type: 'change', change });
    else this.#tell({ type: 'damaged', detail: `${table}: a row without id or seq` });
  }

  #tell(event: ChannelEvent): void {
    if (!this.#ended) this.#listener(event);
  }
}

function noRealtime(detail: string): Problem {
  return { reason: 'noRealtime', detail };
}

/**
 * A renewed token is never answered, so its push holds a timer until its timeout, of 30 s, which `teardown` forgets.
 * Each push waits in a binding of its own, and lets go of its timer when that is called.
 */
function answerPushes({ joinPush }: RealtimeChannel): void {
  for (const { event, callback } of [...joinPush.channel.bindings])
    if (event.startsWith('chan_reply_')) callback({ status: 'released' }, null, '');
}

/**
 * Ends a socket and all that supabase-js hung on it. Its own `disconnect` leaves a timer of 10 s behind, so its
 * handlers are told of the end at once, are taken off, and the socket closes by itself.
 */
function close(socket: WebSocket): void {
  const { onclose } = socket;
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  // An aborted handshake is an error event, and one that nobody hears would be thrown.
  socket.on('error', () => {});
  socket.onerror = null;
  onclose?.call(socket, { wasClean: true, code: 1000, reason: '', type: 'close', target: socket });
  socket.close(1000);
  const cut = setTimeout(() => socket.terminate(), closePatience);
  socket.once('close', () => clearTimeout(cut));
}
