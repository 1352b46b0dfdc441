import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { poll } from '../e2e/poll.ts';
import type { Census } from './probe/census.ts';
import type { Answer, Hello } from './probe/questions.ts';

/** A process that has connected itself, to be asked. */
export class Probe {
  readonly pid: number;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #questions = 0;

  constructor(pid: number, socket: Socket) {
    this.pid = pid;
    this.#socket = socket;
    socket.on('close', () => {
      for (const id of this.#waiting.keys()) this.hear({ id, error: `Process ${pid} has ended.` });
    });
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  hear(answer: Answer): void {
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  /** Rejects with what went wrong there, or when the process ends. */
  ask<T>(name: string, argument: unknown = null): Promise<T> {
    if (this.isGone) return Promise.reject(new Error(`Process ${this.pid} has ended.`));
    const id = ++this.#questions;
    this.#socket.write(`${JSON.stringify({ id, name, argument })}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) =>
        'error' in answer ? reject(new Error(answer.error)) : resolve(answer.result as T),
      );
    });
  }

  census(): Promise<Census> {
    return this.ask('census');
  }
}

/** Where the processes that are looked into connect themselves. */
export class Probes {
  readonly port: number;
  readonly #server: Server;
  readonly #all: { readonly host: Set<Probe>; readonly backend: Set<Probe> } = {
    host: new Set(),
    backend: new Set(),
  };

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(): Promise<Probes> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The port for probes is not open.');
    return new Probes(server, address.port);
  }

  /** Waits until there is exactly one process of a kind, another one than `former`: none has been left behind. */
  async only(kind: Hello['kind'], former: Probe | null = null): Promise<Probe> {
    const all = this.#all[kind];
    const ready = async () => all.size === 1 && !all.has(former as Probe);
    await poll(`one process of the kind "${kind}"`, ready, 90_000);
    const [probe] = all;
    if (!probe) throw new Error(`The ${kind} has gone.`);
    return probe;
  }

  stop(): void {
    this.#server.close();
  }

  #accept(socket: Socket): void {
    let probe: Probe | null = null;
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const said: Hello | Answer = JSON.parse(line);
      if (!('kind' in said)) return probe?.hear(said);
      const all = this.#all[said.kind];
      const arrived = new Probe(said.pid, socket);
      probe = arrived;
      all.add(arrived);
      socket.on('close', () => all.delete(arrived));
    });
  }
}
