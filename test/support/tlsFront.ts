import { readFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';

const folder = path.join(projectRoot, 'test/fixtures/tls');

/** The certificate of an authority that no system knows; it has signed that of `secure.example`, until 2126. */
export const authorityFile = path.join(folder, 'authority.pem');

/** `https://secure.example` before a backend without TLS. */
export class TlsFront {
  readonly url: string;
  readonly #server: tls.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(server: tls.Server) {
    this.#server = server;
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Passes on to `target`, an http URL; listens on a free port of this machine. */
  static async start(target: string): Promise<TlsFront> {
    const [key, cert] = ['backend.key.pem', 'backend.pem'].map((name) =>
      readFileSync(path.join(folder, name)),
    );
    const server = tls.createServer({ ...(key && { key }), ...(cert && { cert }) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const front = new TlsFront(server);
    const { hostname, port } = new URL(target);
    server.on('secureConnection', (client) => {
      const upstream = net.connect({ host: hostname, port: Number(port) });
      front.#keep(client, upstream);
      client.pipe(upstream).pipe(client);
    });
    return front;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** One ends with the other. */
  #keep(...ends: readonly net.Socket[]): void {
    for (const end of ends) {
      this.#sockets.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        this.#sockets.delete(end);
        for (const other of ends) other.destroy();
      });
    }
  }
}
