import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Database } from '../database.ts';
import { type Claims, type TokenResult, verifyToken } from '../jwt.ts';
import { isSecret, type Secrets } from '../keys.ts';
import { realtimeLimits } from '../limits.ts';
import { refuseUpgrade } from '../server.ts';
import { arm, BindingError } from './arming.ts';
import { Catalog } from './catalog.ts';
import { ChangeFeed } from './changes.ts';
import { Channel } from './channel.ts';
import { type Binding, parseBinding } from './filter.ts';
import type { Frame } from './frames.ts';
import { echo, excessOf, type JoinRequest, readJoin, record, userToken } from './join.ts';
import { joinRefusal, renewalRefusal, socketRefusal } from './refusals.ts';
import { Room } from './room.ts';
import { RealtimeSocket, silenceLimit } from './socket.ts';
import { Unread } from './unread.ts';

/** How long the real server lets a refused join and a refused socket wait, ms. */
const refusedJoinDelay = 5000;
const refusedSocketDelay = 2000;
const sweepInterval = 5000;

const prefix = 'realtime:';

/**
 * Supabase Realtime for the embedded database: `/realtime/v1/websocket`.
 *
 *   phx_join → reply ok with the bindings' ids → the bindings are checked → `system` ok or error → changes
 *   access_token → new claims → `system` ok;  expired or bad → `system` error, phx_close
 */
export class Realtime {
  readonly #database: Database;
  readonly #secrets: Secrets;
  readonly #log: (...parts: unknown[]) => void;
  readonly #catalog = new Catalog();
  readonly #feed: ChangeFeed;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: realtimeLimits.frame });
  readonly #sockets = new Set<RealtimeSocket>();
  readonly #unread = new Unread(realtimeLimits, this.#sockets);
  readonly #rooms = new Map<string, Room>();
  readonly #sweep: NodeJS.Timeout;
  #capturing = false;
  #published = '';

  constructor(database: Database, secrets: Secrets, log: (...parts: unknown[]) => void) {
    this.#database = database;
    this.#secrets = secrets;
    this.#log = log;
    this.#feed = new ChangeFeed(database, this.#catalog, () => this.#channels(), log);
    this.#sweep = setInterval(() => this.#closeSilent(), sweepInterval);
  }

  /** Begins to listen to the database; what an earlier process left undelivered is dropped. */
  async start(): Promise<void> {
    await this.#database.exclusive((query) => query('truncate runglass_local.outbox'));
    await this.#database.listen('runglass_local_changes', () => void this.#feed.drain());
    await this.#database.listen('runglass_local_schema', () => void this.#schemaChanged());
    this.#published = await this.#publication();
  }

