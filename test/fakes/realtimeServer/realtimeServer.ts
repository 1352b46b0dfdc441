import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TokenResult, verifyToken } from '../../../src/local/jwt.ts';
import { userId as fixtureUser } from '../../fixtures/rows.ts';
import type { ServerChannel } from './channel.ts';
import { type Faults, quiet } from './faults.ts';
import { Joins } from './joins.ts';
import { answerCall, type Bytes, type Call } from './rest.ts';
import { Sockets } from './sockets.ts';
import { type Change, Store } from './store.ts';
import { Stream } from './stream.ts';
import { Timers } from './timers.ts';

export interface ServerOptions {
  readonly port?: number;
  /** Users' tokens are checked with it; without one every token is good, and that of `userId`. */
  readonly secret?: string;
  readonly userId?: string;
  /** Tables that can be subscribed to; all by default. */
  readonly published?: readonly string[];
  /** How long a refused join blocks its socket, ms; 5 s on the real server. */
  readonly refusedJoinDelay?: number;
  /** How long a refused WebSocket waits for its answer, ms; 2 s on the real server. */
  readonly refusedSocketDelay?: number;
  /** A socket that sent nothing for so long is closed, ms; 60 s on the real server. */
  readonly silenceLimit?: number;
}

/**
 * A Supabase in memory, over real HTTP and WebSockets and as far as sync needs one, that does wrong what it is told:
 *
 *   const server = await RealtimeServer.start();
 *   server.store.put('projects', projectRow(1));     committed, numbered, streamed
 *   server.script({ deaf: true });                   all that can be wrong is in faults.ts
 *   server.heal();
 *   server.closeSockets(1012);
 */
export class RealtimeServer {
  readonly store: Store;
  readonly joins: Joins;
  readonly sockets: Sockets;
  /** Calls of the database's functions, answered or not. */
  readonly calls: Call[] = [];
  readonly #http: Server;
  readonly #stream: Stream;
  readonly #timers = new Timers();
  #faults = quiet();

  private constructor(options: ServerOptions) {
    const { refusedJoinDelay = 5_000, refusedSocketDelay = 2_000, silenceLimit = 60_000 } = options;
    const common = {
      faults: () => this.#faults,
      timers: this.#timers,
      verify: (token: string) => verify(token, options),
    };
    this.joins = new Joins({
      ...common,
      published: options.published ?? null,
      refusedDelay: refusedJoinDelay,
    });
    this.sockets = new Sockets({
      ...common,
      joins: this.joins,
      refusedDelay: refusedSocketDelay,
      silenceLimit,
    });
    this.#stream = new Stream(common.faults, () => this.joins.open, this.#timers);
    this.store = new Store((changes) => this.commit(changes));
    this.#http = createServer((request, response) => {
      void answerCall(request, response, { ...common, store: this.store, onCall: (c) => this.calls.push(c) });
    });
    this.#http.on('upgrade', (request, socket, head) => void this.sockets.upgrade(request, socket, head));
  }

  static async start(options: ServerOptions = {}): Promise<RealtimeServer> {
    const server = new RealtimeServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject);
      server.#http.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** All channels that ever joined. */
  get channels(): readonly ServerChannel[] {
    return this.joins.channels;
  }

  /** UTF-8 bytes of all frames and of the bodies of all calls so far, as the client sees them. */
  get bytes(): { readonly frames: Bytes; readonly bodies: Bytes } {
    const sum = (parts: Iterable<Bytes>) =>
      [...parts].reduce((a, b) => ({ sent: a.sent + b.sent, received: a.received + b.received }), none);
    return {
      frames: sum([...this.sockets.connections].map(({ bytes }) => bytes)),
      bodies: sum(this.calls.map(({ bytes }) => bytes)),
    };
  }

  /** From now on does this wrong as well. */
  script(faults: Partial<Faults>): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  /** From now on does nothing wrong; what was lost stays lost. */
  heal(): void {
    this.#faults = quiet();
  }

  /** Streams changes that are none of the store's. */
  commit(changes: readonly Change[]): void {
    this.#stream.publish(changes);
  }

  /** phx_close on every channel; their sockets stay open. */
  closeChannels(): void {
    for (const channel of this.joins.open) channel.close();
  }

  /** Ends every socket; 1006 by cutting the connection. */
  closeSockets(code: number): void {
    for (const connection of this.sockets.connections) connection.close(code);
  }

  /** Half-open: the sockets of now stay open, nothing more comes from them, and nothing is answered. */
  freezeSockets(): void {
    for (const connection of this.sockets.connections) connection.freeze();
  }

  async stop(): Promise<void> {
    this.#timers.stop();
    this.sockets.stop();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

const none: Bytes = { sent: 0, received: 0 };

function verify(token: string, { secret, userId = fixtureUser }: ServerOptions): TokenResult {
  if (secret !== undefined) return verifyToken(token, secret, Date.now());
  return { claims: { role: 'authenticated', sub: userId } };
}
