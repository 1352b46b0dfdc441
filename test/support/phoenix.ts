import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';

/** `[join_ref, ref, topic, event, payload]` in either version; numbers of payloads are their own texts. */
export type WireFrame = readonly [unknown, unknown, string, string, unknown];

/** A bare Phoenix client that shows every frame as it came. */
export class PhoenixSocket {
  readonly frames: WireFrame[] = [];
  readonly socket: WebSocket;
  closeCode: number | null = null;
  readonly #version: string;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket, version: string) {
    this.socket = socket;
    this.#version = version;
    socket.on('message', (data: Buffer) => {
      this.frames.push(decode(version, data.toString('utf8')));
      this.#wake();
    });
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#wake();
    });
    socket.on('error', () => {});
  }

  static async open(
    url: string,
    apikey: string,
    version = '2.0.0',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PhoenixSocket> {
    const address = `${url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${apikey}&vsn=${version}`;
    const socket = new WebSocket(address, { headers });
    const own = new PhoenixSocket(socket, version);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return own;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  push(joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown): void {
    this.send(
      this.#version === '2.0.0'
        ? JSON.stringify([joinRef, ref, topic, event, payload])
        : JSON.stringify({ topic, event, payload, ref, join_ref: joinRef }),
    );
  }

  /** Resolves once `condition` holds, else rejects after `timeout` ms with what did come. */
  async until(condition: () => boolean, timeout = 40_000): Promise<void> {
    const end = Date.now() + timeout;
    while (!condition()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`Waited in vain; these came: ${JSON.stringify(this.frames, null, 1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, left);
        const waiting = this.#waiting;
        waiting.add(done);
        function done() {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
      });
    }
  }

  /** The payloads of `event` on `topic` so far. */
  of(topic: string, event: string): unknown[] {
    return this.frames.filter((frame) => frame[2] === topic && frame[3] === event).map((frame) => frame[4]);
  }

  close(): void {
    this.socket.terminate();
  }

  #wake(): void {
    for (const waiting of [...this.#waiting]) waiting();
  }
}

export function decode(version: string, text: string): WireFrame {
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? `#${context?.source}` : value;
  const value = JSON.parse(text, exact) as unknown;
  if (version === '2.0.0') return value as WireFrame;
  const { join_ref, ref, topic, event, payload } = value as Record<string, unknown>;
  return [join_ref, ref, String(topic), String(event), payload];
}

/** An HS256 token as the auth server would sign it. */
export function signToken(claims: Readonly<Record<string, unknown>>, secret: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** The payload of a join with these bindings. */
export function joinPayload(bindings: readonly object[], accessToken: string): object {
  return {
    config: {
      broadcast: { ack: false, self: false },
      presence: { key: '', enabled: false },
      postgres_changes: bindings,
      private: false,
    },
    access_token: accessToken,
  };
}
