import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { BackendFailure } from './failure.ts';
import { refusal } from './guard.ts';

/** Largest request body, bytes. */
export const maxBody = 16 * 1024 * 1024;

export interface Routes {
  /** Answers `/rest/v1` and `/auth/v1`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Takes over a request to `/runglass/v1/lease`. */
  readonly lease: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes over a POST to `/runglass/v1/stop`; `version` is the one that asks. */
  readonly stop: (request: IncomingMessage, response: ServerResponse, version: string) => void;
  /** Takes over a WebSocket request to `/realtime/v1/websocket`. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, url: URL) => void;
  readonly log: (...parts: unknown[]) => void;
}

/** The HTTP server on 127.0.0.1: guards, limits, and nothing but the five routes. */
export class HttpServer {
  readonly #server: Server;
  readonly #routes: Routes;
  #port = 0;

  constructor(routes: Routes) {
    this.#routes = routes;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        routes.log('request failed', error);
        fail(response, 500, 'The server failed to answer; see backend.log in the data folder.');
      });
    });
    // PGlite blocks the event loop for seconds at times. An idle connection that runs out in the meantime would be cut
    // before the request that waits on it is read: clients give theirs up before the advertised end, by this much.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.keepAliveTimeoutBuffer = 30_000;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    return this.#port;
  }

  /** Listens on `port`, or on a free one for 0; rejects with `portInUse`. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(describe(error, port));
      this.#server.once('error', failed);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', failed);
        resolve();
      });
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  /** Stops listening and lets the requests in progress end, for at most 3 s. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), 3000);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request.headers, this.#port);
    if (refused) return fail(response, 403, refused);
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${this.#port}`);
    if (url.pathname === '/runglass/v1/lease') return this.#routes.lease(request, response);
    if (url.pathname === '/runglass/v1/stop' && request.method === 'POST')
      return this.#routes.stop(request, response, url.searchParams.get('version') ?? '');
    if (!/^\/(rest|auth)\/v1(\/|$)/.test(url.pathname)) return fail(response, 404, 'There is nothing here.');
    const body = await readBody(request);
    if (body === null) return fail(response, 413, `A request may have at most ${maxBody} bytes.`);
    await send(await this.#routes.fetch(toRequest(request, url, body)), request, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${this.#port}`);
    const refused = refusal(request.headers, this.#port);
    if (refused) refuseUpgrade(socket, 403, refused);
    else if (url.pathname !== '/realtime/v1/websocket') refuseUpgrade(socket, 404, 'There is nothing here.');
    else this.#routes.upgrade(request, socket, head, url);
  }
}

/** Answers a WebSocket request with an HTTP error, as the real server does. */
export function refuseUpgrade(socket: Duplex, status: number, error: string): void {
  const body = JSON.stringify({ error });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function describe(error: NodeJS.ErrnoException, port: number): Error {
  return error.code === 'EADDRINUSE' || error.code === 'EACCES'
    ? new BackendFailure(
        'portInUse',
        `Port ${port} of this machine is in use; choose another one or let the backend pick a free one.`,
        error,
      )
    : error;
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify({ message }));
}

/** Null when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBody) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toRequest(request: IncomingMessage, url: URL, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const method = request.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(url, { method, headers, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(answer.headers);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  // Supabase Lite allows every origin; the guard let only these through.
  if (headers['access-control-allow-origin'] && request.headers.origin) {
    headers['access-control-allow-origin'] = request.headers.origin;
    headers.vary = headers.vary ? `${headers.vary}, Origin` : 'Origin';
  }
  response.writeHead(answer.status, headers);
  response.end(Buffer.from(await answer.arrayBuffer()));
}
