import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { TokenResult } from '../../../src/local/jwt.ts';
import { socketRefusal } from '../../../src/local/realtime/refusals.ts';
import { refuseUpgrade } from '../../../src/local/server.ts';
import { Connection } from './connection.ts';
import type { Faults } from './faults.ts';
import type { Joins } from './joins.ts';
import type { Timers } from './timers.ts';

export interface SocketsOptions {
  readonly faults: () => Faults;
  readonly timers: Timers;
  readonly verify: (token: string) => TokenResult;
  readonly joins: Joins;
  /** How long a refused request waits for its answer, ms. */
  readonly refusedDelay: number;
  /** A socket that sent nothing for so long is closed with 1000, ms. */
  readonly silenceLimit: number;
}

/** WebSockets from the request to their end. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #raw = new Set<Duplex>();
  readonly connections = new Set<Connection>();
  requested = 0;
  opened = 0;

  constructor(options: SocketsOptions) {
    const { timers, silenceLimit } = options;
    this.#options = options;
    timers.every(() => this.#closeSilent(), Math.min(silenceLimit / 4, 1_000));
  }

  /** Open now. */
  get open(): number {
    return this.#server.clients.size;
  }

  /** Takes over a request for a WebSocket. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { faults, timers, refusedDelay } = this.#options;
    this.requested += 1;
    this.#raw.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#raw.delete(socket));
    const { upgrade, upgradeDelay } = faults();
    await timers.pause(upgradeDelay);
    if (upgrade === 'hang') return;
    if (upgrade === 'cut') return void socket.destroy();
    if (typeof upgrade === 'number') return refuseUpgrade(socket, upgrade, 'No WebSockets here.');
    const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const refusal = this.#refuseKey(parameters.get('apikey'));
    if (refusal !== null) {
      await timers.pause(refusedDelay);
      return refuseUpgrade(socket, 401, refusal);
    }
    this.#accept(request, socket, head, parameters.get('vsn') === '2.0.0' ? '2.0.0' : '1.0.0');
  }

  stop(): void {
    for (const client of this.#server.clients) client.terminate();
    for (const socket of this.#raw) socket.destroy();
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer, version: Connection['version']): void {
    const { joins } = this.#options;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.opened += 1;
      const connection = new Connection(webSocket, version, (frame) => void joins.hear(connection, frame));
      this.connections.add(connection);
      webSocket.on('close', () => joins.forget(connection));
    });
  }

  #refuseKey(key: string | null): string | null {
    if (!key) return 'API key is missing';
    if (key.startsWith('sb_')) return null;
    const result = this.#options.verify(key);
    return 'problem' in result ? socketRefusal(result.problem) : null;
  }

  #closeSilent(): void {
    for (const connection of this.connections)
      if (Date.now() - connection.lastHeard > this.#options.silenceLimit) connection.close(1000);
  }
}
