import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What stands where the backend should be: hands on what it is not told to answer itself. */
export class Front {
  readonly url: string;
  /** By the beginning of the path; null for a connection that is never answered. */
  readonly answers = new Map<string, Answer | null>();
  /** Paths of all requests, and their headers. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  /** Where WebSockets go, or how they are refused. */
  upgrade: string | Answer | null;
  readonly #server: Server;
  readonly #target: string;
  readonly #sockets = new Set<Duplex>();

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    this.upgrade = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Whoever asked may have gone by the time that the target answers, and so may the target.
    server.on('request', (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(target: string): Promise<Front> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Front(server, target);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    this.requests.push({ path, headers: request.headers });
    const [own] = [...this.answers].filter(([start]) => path.startsWith(start));
    if (own) {
      const [, answer] = own;
      if (answer) response.writeHead(answer.status, answer.headers ?? json).end(answer.body);
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await fetch(this.#target + path, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const date = answer.headers.get('date');
    response
      .writeHead(answer.status, { ...json, ...(date ? { date } : {}) })
      .end(Buffer.from(await answer.arrayBuffer()));
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    this.#sockets.add(client);
    client.on('error', () => client.destroy());
    const { upgrade } = this;
    if (upgrade === null) return;
    if (typeof upgrade !== 'string') {
      const { status, body } = upgrade;
      client.end(
        `HTTP/1.1 ${status} No\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
      return;
    }
    const { hostname, port, host } = new URL(upgrade);
    const upstream = net.connect({ host: hostname, port: Number(port) });
    this.#sockets.add(upstream);
    const headers = Object.entries({ ...request.headers, host }).map(([name, value]) => `${name}: ${value}`);
    upstream.write(`GET ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
  }
}

const json = { 'content-type': 'application/json; charset=utf-8' };
