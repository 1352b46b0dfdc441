import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface FaultyProxy {
  readonly url: string;
  /** What was done to requests, by name of the fault. */
  readonly faults: Map<string, number>;
  dispose(): Promise<void>;
}

/** Answers that say that nothing was done. */
const refusals = [
  { name: 'deadlock', status: 500, body: { code: '40P01', message: 'deadlock detected' } },
  {
    name: 'lock timeout',
    status: 500,
    body: { code: '55P03', message: 'canceling statement due to lock timeout' },
  },
  {
    name: 'statement timeout',
    status: 500,
    body: { code: '57014', message: 'canceling statement due to timeout' },
  },
  { name: 'too many requests', status: 429, body: {} },
] as const;

/**
 * Stands before a backend and spoils every third request: it is refused, or it reaches the backend and the answer is
 * lost.
 */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const faults = new Map<string, number>();
  let seen = 0;
  const fault = (name: string) => faults.set(name, (faults.get(name) ?? 0) + 1);

  const forward = async (request: IncomingMessage, body: Buffer): Promise<Response> => {
    const headers = new Headers();
    for (const name of ['apikey', 'authorization', 'content-type', 'prefer']) {
      const value = request.headers[name];
      if (typeof value === 'string' && value !== '') headers.set(name, value);
    }
    const method = request.method ?? 'GET';
    const init = method === 'GET' ? { method, headers } : { method, headers, body: new Uint8Array(body) };
    return fetch(new URL(request.url ?? '/', target), init);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const usage = request.url?.endsWith('/record_usage') ?? false;
    const spoil = ++seen % 3 === 0;
    // One usage record only: what it asks of the script is a sentence, and that it is not sent again.
    if (usage ? !faults.has('usage answer lost') : spoil && seen % 2 === 0) {
      await (await forward(request, body)).arrayBuffer();
      fault(usage ? 'usage answer lost' : 'answer lost');
      response.destroy();
      return;
    }
    const refusal = refusals[Math.floor(seen / 3) % refusals.length];
    if (spoil && refusal) {
      fault(refusal.name);
      response.writeHead(refusal.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refusal.body));
      return;
    }
    const from = await forward(request, body);
    response.writeHead(from.status, { 'content-type': from.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await from.arrayBuffer()));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
