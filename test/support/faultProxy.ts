import net from 'node:net';
import tls from 'node:tls';
import { FaultyPipe, type LineConditions } from './faultyPipe.ts';
import { RequestHeads } from './requestHeads.ts';

export type Kind = 'http' | 'websocket';
/** `up` is towards the backend. */
export type Direction = 'up' | 'down';

/** Which connections a fault is about; all of them unless said. */
export interface Reach {
  readonly only?: Kind;
}
/** Which direction of them; both unless said. */
export interface DirectedReach extends Reach {
  readonly direction?: Direction;
}

interface Line {
  cut: boolean;
  /** Connections that begin now are dead from the start. */
  swallows: boolean;
  readonly up: LineConditions;
  readonly down: LineConditions;
}

/** One connection of a client; `kind` is known with its first request. */
interface Link {
  readonly client: net.Socket;
  upstream: net.Socket | null;
  kind: Kind | null;
  pipes: { readonly up: FaultyPipe; readonly down: FaultyPipe } | null;
  /** The answer to its present request is withheld. */
  withheld: boolean;
}

/**
 * Stands before a backend and does to the connections through it what networks do. Faults add up and last until
 * `heal`; a connection that went half-open stays dead.
 */
export class FaultProxy {
  readonly url: string;
  readonly #server: net.Server;
  readonly #links = new Set<Link>();
  readonly #lines: { readonly [K in Kind]: Line } = { http: calm(), websocket: calm() };
  readonly #requests: string[] = [];
  readonly #bytes = { up: 0, down: 0 };
  #target: URL;
  #connections = 0;
  #webSockets = 0;
  #withheld: string | null = null;

