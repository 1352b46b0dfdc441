import type { WebSocket } from 'ws';
import type { Claims } from '../jwt.ts';
import type { Channel, ChannelOutput } from './channel.ts';
import {
  decodeBinary,
  decodeText,
  encode,
  encodeBinaryBroadcast,
  type Frame,
  type Version,
} from './frames.ts';

/** A socket that sent nothing for so long is closed with 1000, ms. */
export const silenceLimit = 60_000;
/** A client that leaves more than this unread is cut off, bytes; it will reconnect and read again. */
const maxUnread = 16 * 1024 * 1024;

/** One client connection: decodes and encodes frames, and answers them one after the other. */
export class RealtimeSocket implements ChannelOutput {
  readonly #socket: WebSocket;
  readonly #version: Version;
  readonly #apikey: Claims;
  readonly #handle: (socket: RealtimeSocket, frame: Frame) => Promise<void>;
  readonly #log: (...parts: unknown[]) => void;
  readonly channels = new Map<string, Channel>();
  #work: Promise<void> = Promise.resolve();
  #held: (string | Uint8Array)[] | null = null;
  lastHeard = Date.now();

  constructor(
    socket: WebSocket,
    version: Version,
    apikey: Claims,
    handle: (socket: RealtimeSocket, frame: Frame) => Promise<void>,
    log: (...parts: unknown[]) => void,
  ) {
    this.#socket = socket;
    this.#version = version;
    this.#apikey = apikey;
    this.#handle = handle;
    this.#log = log;
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('error', (error) => log('socket', error.message));
  }

  /** Who the socket is without a user's token: `anon` or `service_role`, or the user whose token is the apikey. */
  get apikey(): Claims {
    return this.#apikey;
  }

  send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: string): void {
    this.#write(encode(this.#version, joinRef, ref, topic, event, payload));
  }

  sendBytes(topic: string, event: string, payload: Uint8Array): void {
    if (this.#version === '2.0.0') this.#write(encodeBinaryBroadcast(topic, event, payload));
  }

  /** Nothing goes out for `ms`, neither replies nor changes: so the real server punishes a refused join. */
  async hold(ms: number): Promise<void> {
    this.#held ??= [];
    await new Promise((resolve) => setTimeout(resolve, ms));
    const held = this.#held ?? [];
    this.#held = null;
    for (const data of held) this.#write(data);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#held) {
      this.#held.push(data);
      return;
    }
    this.#socket.send(data);
    if (this.#socket.bufferedAmount > maxUnread) {
      this.#log('a client does not read its changes and is cut off');
      this.#socket.terminate();
    }
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.lastHeard = Date.now();
    const frame = isBinary ? decodeBinary(data) : decodeText(this.#version, data.toString('utf8'));
    if (!frame) return;
    this.#work = this.#work
      .then(() => this.#handle(this, frame))
      .catch((error) => this.#log(`frame ${frame.event} of ${frame.topic} failed`, error));
  }
}
