import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { excessOf, isCsvOrForm } from './body.ts';
import { BackendFailure } from './failure.ts';
import { refusal, targetOf } from './guard.ts';
import type { Excess } from './jsonCount.ts';
import { type HttpLimits, httpLimits } from './limits.ts';
import { countOpenings, patternSize } from './patterns.ts';
import { UpgradableRequest } from './upgrade.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const noTarget = 'The request must name a path of this server, and one Host.';

export interface Routes {
  /** Whether it is one of the two keys: of anybody else no body is read. */
  readonly isKey: (key: string) => boolean;
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

interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** The HTTP server on 127.0.0.1: guards, limits, and nothing but the five routes. */
export class HttpServer {
  readonly #server: Server;
  readonly #routes: Routes;
  readonly #limits: HttpLimits;
  #port = 0;
  /** Waiting for the database or being answered. */
  #requests = 0;
  /** Bytes of the bodies of these and of those that are being read. */
  #bodies = 0;

  constructor(routes: Routes, limits: HttpLimits = httpLimits) {
    this.#routes = routes;
    this.#limits = limits;
    const { headMs: headersTimeout, requestMs: requestTimeout, checkMs } = limits;
    const times = { headersTimeout, requestTimeout, connectionsCheckingInterval: checkMs };
    this.#server = createServer({ ...times, IncomingMessage: UpgradableRequest }, (request, response) => {
      this.#serve(request, response).catch((error) => {
        // The client went away in the middle of its body.
        if (request.errored) return void response.destroy();
        routes.log('request failed', error);
        fail(response, 500, 'The server failed to answer; see backend.log in the data folder.');
      });
    });
    // PGlite blocks the event loop for seconds at times. An idle connection that runs out in the meantime would be cut
    // before the request that waits on it is read: clients give theirs up before the advertised end, by this much.
    this.#server.keepAliveTimeout = 60_000;
    this.#server.keepAliveTimeoutBuffer = 30_000;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.maxConnections = limits.connections;
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
    const url = targetOf(request, this.#port);
    if (!url) return fail(response, 400, noTarget);
    if (!methods.includes(request.method ?? '')) return fail(response, 405, 'There is no such method here.');
    if (url.pathname === '/runglass/v1/lease') return this.#routes.lease(request, response);
    if (url.pathname === '/runglass/v1/stop' && request.method === 'POST')
      return this.#routes.stop(request, response, url.searchParams.get('version') ?? '');
    if (!/^\/(rest|auth)\/v1(\/|$)/.test(url.pathname)) return fail(response, 404, 'There is nothing here.');
    if (countOpenings([...url.searchParams].join()) > this.#limits.brackets)
      return fail(response, 400, `A query may open at most ${this.#limits.brackets} brackets.`);
    if ([...url.searchParams.values()].some((value) => isPatternTooLarge(value, this.#limits.pattern)))
      return fail(
        response,
        400,
        `A pattern may have at most ${this.#limits.pattern} characters, repetitions written out.`,
      );
    const taken = { bytes: 0 };
    try {
      await this.#answer(request, response, url, taken);
    } finally {
      this.#bodies -= taken.bytes;
    }
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    taken: { bytes: number },
  ): Promise<void> {
    const key = request.headers.apikey ?? url.searchParams.get('apikey');
    const mayWrite = typeof key === 'string' && this.#routes.isKey(key);
    const body = mayWrite ? await this.#read(request, taken) : Buffer.alloc(0);
    if ('status' in body) return fail(response, body.status, body.message);
    // Counted from here on: a request that never ends must not take the place of another.
    if (this.#requests >= this.#limits.requests)
      return fail(response, 503, 'Too many requests wait for the database; try again later.');
    this.#requests++;
    try {
      const answer = await this.#routes.fetch(toRequest(request, url, body));
      await send(answer, request, response, this.#limits.unreadMs);
    } finally {
      this.#requests--;
    }
  }

  /** The body, or why it is not taken. */
  async #read(request: IncomingMessage, taken: { bytes: number }): Promise<Buffer | Refusal> {
    const { body: largest, fields, bodies } = this.#limits;
    const type = request.headers['content-type'];
    const most = isCsvOrForm(type) ? fields : largest;
    const tooLarge = { status: 413, message: `A request may have at most ${most} bytes.` };
    if (Number(request.headers['content-length'] ?? 0) > most) return tooLarge;
    const chunks: Buffer[] = [];
    // Left open when it is given up, so that the refusal still gets through.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      taken.bytes += chunk.length;
      this.#bodies += chunk.length;
      if (taken.bytes > most) return tooLarge;
      if (this.#bodies > bodies)
        return { status: 503, message: 'Too many large requests at once; try again later.' };
    }
    const body = Buffer.concat(chunks);
    const excess = excessOf(body, this.#limits, type);
    return excess ? refusalOf(excess, this.#limits) : body;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refused = refusal(request.headers, this.#port);
    const url = targetOf(request, this.#port);
    if (refused) refuseUpgrade(socket, 403, refused);
    else if (!url) refuseUpgrade(socket, 400, noTarget);
    else if (url.pathname !== '/realtime/v1/websocket') refuseUpgrade(socket, 404, 'There is nothing here.');
    else this.#routes.upgrade(request, socket, head, url);
  }
}

function refusalOf(excess: Excess, limits: HttpLimits): Refusal {
  const most = limits[excess];
  switch (excess) {
    case 'depth':
      return { status: 400, message: `JSON may be nested at most ${most} levels deep.` };
    case 'values':
      return { status: 413, message: `A request may have at most ${most} values; send them in several.` };
    case 'parameters':
      return {
        status: 413,
        message: `Rows and forms may have at most ${most} values in a request; send fewer.`,
      };
    default:
      return excess satisfies never;
  }
}

/** Answers a WebSocket request with an HTTP error, as the real server does. */
export function refuseUpgrade(socket: Duplex, status: number, error: string): void {
  const body = JSON.stringify({ error });
  // A client that never closes its side would keep the connection.
  socket.once('finish', () => socket.destroy());
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

/** Whether it may be a condition with a regular expression that is: `match.…`, `not.imatch.…`, `(name.match(any).{…},…)`. */
function isPatternTooLarge(value: string, limit: number): boolean {
  return /match[.(]/.test(value) && patternSize(value) > limit;
}

function toRequest(request: IncomingMessage, url: URL, body: Buffer): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  // Supabase Lite knows types by their lower case only, and takes others for something else.
  const type = headers.get('content-type');
  if (type !== null) headers.set('content-type', type.toLowerCase());
  const method = request.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return new Request(url, { method, headers, ...(hasBody ? { body: new Uint8Array(body) } : {}) });
}

async function send(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
  unreadMs: number,
): Promise<void> {
  const headers: Record<string, string | string[]> = Object.fromEntries(answer.headers);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  // Supabase Lite allows every origin; the guard let only these through.
  if (headers['access-control-allow-origin'] && request.headers.origin) {
    headers['access-control-allow-origin'] = request.headers.origin;
    headers.vary = headers.vary ? `${headers.vary}, Origin` : 'Origin';
  }
  response.writeHead(answer.status, headers);
  // Not the socket's own timer, which whoever sends something meanwhile would put off.
  const timer = setTimeout(() => response.destroy(), unreadMs);
  response.once('close', () => clearTimeout(timer));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
