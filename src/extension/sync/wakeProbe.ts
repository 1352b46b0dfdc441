import type { Disposable } from '../../shared/disposable.ts';
import { Alarm } from './alarm.ts';
import type { Clock } from './types.ts';

const tick = 2_000;
/** A tick this much too late means that the machine, or this process, stood still. */
const tolerance = 5_000;

/** Notices sleep, and a wall clock that was set: timers stand still in the one and do not care for the other. */
export class WakeProbe implements Disposable {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #onWake: (late: number) => void;
  #last = 0;

  /** `onWake` hears for how many ms the machine stood still; less than 0 when the clock was set back. */
  constructor(clock: Clock, onWake: (late: number) => void) {
    this.#clock = clock;
    this.#alarm = new Alarm(clock);
    this.#onWake = onWake;
  }

  /** Does nothing while it runs: what happened since the last tick must not go unnoticed. */
  start(): void {
    if (!this.#alarm.isSet) this.#next();
  }

  stop(): void {
    this.#alarm.clear();
  }

  dispose(): void {
    this.stop();
  }

  #next(): void {
    this.#last = this.#clock.now();
    this.#alarm.set(tick, () => this.#tick());
  }

  #tick(): void {
    const late = this.#clock.now() - this.#last - tick;
    this.#next();
    if (Math.abs(late) > tolerance) this.#onWake(late);
  }
}
