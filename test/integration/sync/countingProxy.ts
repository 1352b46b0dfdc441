import net from 'node:net';
import tls from 'node:tls';

/** Stands before a backend and counts the WebSockets that are open through it. */
export class CountingProxy {
  readonly url: string;
  readonly #server: net.Server;
  readonly #connections = new Set<net.Socket>();
  readonly #webSockets = new Set<net.Socket>();
  #opened = 0;

  private constructor(server: net.Server, target: URL) {
    this.#server = server;
    this.url = `http://${addressOf(server)}`;
    server.on('connection', (socket) => this.#forward(socket, target));
  }

  static async start(target: string): Promise<CountingProxy> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CountingProxy(server, new URL(target));
  }

  /** WebSockets open now. */
  get sockets(): number {
    return this.#webSockets.size;
  }

  /** WebSockets opened so far. */
  get opened(): number {
    return this.#opened;
  }

  async stop(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(socket: net.Socket, target: URL): void {
    const secure = target.protocol === 'https:';
    const port = Number(target.port || (secure ? 443 : 80));
    const host = target.hostname;
    const upstream = secure ? tls.connect({ host, port, servername: host }) : net.connect({ host, port });
    const own = addressOf(this.#server);
    for (const one of [socket, upstream]) {
      this.#connections.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#connections.delete(one);
        this.#webSockets.delete(one);
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.on('data', (chunk: Buffer) => {
      if (this.#webSockets.has(socket)) {
        upstream.write(chunk);
        return;
      }
      const text = chunk.toString('latin1');
      if (/^upgrade: websocket/im.test(text)) {
        this.#webSockets.add(socket);
        this.#opened += 1;
      }
      // The backend must not take us for another site.
      upstream.write(Buffer.from(text.replace(`: ${own}`, `: ${target.host}`), 'latin1'));
    });
    upstream.on('data', (chunk: Buffer) => socket.write(chunk));
  }
}

function addressOf(server: net.Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
  return `127.0.0.1:${address.port}`;
}
