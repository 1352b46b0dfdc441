import type { Writable } from 'node:stream';

/** How a line behaves in one direction. */
export interface LineConditions {
  stalled: boolean;
  /** ms that every byte is under way. */
  latency: number;
  /** Bytes a second of each connection; Infinity for no limit. */
  bandwidth: number;
}

/** Bytes are let through in portions of so many ms, ms. */
const portion = 50;

/** One direction of a connection: keeps the order of bytes and end, whatever the conditions do meanwhile. */
export class FaultyPipe {
  readonly #to: Writable;
  readonly #conditions: () => LineConditions;
  readonly #onPassed: (bytes: number) => void;
  /** `null` is the end. */
  #queue: { bytes: Buffer | null; readonly due: number }[] = [];
  #freeAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #dead = false;

  constructor(to: Writable, conditions: () => LineConditions, onPassed: (bytes: number) => void) {
    this.#to = to;
    this.#conditions = conditions;
    this.#onPassed = onPassed;
  }

  /** Something waits to be passed on. */
  get holds(): boolean {
    return this.#queue.length > 0;
  }

  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#add(bytes);
  }

  /** The sender has closed. */
  end(): void {
    this.#add(null);
  }

  /** From now on everything is swallowed, the end as well. */
  die(): void {
    this.#dead = true;
    this.#queue = [];
    this.#clear();
  }

  /** Looks again, after the conditions have changed. */
  pump(): void {
    this.#clear();
    for (let first = this.#queue[0]; first && !this.#conditions().stalled; first = this.#queue[0]) {
      const wait = Math.max(first.due, this.#freeAt) - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      if (first.bytes) first.bytes = this.#pass(first.bytes);
      else this.#to.end();
      if (!first.bytes?.length) this.#queue.shift();
    }
  }

  #add(bytes: Buffer | null): void {
    if (this.#dead) return;
    this.#queue.push({ bytes, due: performance.now() + this.#conditions().latency });
    this.pump();
  }

  /** Returns what must wait. */
  #pass(bytes: Buffer): Buffer {
    const { bandwidth } = this.#conditions();
    const size = Math.min(bytes.length, Math.max(1, Math.floor((bandwidth * portion) / 1000)));
    this.#to.write(bytes.subarray(0, size));
    this.#onPassed(size);
    this.#freeAt = performance.now() + (size / bandwidth) * 1000;
    return bytes.subarray(size);
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
