import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of its own address before another one. */
export interface HttpProxy {
  readonly url: string;
  /** Paths of all requests so far. */
  readonly requests: readonly string[];
  stop(): void;
}

/** Passes requests on to `target` and drops every upgrade, as some company proxies do. */
export async function startProxy(target: string): Promise<HttpProxy> {
  const { hostname, port, host } = new URL(target);
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const { method, url = '', headers } = request;
    requests.push(url);
    const options = { hostname, port, method, path: url, headers: { ...headers, host } };
    const forwarded = http.request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.on('upgrade', (_request, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
