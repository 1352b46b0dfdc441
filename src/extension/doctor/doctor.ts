import type { Disposable } from '../../shared/disposable.ts';
import type { DoctorReport } from '../../shared/doctor.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { Connection } from '../accounts/connection.ts';
import { backendId } from '../accounts/profiles.ts';
import { deferred } from './deferred.ts';
import { examine } from './examine.ts';
import type { ExamineOptions } from './patient.ts';

/** A connection that is being made is waited for this long, ms. */
const settleTimeout = 10_000;

export interface DoctorOptions extends Omit<ExamineOptions, 'signal' | 'tell'> {
  readonly connection: ExamineOptions['connection'] & Pick<Connection, 'onDidChange' | 'settled'>;
  readonly changed: Emitter<void>;
}

/** Examines the chosen backend when asked, and keeps the last report of it. */
export class Doctor implements Disposable {
  readonly #options: DoctorOptions;
  readonly #subscription: Disposable;
  #report: DoctorReport | null = null;
  #running: Promise<DoctorReport> | null = null;
  #abort = new AbortController();
  #backend: string | null = null;
  #userId: string | null = null;

  constructor(options: DoctorOptions) {
    this.#options = options;
    this.#subscription = options.connection.onDidChange(() => this.#follow());
    this.#follow();
  }

  /** The examination that runs, or the last one of this backend and account. */
  get report(): DoctorReport | null {
    return this.#report;
  }

  /** A check has begun or ended, or the report is of another backend or account and was dropped. */
  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  /** Examines; while one examination runs, asking again is asking for that one. Never rejects. */
  run(): Promise<DoctorReport> {
    if (this.#running) return this.#running;
    const running = this.#run().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#abort.abort();
    this.#options.changed.dispose();
  }

  async #run(): Promise<DoctorReport> {
    await this.#settled();
    const { signal } = this.#abort;
    return await examine({
      ...this.#options,
      signal,
      tell: (report) => {
        if (!signal.aborted) this.#set(report);
      },
    });
  }

  /** What is still under way after a while is a finding, too. */
  async #settled(): Promise<void> {
    const { connection, clock } = this.#options;
    const late = deferred<void>();
    const timer = clock.setTimeout(late.resolve, settleTimeout);
    await Promise.race([connection.settled(), late.promise]);
    timer.dispose();
  }

  /** A session that the server ended is a finding; one that the user ended, or another one, ends the examination. */
  #follow(): void {
    const { state } = this.#options.connection;
    const backend = state.kind === 'none' ? null : backendId(state.profile);
    const userId = state.kind === 'ready' ? state.account.userId : null;
    const same = backend === this.#backend && (userId === this.#userId || !isDecided(state));
    if (same) return;
    this.#backend = backend;
    this.#userId = userId;
    this.#abort.abort();
    this.#abort = new AbortController();
    // What only waits for a connection goes on with this one.
    if (this.#report?.finishedAt === null) this.#running = null;
    if (this.#report) this.#set(null);
  }

  #set(report: DoctorReport | null): void {
    this.#report = report;
    this.#options.changed.fire();
  }
}

function isDecided(state: Connection['state']): boolean {
  return state.kind === 'ready' || (state.kind === 'signedOut' && !state.problem);
}
