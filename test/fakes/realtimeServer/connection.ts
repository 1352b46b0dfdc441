import type { WebSocket } from 'ws';
import { decodeText, encode, type Frame, type Version } from '../../../src/local/realtime/frames.ts';

/** One WebSocket at the server's end: frames in, frames out. */
export class Connection {
  readonly version: Version;
  readonly #socket: WebSocket;
  #held: string[] | null = null;
  #frozen = false;
  lastHeard = Date.now();
  /** Of the frames that the client sent and received. */
  readonly bytes = { sent: 0, received: 0 };

  constructor(socket: WebSocket, version: Version, onFrame: (frame: Frame) => void) {
    this.version = version;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      if (this.#frozen) return;
      this.lastHeard = Date.now();
      this.bytes.sent += data.length;
      const frame = decodeText(version, data.toString('utf8'));
      if (frame) onFrame(frame);
    });
    socket.on('error', () => {});
  }

  send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: unknown): void {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    this.#write(encode(this.version, joinRef, ref, topic, event, text));
  }

  /** Sends something that need not be a frame. */
  sendRaw(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  /** Nothing goes out for `ms`: so a refused join blocks the whole socket. */
  async hold(ms: number): Promise<void> {
    this.#held ??= [];
    await new Promise((resolve) => setTimeout(resolve, ms));
    const held = this.#held ?? [];
    this.#held = null;
    for (const text of held) this.#write(text);
  }

  /** From now on the TCP connection is open and nobody is at its other end. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Closes with `code`; 1006 cuts the connection, which is what that code means. */
  close(code: number): void {
    if (code === 1006) this.#socket.terminate();
    else this.#socket.close(code);
  }

  #write(text: string): void {
    if (this.#frozen || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#held) {
      this.#held.push(text);
      return;
    }
    this.bytes.received += Buffer.byteLength(text);
    this.#socket.send(text);
  }
}
