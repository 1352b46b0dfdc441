import type { Clock } from '../../src/extension/sync/types.ts';
import type { Disposable } from '../../src/shared/disposable.ts';
import { type Entry, Heap } from './heap.ts';

interface Event extends Entry {
  readonly run: () => void;
  /** Runs code of the host's, which may go on in promises. */
  readonly host: boolean;
}
interface Timer extends Event {
  cancelled: boolean;
}

/** Where every world begins, ms since 1970. */
export const begin = Date.UTC(2026, 0, 15, 12);

/** Who sleeps longer than this must notice it, ms. */
const noticedSleep = 7_000;

/**
 * Virtual time of a world with one machine in it, the host. The world's time never stops; the host's timers stand
 * still while it sleeps, and what reaches it then waits until it wakes. All times are ms since the begin.
 */
export class Timeline {
  readonly #events = new Heap<Event>();
  /** Due by the host's own time, which leaves out what it slept. */
  readonly #timers = new Heap<Timer>();
  #order = 0;
  #now = 0;
  #slept = 0;
  #wakesAt = 0;
  #noticedWakeAt = 0;
  #jumped = 0;
  #timerCount = 0;

  /** What the engine is given. */
  readonly clock: Clock = {
    now: () => begin + this.#now + this.#jumped,
    setTimeout: (callback, ms) => this.#setTimer(callback, ms),
  };

  get now(): number {
    return this.#now;
  }

  get isAsleep(): boolean {
    return this.#now < this.#wakesAt;
  }

  /** When the host woke last, or wakes. */
  get wakesAt(): number {
    return this.#wakesAt;
  }

  /** When it woke last from a sleep that was long enough to be noticed. */
  get noticedWakeAt(): number {
    return this.#noticedWakeAt;
  }

  /** Host clock minus the world's, ms. */
  get jumped(): number {
    return this.#jumped;
  }

  /** Timers of the host that wait. */
  get timerCount(): number {
    return this.#timerCount;
  }

  /** Happens in the world, whether the host is awake or not. */
  after(ms: number, run: () => void): void {
    this.#push(this.#now + ms, run, false);
  }

  /** Reaches the host after `ms`, or when it wakes. */
  reach(ms: number, run: () => void): void {
    this.#push(this.#now + ms, run, true);
  }

  /** The host stands still; its timers too, unless it is only the process that was stopped. Does nothing while it sleeps. */
  sleep(ms: number, { timersRun }: { readonly timersRun: boolean }): void {
    if (this.isAsleep) return;
    this.#wakesAt = this.#now + ms;
    if (ms > noticedSleep) this.#noticedWakeAt = this.#wakesAt;
    if (!timersRun) this.#slept += ms;
  }

  /** Somebody sets the host's clock. */
  jump(ms: number): void {
    this.#jumped += ms;
  }

  /** Lets everything happen that is due until then, promises included; ends early when `stop` says so. */
  async runUntil(end: number, stop: () => boolean): Promise<void> {
    await settle();
    while (!stop()) {
      const next = this.#next(end);
      if (!next) break;
      next.run();
      if (next.host) await settle();
    }
    if (!stop()) this.#now = end;
  }

  #next(end: number): Event | null {
    for (;;) {
      const timer = this.#timers.peek();
      const event = this.#events.peek();
      const timerDue = timer ? Math.max(timer.due + this.#slept, this.#wakesAt) : Number.POSITIVE_INFINITY;
      const eventDue = event?.due ?? Number.POSITIVE_INFINITY;
      const due = Math.max(this.#now, Math.min(timerDue, eventDue));
      if (due > end || (!timer && !event)) return null;
      if (timer && timerDue < eventDue) {
        this.#timers.pop();
        if (timer.cancelled) continue;
        this.#now = due;
        return timer;
      }
      this.#events.pop();
      this.#now = due;
      if (!event) continue;
      if (!event.host || !this.isAsleep) return event;
      this.#push(this.#wakesAt, event.run, true);
    }
  }

  #push(due: number, run: () => void, host: boolean): void {
    this.#order += 1;
    this.#events.push({ due, order: this.#order, run, host });
  }

  #setTimer(callback: () => void, ms: number): Disposable {
    this.#order += 1;
    this.#timerCount += 1;
    const end = () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.#timerCount -= 1;
    };
    const run = () => {
      end();
      callback();
    };
    const due = this.#now - this.#slept + Math.max(0, ms);
    const timer: Timer = { due, order: this.#order, run, host: true, cancelled: false };
    this.#timers.push(timer);
    return { dispose: end };
  }
}

/**
 * Lets all promises that can go on go on. Node runs a tick that is asked for from a microtask when no microtask is
 * left, those that others ask for meanwhile included; and it does so without a turn of the event loop.
 */
export async function settle(): Promise<void> {
  await null;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}
