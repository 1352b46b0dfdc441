import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a client asks to join with. */
export interface JoinPayload {
  readonly access_token?: string;
  readonly config: {
    readonly postgres_changes: readonly {
      readonly event: string;
      readonly schema: string;
      readonly table: string;
      readonly filter: string;
    }[];
    readonly postgres_changes_options?: { readonly wait?: boolean };
  };
}

type Frame = readonly [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
];

/** One joined channel at the server's end. */
export class ServerChannel {
  readonly payload: JoinPayload;
  readonly #socket: WebSocket;
  readonly #topic: string;
  readonly #joinRef: string | null;

  constructor(socket: WebSocket, topic: string, joinRef: string | null, payload: JoinPayload) {
    this.#socket = socket;
    this.#topic = topic;
    this.#joinRef = joinRef;
    this.payload = payload;
  }

  accept(): void {
    const bindings = this.payload.config.postgres_changes.map((binding, i) => ({
      id: bindingId(i),
      ...binding,
    }));
    this.#reply('ok', { postgres_changes: bindings });
  }

  refuse(reason: string): void {
    this.#reply('error', { reason });
  }

  system(status: 'ok' | 'error', message: string): void {
    const payload = { extension: 'postgres_changes', status, message, channel: this.#topic.slice(9) };
    this.#send([this.#joinRef, null, this.#topic, 'system', payload]);
  }

  /** A change as the real server sends it: `ids` of the bindings of its table, no join reference. */
  change(table: string, type: string, record: unknown, more: Readonly<Record<string, unknown>> = {}): void {
    const ids = this.payload.config.postgres_changes.flatMap((b, i) =>
      b.table === table ? [bindingId(i)] : [],
    );
    const data = { schema: 'public', table, type, columns: [], errors: null, record, ...more };
    this.#send([null, null, this.#topic, 'postgres_changes', { ids, data }]);
  }

  close(): void {
    this.#send([this.#joinRef, this.#joinRef, this.#topic, 'phx_close', {}]);
  }

  cut(): void {
    this.#socket.terminate();
  }

  #reply(status: string, response: unknown): void {
    this.#send([this.#joinRef, this.#joinRef, this.#topic, 'phx_reply', { status, response }]);
  }

  #send(frame: Frame): void {
    this.#socket.send(JSON.stringify(frame));
  }
}

/** A Realtime endpoint that does what the test says, over real WebSockets; protocol 2.0.0. */
export class RealtimeServer {
  readonly #server: WebSocketServer;
  readonly channels: ServerChannel[] = [];
  readonly tokens: unknown[] = [];
  sockets = 0;
  answersHeartbeats = true;
  onJoin: (channel: ServerChannel) => void = (channel) => {
    channel.accept();
    channel.system('ok', 'Subscribed to PostgreSQL');
  };

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.sockets += 1;
      socket.on('message', (data) => this.#hear(socket, JSON.parse(String(data)) as Frame));
    });
  }

  static async start(): Promise<RealtimeServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new RealtimeServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sockets open now. */
  get open(): number {
    return this.#server.clients.size;
  }

  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(socket: WebSocket, [joinRef, ref, topic, event, payload]: Frame): void {
    switch (event) {
      case 'heartbeat':
        if (this.answersHeartbeats)
          socket.send(JSON.stringify([null, ref, 'phoenix', 'phx_reply', { status: 'ok', response: {} }]));
        break;
      case 'phx_join': {
        const channel = new ServerChannel(socket, topic, joinRef, payload as JoinPayload);
        this.channels.push(channel);
        this.onJoin(channel);
        break;
      }
      case 'access_token':
        this.tokens.push((payload as { access_token: unknown }).access_token);
        break;
    }
  }
}

/** Never 0, as the hashes of the real server; the client takes 0 for none. */
function bindingId(index: number): number {
  return 1_000 + index;
}
