import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import net from 'node:net';
import { type BackendProcess, spawnBackend, stopProcess, temporaryFolder } from '../../support/backend.ts';
import { joinPayload, PhoenixSocket } from '../../support/phoenix.ts';

/** How long anything may take before it counts as not answered, ms. */
const patience = 60_000;
const topic = 'realtime:witness';

/** An embedded backend under attack, and an honest client that must be served all the while. */
export class Arena {
  readonly backend: BackendProcess;
  readonly port: number;
  readonly token: string;
  readonly #witness: PhoenixSocket;
  #rows = 0;

  private constructor(backend: BackendProcess, token: string, witness: PhoenixSocket) {
    this.backend = backend;
    this.port = Number(new URL(backend.ready.url).port);
    this.token = token;
    this.#witness = witness;
  }

  static async open(args: readonly string[] = []): Promise<Arena> {
    const backend = await spawnBackend(temporaryFolder(), args);
    const { url, publishableKey, user } = backend.ready;
    const answer = await fetch(`${url}/auth/v1/token?grant_type=password`, {
      method: 'POST',
      headers: { apikey: publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify(user),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const witness = await PhoenixSocket.open(url, publishableKey);
    const bindings = [{ event: '*', schema: 'public', table: 'projects' }];
    witness.push('1', '1', topic, 'phx_join', joinPayload(bindings, token));
    await witness.until(() => witness.of(topic, 'system').length === 1);
    return new Arena(backend, token, witness);
  }

  /** Headers of the honest client. */
  get headers(): Record<string, string> {
    const { publishableKey } = this.backend.ready;
    return {
      apikey: publishableKey,
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
    };
  }

  /** Writes a row over REST and hears of it over the socket that was opened before the attack, from the same process. */
  async servesHonestClient(): Promise<void> {
    const name = `witness ${++this.#rows}`;
    const url = `${this.backend.ready.url}/rest/v1/projects`;
    const options = { method: 'POST', headers: this.headers, body: JSON.stringify({ name }) };
    const { status } = await fetch(url, { ...options, signal: AbortSignal.timeout(patience) });
    assert.equal(status, 201);
    await this.#witness.until(
      () => JSON.stringify(this.#witness.of(topic, 'postgres_changes')).includes(`"${name}"`),
      patience,
    );
    // Heartbeats keep the socket, as a client's do.
    this.#witness.push(null, null, 'phoenix', 'heartbeat', {});
    assert.equal(this.backend.child.exitCode, null);
  }

  /** Sends bytes as they are and resolves with all that comes until the server closes; the head says `Connection: close`. */
  raw(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.port, '127.0.0.1');
      let answer = '';
      socket.setTimeout(patience, () => {
        socket.destroy();
        reject(new Error(`Neither closed nor answered: ${JSON.stringify(String(bytes).slice(0, 200))}`));
      });
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
      });
      // A server that closes before it has read everything resets the connection.
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
      socket.write(bytes);
    });
  }

  /** The status of a request made of these lines, or 0 when the connection was closed without one. */
  async status(line: string, headers: readonly string[], body = ''): Promise<number> {
    const head = [line, ...headers, 'Connection: close', '', body].join('\r\n');
    return Number(/^HTTP\/1\.1 (\d+)/.exec(await this.raw(head))?.[1] ?? 0);
  }

  openSocket(): Promise<PhoenixSocket> {
    return PhoenixSocket.open(this.backend.ready.url, this.backend.ready.publishableKey);
  }

  async close(): Promise<void> {
    this.#witness.close();
    await stopProcess(this.backend.child);
    rmSync(this.backend.folder, { recursive: true, force: true });
  }
}
