import type { WebSocket } from 'ws';
import { JsonCount } from '../jsonCount.ts';
import type { Claims } from '../jwt.ts';
import { httpLimits, realtimeLimits } from '../limits.ts';
import type { Channel, ChannelOutput } from './channel.ts';
import {
  decodeBinary,
  decodeText,
  encode,
  encodeBinaryBroadcast,
  type Frame,
  type Version,
} from './frames.ts';
import type { Reader, Unread } from './unread.ts';

/** A socket that sent nothing for so long is closed with 1000, ms. */
export const silenceLimit = 60_000;

/** One client connection: decodes and encodes frames, and answers them one after the other. */
export class RealtimeSocket implements ChannelOutput, Reader {
  readonly #socket: WebSocket;
  readonly #version: Version;
  readonly #apikey: Claims;
  readonly #handle: (socket: RealtimeSocket, frame: Frame) => Promise<void>;
  readonly #log: (...parts: unknown[]) => void;
  readonly #unread: Unread;
  readonly channels = new Map<string, Channel>();
  #work: Promise<void> = Promise.resolve();
  /** Frames that are not handled yet, and their bytes. */
  #waiting = 0;
  #waitingBytes = 0;
  #held: (string | Uint8Array)[] | null = null;
  #heldBytes = 0;
  lastHeard = Date.now();

  constructor(
    socket: WebSocket,
    version: Version,
    apikey: Claims,
    handle: (socket: RealtimeSocket, frame: Frame) => Promise<void>,
    log: (...parts: unknown[]) => void,
    unread: Unread,
  ) {
    this.#socket = socket;
    this.#version = version;
    this.#apikey = apikey;
    this.#handle = handle;
    this.#log = log;
    this.#unread = unread;
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
    this.#heldBytes = 0;
    for (const data of held) this.#write(data);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  get unread(): number {
    return this.#socket.readyState === this.#socket.OPEN ? this.#heldBytes + this.#socket.bufferedAmount : 0;
  }

  cutOff(): void {
    this.#log('a client does not read its changes and is cut off');
    this.#held = null;
    this.#socket.terminate();
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#held) {
      this.#held.push(data);
      this.#heldBytes += data.length;
    } else this.#socket.send(data);
    this.#unread.wrote(this, data.length);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.lastHeard = Date.now();
    this.#waiting++;
    this.#waitingBytes += data.length;
    if (this.#isBehind(1)) this.#socket.pause();
    // Decoded in its turn only: JSON takes up to twenty times as much memory as values.
    this.#work = this.#work
      .then(() => this.#take(data, isBinary))
      .catch((error) => this.#log('a frame failed', error))
      .finally(() => this.#handled(data.length));
  }

  async #take(data: Buffer, isBinary: boolean): Promise<void> {
    // What a client that has gone would join, nobody would leave.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (!isBinary && new JsonCount(httpLimits).add(data)) return;
    const frame = isBinary ? decodeBinary(data) : decodeText(this.#version, data.toString('utf8'));
    // A channel keeps the reference of its join.
    if (!frame || (frame.joinRef?.length ?? 0) > realtimeLimits.topic) return;
    await this.#handle(this, frame);
  }

  #handled(bytes: number): void {
    this.#waiting--;
    this.#waitingBytes -= bytes;
    if (!this.#socket.isPaused || this.#isBehind(0.5)) return;
    // What it sent meanwhile was not looked at.
    this.lastHeard = Date.now();
    this.#socket.resume();
  }

  /** Whether so much waits that no more is read, or that share of it. */
  #isBehind(share: number): boolean {
    const { waiting, waitingBytes } = realtimeLimits;
    return this.#waiting >= share * waiting || this.#waitingBytes >= share * waitingBytes;
  }
}
