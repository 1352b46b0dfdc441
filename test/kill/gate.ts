import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutgoingEvent } from '../../src/shared/model.ts';

/** What becomes of one request. */
export type Treatment =
  | { readonly kind: 'pass'; readonly after: number }
  | { readonly kind: 'refuse'; readonly status: number }
  /** It never reaches the server. */
  | { readonly kind: 'reset' }
  /** The server takes it, and nobody hears. */
  | { readonly kind: 'lose answer' }
  /** `strike` happens first; then, when `late`, the server gets it all the same, and nobody hears. */
  | { readonly kind: 'before'; readonly late: number | null; readonly strike: () => Promise<void> }
  /** The server takes it, then `strike` happens instead of the answer. */
  | { readonly kind: 'after'; readonly strike: () => Promise<void> };

export interface GateOptions {
  readonly target: string;
  /** Asked, and answered in the same turn, when a window's request has arrived. */
  readonly treat: (window: string, events: readonly OutgoingEvent[]) => Treatment;
  /** What became of it. */
  readonly onFate: (events: readonly OutgoingEvent[], fate: string) => void;
}

/** Stands between windows and the server and knows whose request it is by its path. */
export class Gate {
  readonly #options: GateOptions;
  readonly #server: Server;
  readonly #open = new Set<Promise<void>>();
  #requests = 0;

  private constructor(options: GateOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      const done = this.#answer(request, response).catch(() => {
        response.destroy();
      });
      this.#open.add(done);
      void done.then(() => this.#open.delete(done));
    });
  }

  static async start(options: GateOptions): Promise<Gate> {
    const gate = new Gate(options);
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  /** Requests so far. */
  get requests(): number {
    return this.#requests;
  }

  urlFor(window: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${window}`;
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { events } = JSON.parse(body.toString('utf8')) as { events: readonly OutgoingEvent[] };
    const [, window = '', ...path] = (request.url ?? '').split('/');
    this.#requests += 1;
    const treatment = this.#options.treat(window, events);
    const fate = (text: string) => this.#options.onFate(events, text);
    const forward = async () => {
      const from = await this.#forward(request, path.join('/'), body);
      fate(`the server answered ${from.status}`);
      return from;
    };
    if (treatment.kind === 'refuse') {
      fate(`refused with ${treatment.status}`);
      response.writeHead(treatment.status, { 'content-type': 'application/json' }).end('{"message":"no"}');
      return;
    }
    if (treatment.kind === 'pass') {
      await sleep(treatment.after);
      const from = await forward();
      response.writeHead(from.status, { 'content-type': from.headers.get('content-type') ?? 'text/plain' });
      response.end(from.body);
      return;
    }
    if (treatment.kind === 'before') {
      await treatment.strike();
      if (treatment.late !== null) {
        await sleep(treatment.late);
        await forward();
      }
    } else if (treatment.kind !== 'reset') {
      await forward();
      if (treatment.kind === 'after') await treatment.strike();
    }
    fate('nobody heard of it');
    response.destroy();
  }

  async #forward(request: IncomingMessage, path: string, body: Buffer) {
    const headers = new Headers();
    for (const name of ['apikey', 'authorization', 'content-type', 'prefer']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const url = new URL(path, `${this.#options.target}/`);
    const from = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
    return { status: from.status, headers: from.headers, body: Buffer.from(await from.arrayBuffer()) };
  }
}
