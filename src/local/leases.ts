import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LeaseLine } from '../shared/backendFile.ts';
import { isSecret } from './keys.ts';

/** How often a lease is told that it is alive, ms; a window that hears nothing three times looks for us anew. */
const beat = 15_000;

/**
 * Windows that need this process, each a held-open request. With `idleExit` the process is asked to end that
 * many seconds after the last one went, or after the start when none ever came.
 */
export class Leases {
  readonly #held = new Set<ServerResponse>();
  readonly #secretKey: () => string | null;
  readonly #idleExit: number | null;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `secretKey` opens the door; null while the backend is starting. */
  constructor(secretKey: () => string | null, idleExit: number | null, onIdle: () => void) {
    this.#secretKey = secretKey;
    this.#idleExit = idleExit;
    this.#onIdle = onIdle;
  }

  /** To be called once the server is ready. */
  start(): void {
    this.#arm();
  }

  hold(request: IncomingMessage, response: ServerResponse): void {
    const key = this.#stopped ? null : this.#secretKey();
    if (key === null || !isSecret(request.headers.apikey, key)) {
      response.writeHead(key === null ? 503 : 401, {
        'content-type': 'application/json',
        connection: 'close',
      });
      response.end(JSON.stringify({ message: 'A lease needs the secret key.' }));
      return;
    }
    clearTimeout(this.#timer);
    this.#held.add(response);
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    tell(response, { pid: process.pid });
    const timer = setInterval(() => tell(response, { pid: process.pid }), beat);
    response.on('close', () => {
      clearInterval(timer);
      this.#held.delete(response);
      this.#arm();
    });
  }

  /** Ends every lease; when a process of the version `replacedBy` is to serve the folder, windows are told to wait for it. */
  stop(replacedBy: string | null): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const response of this.#held) {
      if (replacedBy !== null) tell(response, { pid: process.pid, replacedBy });
      response.end();
    }
  }

  #arm(): void {
    if (this.#stopped || this.#idleExit === null || this.#held.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onIdle, this.#idleExit * 1000);
  }
}

function tell(response: ServerResponse, line: LeaseLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}
