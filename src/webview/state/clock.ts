import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** The server's time as the page knows it. It ticks only while the page is visible and somebody reads it. */
export class Clock {
  /** ms since 1970 on the server's clock, whole seconds apart. */
  readonly now: ReadonlySignal<number>;
  /** The same, changing once a minute: for what needs no seconds. */
  readonly minute: ReadonlySignal<number>;
  readonly #local: Signal<number>;
  readonly #read: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #wanted = false;

  /** `offset` is server clock minus this machine's, ms. */
  constructor(offset: ReadonlySignal<number>, read: () => number = Date.now) {
    this.#read = read;
    this.#local = signal(read(), {
      watched: () => this.#want(true),
      unwatched: () => this.#want(false),
    });
    this.now = computed(() => this.#local.value + offset.value);
    this.minute = computed(() => Math.floor(this.now.value / 60_000) * 60_000);
    document.addEventListener('visibilitychange', this.#update);
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this.#update);
    this.#want(false);
  }

  #want(wanted: boolean): void {
    this.#wanted = wanted;
    this.#update();
  }

  readonly #update = (): void => {
    const run = this.#wanted && document.visibilityState === 'visible';
    if (run === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = run ? setInterval(this.#tick, 1_000) : undefined;
    if (run) queueMicrotask(this.#tick);
  };

  readonly #tick = (): void => {
    this.#local.value = this.#read();
  };
}