  private constructor(server: net.Server, port: number, target: URL) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${port}`;
    server.on('connection', (client) => this.#accept(client));
  }

  /** Listens on a free port of this machine and passes everything on to `target`, an http or https URL. */
  static async start(target: string): Promise<FaultProxy> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
    return new FaultProxy(server, address.port, new URL(target));
  }

  /** Paths of all requests so far that came in, in order, with their query. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** Connections so far, and how many are open. */
  get connections(): { readonly opened: number; readonly open: number } {
    return { opened: this.#connections, open: this.#open().length };
  }

  /** Those of them that are WebSockets. */
  get webSockets(): { readonly opened: number; readonly open: number } {
    const open = this.#open().filter(({ kind }) => kind === 'websocket');
    return { opened: this.#webSockets, open: open.length };
  }

  /** Answers that have come from the backend and are withheld from a client that waits for them. */
  get withheld(): number {
    return this.#open().filter(({ withheld, pipes }) => withheld && pipes?.down.holds).length;
  }

  /** Passed on so far. */
  get bytes(): { readonly up: number; readonly down: number } {
    return { ...this.#bytes };
  }

  /** Sends connections that begin from now on to another backend. */
  retarget(url: string): void {
    this.#target = new URL(url);
  }

  /** Resets what is open and what is opened until `heal`. */
  cut({ only }: Reach = {}): void {
    for (const kind of kinds(only)) this.#lines[kind].cut = true;
    for (const link of this.#links) {
      if (link.kind ? this.#lines[link.kind].cut : !only) reset(link);
    }
  }

  /** Keeps connections, takes new ones, and passes nothing on until `heal`. */
  stall({ only, direction }: DirectedReach = {}): void {
    this.#change(only, direction, (line) => {
      line.stalled = true;
    });
  }

  /** What is open goes silent for good, with no end that anyone hears; `fresh` says what happens to new connections. */
  halfOpen({ only, fresh = 'work' }: Reach & { readonly fresh?: 'work' | 'die' } = {}): void {
    for (const kind of kinds(only)) this.#lines[kind].swallows = fresh === 'die';
    for (const { kind, pipes } of this.#links) {
      if (!kind || (only && kind !== only)) continue;
      pipes?.up.die();
      pipes?.down.die();
    }
  }

  /** Delays what is sent from now on by `ms`. */
  latency(ms: number, { only, direction }: DirectedReach = {}): void {
    this.#change(only, direction, (line) => {
      line.latency = ms;
    });
  }

  /** Lets each connection have so much. */
  bandwidth(bytesPerSecond: number, { only, direction }: DirectedReach = {}): void {
    this.#change(only, direction, (line) => {
      line.bandwidth = bytesPerSecond;
    });
  }

  /** Keeps the answers to requests from now on whose path contains `part`, none for null, until `heal`. */
  withhold(part: string | null): void {
    this.#withheld = part;
  }

  /** Ends all faults; what was stalled or withheld arrives. */
  heal(): void {
    this.#withheld = null;
    for (const link of this.#links) link.withheld = false;
    for (const line of Object.values(this.#lines)) {
      const { up, down } = calm();
      line.cut = line.swallows = false;
      Object.assign(line.up, up);
      Object.assign(line.down, down);
    }
    this.#pump();
  }

  async stop(): Promise<void> {
    for (const link of this.#links) reset(link);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A link whose client has gone may still have a backend that does not know. */
  #open(): Link[] {
    return [...this.#links].filter(({ client }) => !client.destroyed);
  }

  #change(only: Kind | undefined, direction: Direction | undefined, change: (line: LineConditions) => void) {
    for (const kind of kinds(only)) {
      const line = this.#lines[kind];
      for (const one of direction ? [line[direction]] : [line.up, line.down]) change(one);
    }
    this.#pump();
  }

  #pump(): void {
    for (const { pipes } of this.#links) {
      pipes?.up.pump();
      pipes?.down.pump();
    }
  }

  #accept(client: net.Socket): void {
    const link: Link = { client, upstream: null, kind: null, pipes: null, withheld: false };
    this.#links.add(link);
    this.#connections += 1;
    client.on('error', () => {});
    client.on('close', () => {
      link.pipes?.up.end();
      if (link.upstream?.destroyed ?? true) this.#links.delete(link);
    });
    const { http, websocket } = this.#lines;
    if (http.cut && websocket.cut) {
      reset(link);
      return;
    }
    const heads = new RequestHeads(
      () => this.#target.host,
      ({ path, isWebSocket }) => {
        this.#requests.push(path);
        link.withheld = this.#withheld !== null && path.includes(this.#withheld);
        if (!link.kind) this.#connect(link, isWebSocket ? 'websocket' : 'http');
      },
    );
    client.on('data', (chunk: Buffer) => {
      const bytes = heads.read(chunk);
      link.pipes?.up.push(bytes);
    });
  }

  #connect(link: Link, kind: Kind): void {
    const line = this.#lines[kind];
    link.kind = kind;
    if (kind === 'websocket') this.#webSockets += 1;
    if (line.cut) {
      reset(link);
      return;
    }
    const upstream = connect(this.#target);
    const pipe = (direction: Direction, to: net.Socket, conditions: () => LineConditions) =>
      new FaultyPipe(to, conditions, (bytes) => {
        this.#bytes[direction] += bytes;
      });
    const pipes = {
      up: pipe('up', upstream, () => line.up),
      down: pipe('down', link.client, () => (link.withheld ? { ...line.down, stalled: true } : line.down)),
    };
    link.upstream = upstream;
    link.pipes = pipes;
    upstream.on('error', () => {});
    upstream.on('data', (chunk: Buffer) => pipes.down.push(chunk));
    upstream.on('close', () => {
      pipes.down.end();
      if (link.client.destroyed) this.#links.delete(link);
    });
    if (!line.swallows) return;
    pipes.up.die();
    pipes.down.die();
  }
}

function calm(): Line {
  const line = (): LineConditions => ({ stalled: false, latency: 0, bandwidth: Number.POSITIVE_INFINITY });
  return { cut: false, swallows: false, up: line(), down: line() };
}

function kinds(only: Kind | undefined): readonly Kind[] {
  return only ? [only] : ['http', 'websocket'];
}

function connect(target: URL): net.Socket {
  const secure = target.protocol === 'https:';
  const host = target.hostname;
  const port = Number(target.port || (secure ? 443 : 80));
  return secure ? tls.connect({ host, port, servername: host }) : net.connect({ host, port });
}

function reset({ client, upstream, pipes }: Link): void {
  pipes?.up.die();
  pipes?.down.die();
  upstream?.destroy();
  client.resetAndDestroy();
}