  /** Takes over a WebSocket request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void {
    const header = request.headers['x-api-key'];
    const key = (typeof header === 'string' ? header : null) ?? url.searchParams.get('apikey');
    const result = this.#identify(key);
    const isFull = this.#sockets.size >= realtimeLimits.sockets;
    if ('error' in result || isFull) {
      const [status, error] = 'error' in result ? [401, result.error] : [429, 'Too many connected users'];
      setTimeout(() => refuseUpgrade(socket, status, error), refusedSocketDelay);
      return;
    }
    const version = url.searchParams.get('vsn') === '2.0.0' ? '2.0.0' : '1.0.0';
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const own = new RealtimeSocket(
        webSocket,
        version,
        result.claims,
        (from, frame) => this.#handle(from, frame),
        this.#log,
        this.#unread,
      );
      this.#sockets.add(own);
      webSocket.on('close', () => this.#gone(own));
    });
  }

  /** Closes every socket as a server that restarts does. */
  stop(): void {
    clearInterval(this.#sweep);
    for (const socket of this.#sockets) socket.close(1012);
    const left = [...this.#sockets];
    setTimeout(() => {
      for (const socket of left) socket.terminate();
    }, 500).unref();
  }

  #channels(): Channel[] {
    return [...this.#sockets].flatMap((socket) => [...socket.channels.values()]);
  }

  #identify(key: string | null): { readonly claims: Claims } | { readonly error: string } {
    if (!key) return { error: 'API key is missing' };
    if (isSecret(key, this.#secrets.publishableKey)) return { claims: { role: 'anon' } };
    if (isSecret(key, this.#secrets.secretKey)) return { claims: { role: 'service_role' } };
    const result = this.#verify(key);
    return 'claims' in result ? result : { error: socketRefusal(result.problem) };
  }

  #verify(token: string): TokenResult {
    return verifyToken(token, this.#secrets.jwtSecret, Date.now());
  }

  async #handle(socket: RealtimeSocket, frame: Frame): Promise<void> {
    const { topic, event, ref, joinRef } = frame;
    const reply = (status: string, response: unknown, join: string | null = null) =>
      socket.send(join, ref, topic, 'phx_reply', JSON.stringify({ status, response }));
    if (topic === 'phoenix') {
      if (event === 'heartbeat') reply('ok', {});
      return;
    }
    if (event === 'phx_join') return this.#join(socket, frame);
    const channel = socket.channels.get(topic);
    if (event === 'phx_leave') {
      reply('ok', {}, joinRef);
      if (channel && (joinRef === null || channel.joinRef === joinRef)) this.#end(socket, channel, true);
      return;
    }
    if (!channel) return reply('error', { reason: 'unmatched topic' });
    if (event === 'access_token') return this.#renew(socket, channel, record(frame.payload).access_token);
    if (event === 'broadcast') this.#room(topic).broadcast(channel, ref, record(frame.payload));
    else if (event === 'presence') this.#room(topic).presence(channel, ref, record(frame.payload));
  }

  async #join(socket: RealtimeSocket, { topic, ref, joinRef, payload }: Frame): Promise<void> {
    const reply = (status: string, response: unknown, join: string | null) =>
      socket.send(join, ref, topic, 'phx_reply', JSON.stringify({ status, response }));
    if (!topic.startsWith(prefix)) return reply('error', { reason: 'unmatched topic' }, null);
    const request = readJoin(topic, payload);
    const result = this.#admit(socket, topic, request);
    if ('reason' in result) {
      await socket.hold(refusedJoinDelay);
      return reply('error', { reason: result.reason }, joinRef);
    }
    reply('ok', { postgres_changes: echo(request.bindings) }, joinRef);
    const before = socket.channels.get(topic);
    if (before) this.#end(socket, before, true);
    const channel: Channel = new Channel(topic, joinRef, request, result.claims, socket, (message) => {
      channel.system('system', 'error', message);
      this.#end(socket, channel, true);
    });
    socket.channels.set(topic, channel);
    this.#room(topic).enter(channel);
    if (request.bindings.length > 0) await this.#subscribe(channel);
  }

  #admit(
    socket: RealtimeSocket,
    topic: string,
    request: JoinRequest,
  ): { readonly claims: Claims } | { readonly reason: string } {
    const name = topic.slice(prefix.length);
    if (name === '') return { reason: 'TopicNameRequired: You must provide a topic name' };
    if (!socket.channels.has(topic) && socket.channels.size >= realtimeLimits.channels)
      return { reason: 'ChannelRateLimitReached: Too many channels' };
    const excess = excessOf(name, request);
    if (excess) return { reason: excess };
    if (request.isPrivate) {
      return { reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${name}` };
    }
    if (request.token === null) return { claims: socket.apikey };
    const result = this.#verify(request.token);
    return 'claims' in result ? result : { reason: joinRefusal(result.problem) };
  }

  /** Reads the bindings, has the database check them and says how it went. */
  async #subscribe(channel: Channel): Promise<void> {
    const bindings: Binding[] = [];
    for (const parameters of channel.request.bindings) {
      const parsed = parseBinding(parameters);
      if ('error' in parsed) return channel.system('postgres_changes', 'error', parsed.error);
      bindings.push(parsed.binding);
    }
    channel.bindings = bindings;
    await this.#arm(channel);
  }

  async #arm(channel: Channel): Promise<void> {
    try {
      await this.#database.exclusive(async (query) => {
        const armed = await arm(query, this.#catalog, channel.claims.role, channel.bindings);
        if (!this.#capturing) {
          await query("select set_config('runglass_local.capture', 'on', false)");
          this.#capturing = true;
        }
        if (!channel.closed) channel.armed = armed;
      });
      if (channel.closed) await this.#rest();
      channel.system('postgres_changes', 'ok', 'Subscribed to PostgreSQL');
    } catch (error) {
      channel.armed = [];
      if (!(error instanceof BindingError)) this.#log('bindings could not be checked', error);
      const message = error instanceof Error ? error.message : String(error);
      channel.system('postgres_changes', 'error', message);
    }
  }

  async #renew(socket: RealtimeSocket, channel: Channel, value: unknown): Promise<void> {
    const token = userToken(value);
    if (token === null || token === channel.token) return;
    const result = this.#verify(token);
    if ('problem' in result) {
      channel.system('system', 'error', renewalRefusal(result.problem));
      this.#end(socket, channel, true);
      return;
    }
    const wasArmed = channel.armed.length > 0;
    channel.renew(token, result.claims);
    if (wasArmed) await this.#arm(channel);
  }

  #room(topic: string): Room {
    const room = this.#rooms.get(topic) ?? new Room();
    this.#rooms.set(topic, room);
    return room;
  }

  #end(socket: RealtimeSocket, channel: Channel, tell: boolean): void {
    channel.close(tell);
    if (socket.channels.get(channel.topic) === channel) socket.channels.delete(channel.topic);
    const room = this.#rooms.get(channel.topic);
    room?.leave(channel);
    if (room?.isEmpty) this.#rooms.delete(channel.topic);
    if (this.#capturing && !this.#channels().some(({ armed }) => armed.length > 0)) void this.#rest();
  }

  #gone(socket: RealtimeSocket): void {
    this.#sockets.delete(socket);
    for (const channel of [...socket.channels.values()]) this.#end(socket, channel, false);
  }

  /** Nobody is subscribed: the triggers cost nothing until somebody is again. */
  async #rest(): Promise<void> {
    await this.#database
      .exclusive(async (query) => {
        if (!this.#capturing || this.#channels().some(({ armed }) => armed.length > 0)) return;
        this.#capturing = false;
        await query("select set_config('runglass_local.capture', 'off', false)");
      })
      .catch((error) => this.#log('capture could not be turned off', error));
  }

  /** After DDL: types, rights or the publication may have changed. */
  async #schemaChanged(): Promise<void> {
    try {
      this.#catalog.forget();
      await this.#database.forgetSchema();
      const published = await this.#publication();
      if (published === this.#published) return;
      this.#published = published;
      // As on the real server: live channels are subscribed anew and told so, failed ones are not retried.
      for (const channel of this.#channels()) if (channel.armed.length > 0) await this.#arm(channel);
    } catch (error) {
      this.#log('a change of the schema could not be followed', error);
    }
  }

  #publication(): Promise<string> {
    return this.#database.exclusive(async (query) => {
      const tables = await this.#catalog.tables(query);
      return JSON.stringify([...tables.values()].sort((a, b) => a.oid - b.oid));
    });
  }

  #closeSilent(): void {
    for (const socket of this.#sockets) if (Date.now() - socket.lastHeard > silenceLimit) socket.close(1000);
  }
}
