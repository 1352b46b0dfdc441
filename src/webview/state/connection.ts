import { effect } from '@preact/signals';
import type { PatchMessage } from '../../shared/protocol.ts';
import type { Actions } from '../actions.ts';
import type { Dashboard } from '../context.ts';
import type { Host } from '../host.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { decodeHostMessage } from './messages.ts';
import type { Requests } from './requests.ts';
import type { Store } from './store.ts';
import type { UiState } from './uiState.ts';

/** Runs a callback before the next paint. */
export type Schedule = (callback: () => void) => void;

export interface ConnectionOptions {
  readonly host: Host;
  readonly dashboard: Pick<Dashboard, 'store' | 'ui' | 'timeline' | 'requests' | 'actions'>;
  readonly schedule: Schedule;
  readonly now: () => number;
}

/** While a snapshot is on its way, a further mismatch asks again only after this long, ms. */
const askAgainAfter = 1_000;

/**
 * Feeds the host's messages to the store: a snapshot at once, patches together once a frame.
 *
 *   start ── ready ──▶ host ── snapshot ──▶ store        a patch that does not fit:
 *                           ── patch ──▶ queue ─frame─▶ store ── ready ──▶ host ── snapshot ──▶ …
 */
export class Connection {
  readonly #host: Host;
  readonly #store: Store;
  readonly #ui: UiState;
  readonly #timeline: Timeline;
  readonly #requests: Requests;
  readonly #show: Actions['show'];
  readonly #schedule: Schedule;
  readonly #now: () => number;
  #queue: PatchMessage[] = [];
  #scheduled = false;
  #askedAt: number | null = null;

  constructor(options: ConnectionOptions) {
    this.#host = options.host;
    this.#store = options.dashboard.store;
    this.#ui = options.dashboard.ui;
    this.#timeline = options.dashboard.timeline;
    this.#requests = options.dashboard.requests;
    this.#show = options.dashboard.actions.show;
    this.#schedule = options.schedule;
    this.#now = options.now;
  }

  /** Begins to listen and says so to the host. Returns the way to stop. */
  start(): () => void {
    const stop = this.#host.onMessage((raw) => this.#receive(raw));
    this.#ask();
    const stopWatching = this.#watchDetails();
    return () => {
      stopWatching();
      stop();
    };
  }

  /** The host sends details only while the sheet is open, which it may be from the start. */
  #watchDetails(): () => void {
    let told = false;
    return effect(() => {
      const open = this.#ui.sheet.value?.kind === 'sync';
      if (open !== told) this.#host.post({ type: 'details', open });
      told = open;
    });
  }

  #receive(raw: unknown): void {
    const decoded = decodeHostMessage(raw);
    if (!decoded.ok) {
      this.#host.post({ type: 'log', level: 'warn', message: decoded.error });
      return;
    }
    const { message } = decoded;
    switch (message.type) {
      case 'snapshot':
        // What is queued was sent before it and is in it.
        this.#queue = [];
        this.#askedAt = null;
        this.#store.applySnapshot(message);
        break;
      case 'patch':
        this.#queue.push(message);
        this.#scheduleFlush();
        break;
      case 'ownEvents':
        this.#store.applyOwnEvents(message, this.#now());
        break;
      case 'older':
        this.#timeline.receive(message);
        break;
      case 'answer':
        this.#requests.receive(message);
        break;
      case 'refreshing':
        this.#store.refreshing.value = message.refreshing;
        break;
      case 'details':
        this.#store.details.value = message.details;
        break;
      case 'show':
        this.#show(message.target);
        break;
      case 'copied':
        this.#store.noteCopied(message.what);
        break;
      default:
        message satisfies never;
    }
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const patches = this.#queue;
    this.#queue = [];
    const now = this.#now();
    // Not as one: what a patch brings and the next takes away, the timeline keeps while it shows the past.
    const fits = patches.every((patch) => this.#store.applyPatch(patch, now));
    if (!fits && (this.#askedAt === null || now - this.#askedAt >= askAgainAfter)) this.#ask();
  }

  #ask(): void {
    this.#askedAt = this.#now();
    this.#host.post({ type: 'ready', ...this.#store.position });
  }
}
