import { type Disposable, toDisposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/emitter.ts';
import type { Sync } from './types.ts';

export interface ConnectedSync {
  readonly userId: string;
  readonly sync: Sync;
}

/**
 * Opens the one engine while somebody is signed in and somebody looks, and disposes it when either ends: the last
 * release takes channel, socket, timers and listeners with it.
 */
export class SyncHost implements Disposable {
  readonly #changed: Emitter<void>;
  readonly #interestChanged: Emitter<void>;
  readonly #holds = new Set<{ readonly awaitsRuns: boolean }>();
  #account: { readonly userId: string; readonly open: () => Sync } | null = null;
  #current: ConnectedSync | null = null;

  constructor(onError: (error: unknown) => void = () => {}) {
    this.#changed = new Emitter(onError);
    this.#interestChanged = new Emitter(onError);
  }

  /** The engine that runs now; null while signed out or while nobody holds it. */
  get current(): ConnectedSync | null {
    return this.#current;
  }

  /** Somebody holds the engine to hear of runs, seen or unseen. */
  get awaitsRuns(): boolean {
    return [...this.#holds].some(({ awaitsRuns }) => awaitsRuns);
  }

  /** `awaitsRuns` may have changed. */
  get onDidChangeInterest(): Event<void> {
    return this.#interestChanged.event;
  }

  /** `current` is another one. */
  get onDidChange(): Event<void> {
    return this.#changed.event;
  }

  get listenerCount(): number {
    return this.#changed.listenerCount;
  }

  /** From now on `open` makes the engine, for this user; what was connected before ends. */
  connect(userId: string, open: () => Sync): void {
    this.#account = { userId, open };
    this.#replace(this.#start());
  }

  disconnect(): void {
    this.#account = null;
    this.#replace(null);
  }

  /** Keeps the engine open until disposed. */
  hold({ awaitsRuns = false } = {}): Disposable {
    const hold = { awaitsRuns };
    this.#holds.add(hold);
    this.#interestChanged.fire();
    if (!this.#current) this.#replace(this.#start());
    return toDisposable(() => {
      if (!this.#holds.delete(hold)) return;
      this.#interestChanged.fire();
      if (this.#holds.size === 0) this.#replace(null);
    });
  }

  dispose(): void {
    this.disconnect();
    this.#holds.clear();
    this.#changed.dispose();
    this.#interestChanged.dispose();
  }

  #start(): ConnectedSync | null {
    if (!this.#account || this.#holds.size === 0) return null;
    return { userId: this.#account.userId, sync: this.#account.open() };
  }

  #replace(next: ConnectedSync | null): void {
    const previous = this.#current;
    if (previous === next) return;
    this.#current = next;
    previous?.sync.dispose();
    this.#changed.fire();
  }
}
