import { spawnSync } from 'node:child_process';
import net, { type AddressInfo } from 'node:net';

/**
 * What to put before a command so that it, and all that it starts, has no network but a loopback of its own: as root,
 * or in a user namespace. Null where neither is allowed.
 */
export function ownNetwork(): readonly [program: string, ...args: string[]] | null {
  for (const options of [['--net'], ['--map-root-user', '--net']]) {
    const args = [...options, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
    if (spawnSync('unshare', [...args, 'true']).status === 0) return ['unshare', ...args];
  }
  return null;
}

/** A port of this machine that leads to a socket of the file system, which is the same in every network. */
export class Door {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(server: net.Server, socketPath: string) {
    this.#server = server;
    server.on('connection', (outside) => {
      const inside = net.connect(socketPath);
      for (const [socket, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        this.#sockets.add(socket);
        socket.once('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.on('error', () => socket.destroy());
        socket.pipe(other);
      }
    });
  }

  static async open(socketPath: string): Promise<Door> {
    const server = net.createServer();
    const door = new Door(server, socketPath);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
