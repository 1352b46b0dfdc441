import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import type { OutgoingEvent } from '../../shared/model.ts';
import { type LogSyncEvent, readEvent, type SyncEvent, uuidV7 } from './events.ts';
import { Outbox, type OutboxOptions, type SendEvents } from './outbox.ts';

export type Reporting = 'on' | 'off' | 'notAgreed';

export interface ActivityOptions {
  readonly outbox: OutboxOptions;
  /** Names this window and start in each event, UUID. */
  readonly sessionId: string;
  readonly editor: string;
  /** Starts listening to the editor; what it returns stops that. */
  readonly collect: (log: LogSyncEvent) => Disposable;
}

/** What this window reports, and to whom: collectors run only while reporting is on. */
export class Activity implements Disposable {
  readonly #options: ActivityOptions;
  readonly #outbox: Outbox;
  #reporting: Reporting = 'off';
  #collectors: Disposable | null = null;
  /** Backend and user that the queue belongs to. */
  #owner: string | null = null;
  #disposed = false;

  constructor(options: ActivityOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.outbox);
  }

  get reporting(): Reporting {
    return this.#reporting;
  }

  /** `reporting` or `pending` changed. */
  get onDidChange(): Event<void> {
    return this.#options.outbox.changed.event;
  }

  get pending(): number {
    return this.#outbox.pending;
  }

  /** Turns reporting on or off; turned off, what has not been sent is forgotten. */
  setReporting(reporting: Reporting): void {
    if (reporting === this.#reporting || this.#disposed) return;
    this.#reporting = reporting;
    this.#collectors?.dispose();
    this.#collectors = null;
    if (reporting === 'on') this.#collectors = this.#options.collect(this.log);
    else this.#outbox.clear();
    this.#options.outbox.changed.fire();
  }

  /** Events go to `owner` (backend and user) through `send` from now on; those of another owner are forgotten. */
  connect(owner: string, send: SendEvents, flushAfter: number): void {
    if (this.#owner !== null && this.#owner !== owner) this.#outbox.clear();
    this.#owner = owner;
    this.#outbox.attach(send, flushAfter);
  }

  /** Nobody to send to for now; events wait. */
  disconnect(): void {
    this.#outbox.attach(null, 0);
  }

  readonly log: LogSyncEvent = (event) => {
    const read = readEvent(event);
    if (this.#reporting !== 'on') return null;
    const outgoing = this.#outgoing(read);
    this.#outbox.add(outgoing);
    return outgoing.id;
  };

  flush(): Promise<void> {
    return this.#outbox.flush();
  }

  dispose(): void {
    this.#disposed = true;
    this.#collectors?.dispose();
    this.#outbox.dispose();
  }

  #outgoing(event: SyncEvent): OutgoingEvent {
    const now = this.#options.outbox.clock.now();
    return {
      id: uuidV7(now),
      event_type: event.type,
      occurred_at: new Date(now).toISOString(),
      session_id: this.#options.sessionId,
      editor: this.#options.editor,
      project_id: event.projectId ?? null,
      run_id: event.runId ?? null,
      payload: event.payload ?? {},
    };
  }
}

/** Whether events are reported to a backend of this kind. */
export function reportingOf(enabled: boolean, agreed: boolean): Reporting {
  if (!enabled) return 'off';
  return agreed ? 'on' : 'notAgreed';
}

/** Collectors that run together. */
export function collectAll(
  collectors: readonly ((log: LogSyncEvent) => Disposable)[],
): (log: LogSyncEvent) => Disposable {
  return (log) => {
    const store = new DisposableStore();
    for (const collect of collectors) store.add(collect(log));
    return store;
  };
}
