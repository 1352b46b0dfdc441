import type { ServerChannel } from './channel.ts';
import type { Faults } from './faults.ts';
import type { Change } from './store.ts';
import type { Timers } from './timers.ts';

/** The longest that changes wait to be sent in reverse order, ms. */
const reversePatience = 100;

/** What lies between a commit and the frames: here changes are lost, doubled, delayed and mixed up. */
export class Stream {
  readonly #faults: () => Faults;
  readonly #channels: () => readonly ServerChannel[];
  readonly #timers: Timers;
  #waiting: Change[] = [];
  #count = 0;

  constructor(faults: () => Faults, channels: () => readonly ServerChannel[], timers: Timers) {
    this.#timers = timers;
    this.#faults = faults;
    this.#channels = channels;
  }

  publish(changes: readonly Change[]): void {
    const { deaf, reverse, drops } = this.#faults();
    for (const change of changes) {
      this.#count += 1;
      if (drops(this.#count, change) || deaf) continue;
      this.#waiting.push(change);
      if (this.#waiting.length >= reverse) this.#flush();
    }
    if (this.#waiting.length > 0) this.#timers.later(() => this.#flush(), reversePatience);
  }

  #flush(): void {
    const { latency, copies } = this.#faults();
    const changes = this.#waiting.reverse();
    this.#waiting = [];
    // Who may have a change is settled at the commit: a stream that begins later does not bring it.
    const channels = this.#channels().filter(({ streams }) => streams);
    const send = () => {
      for (const change of changes)
        for (const channel of channels)
          for (let copy = 0; copy < copies; copy++) if (channel.sees(change)) this.#send(channel, change);
    };
    if (latency > 0) this.#timers.later(send, latency);
    else send();
  }

  #send(channel: ServerChannel, change: Change): void {
    const { omit, distort } = this.#faults();
    const kept = Object.entries(change.row).filter(([name]) => !omit.includes(name));
    const cut = change.type === 'UPDATE' && omit.length > 0 ? { record: Object.fromEntries(kept) } : {};
    channel.deliver(change, { ...cut, ...distort(change) });
  }
}
