import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** One request that a client made of the proxy. */
export interface ProxiedRequest {
  /** `CONNECT` for a tunnel; else the request itself came, with a whole URL. */
  readonly method: string;
  /** Name and port that it is about. */
  readonly host: string;
  readonly isWebSocket: boolean;
}

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}
const unknownName: Refusal = { status: 502, headers: {} };

/**
 * A forward proxy as a company has it, for `http.proxy`: tunnels and whole URLs, with credentials or without. It alone
 * knows where the names are that it was given, and reaches nothing else.
 */
export class ForwardProxy {
  readonly #server: http.Server;
  readonly #names: ReadonlyMap<string, URL>;
  readonly #requests: ProxiedRequest[] = [];
  readonly #sockets = new Set<Duplex>();
  #refusal: number | null = null;
  #authorization: string | null = null;

  private constructor(server: http.Server, names: ReadonlyMap<string, URL>) {
    this.#server = server;
    this.#names = names;
    server.on('connection', (socket: net.Socket) => this.#keep(socket));
    server.on('connect', (request, socket, head) => this.#tunnel(request, socket, head));
    server.on('request', (request, response) => this.#forward(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** `names` maps `name:port` to the URL of what is there; listens on a free port of this machine. */
  static async start(names: Readonly<Record<string, string>>): Promise<ForwardProxy> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const entries = Object.entries(names).map(([name, url]) => [name, new URL(url)] as const);
    return new ForwardProxy(server, new Map(entries));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Its URL with a name and a password in it, as `http.proxy` takes it. */
  urlFor({ user, password }: Credentials): string {
    return `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${this.port}`;
  }

  /** What was asked so far, in order, refused requests included. */
  get requests(): readonly ProxiedRequest[] {
    return this.#requests;
  }

  /** Asks for these from now on; null for nothing. */
  demand(credentials: Credentials | null): void {
    this.#authorization =
      credentials && `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  }

  /** Answers with this status from now on and cuts what is open; null ends that. */
  refuse(status: number | null): void {
    this.#refusal = status;
    if (status !== null) this.cut();
  }

  /** Ends what is open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /** Notes the request and says how it is refused; null when it may pass. */
  #judge(request: IncomingMessage, host: string): Refusal | null {
    const isWebSocket = /websocket/i.test(request.headers.upgrade ?? '');
    this.#requests.push({ method: request.method ?? '', host, isWebSocket });
    if (this.#refusal !== null) return { status: this.#refusal, headers: {} };
    if (this.#authorization !== null && request.headers['proxy-authorization'] !== this.#authorization)
      return { status: 407, headers: { 'proxy-authenticate': 'Basic realm="test"' } };
    return this.#names.has(host) ? null : unknownName;
  }

  /** Where the request goes; null when it was refused and told so. */
  #admit(request: IncomingMessage, host: string, client: Duplex): URL | null {
    const refused = this.#judge(request, host);
    const target = this.#names.get(host);
    if (!refused && target) return target;
    refuse(client, refused ?? unknownName);
    return null;
  }

  #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const host = request.url ?? '';
    const target = this.#admit(request, host, client);
    if (!target) return;
    const upstream = this.#connect(target, client);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { url, host } = wholeUrl(request);
    const refused = this.#judge(request, host);
    const target = this.#names.get(host);
    if (refused || !target) {
      const { status, headers } = refused ?? unknownName;
      response.writeHead(status, { ...headers, 'content-type': 'text/html' });
      response.end('<html><title>Proxy</title></html>');
      return;
    }
    const { method = 'GET', headers } = request;
    const upstream = http.request({ ...addressOf(target), method, path: pathOf(url), headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const { url, host } = wholeUrl(request);
    const target = this.#admit(request, host, client);
    if (!target) return;
    const upstream = this.#connect(target, client);
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    upstream.write(`GET ${pathOf(url)} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
  }

  #connect(target: URL, client: Duplex): net.Socket {
    const upstream = net.connect(addressOf(target));
    this.#keep(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
    return upstream;
  }
}

function wholeUrl(request: IncomingMessage): { readonly url: URL; readonly host: string } {
  const url = new URL(request.url ?? '', 'http://none');
  return { url, host: `${url.hostname}:${url.port || 80}` };
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search;
}

function addressOf({ hostname, port }: URL): { readonly host: string; readonly port: number } {
  return { host: hostname, port: Number(port) };
}

function refuse(client: Duplex, { status, headers }: Refusal): void {
  const lines = Object.entries({ ...headers, 'content-length': '0', connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  client.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${head}\r\n\r\n`);
}
