import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { DoctorReport } from '../../shared/doctor.ts';
import { RunglassError } from '../../shared/status.ts';
import type { Connection } from '../accounts/connection.ts';
import type { ConnectedSession, Endpoint } from '../accounts/types.ts';
import type { Clock, Credentials, Random } from '../sync/types.ts';
import type { Diagnosis, Probe, Reply } from './probe.ts';
import type { Stream } from './stream.ts';

export interface ExamineOptions {
  readonly connection: Pick<Connection, 'state' | 'endpoint'> & {
    readonly session: Pick<ConnectedSession, 'get' | 'account'> | null;
  };
  readonly createProbe: (endpoint: Endpoint) => Promise<Probe>;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends the examination; what is not done by then is told as skipped. */
  readonly signal: AbortSignal;
  /** Hears of the report whenever a check begins or ends. */
  readonly tell: (report: DoctorReport) => void;
}

/** Who is examined, and what the checks so far have found out that later ones need. */
export class Patient implements Disposable {
  readonly options: ExamineOptions;
  /** Null when no backend is chosen, or the local one does not run. */
  readonly endpoint: Endpoint | null;
  /** What ends with the examination. */
  readonly disposables = new DisposableStore();
  credentials: Credentials | null = null;
  /** Server clock minus host clock as an HTTP answer dates itself, ms; good to a second or two. */
  dateOffset: number | null = null;
  stream: Stream | null = null;
  #probe: Promise<Probe> | null = null;
  #diagnosing: Promise<Diagnosis | Reply> | null = null;
  #diagnosis: Diagnosis | null = null;

  constructor(options: ExamineOptions) {
    this.options = options;
    this.endpoint = options.connection.endpoint;
  }

  get kind(): 'embedded' | 'remote' | null {
    const { state } = this.options.connection;
    return state.kind === 'none' ? null : state.profile.kind;
  }

  /** What must not appear in a report. */
  get secrets(): readonly (string | null | undefined)[] {
    const { session } = this.options.connection;
    const { credentials, endpoint } = this;
    return [
      credentials?.accessToken,
      endpoint?.publishableKey,
      session?.account?.email,
      credentials?.userId ?? session?.account?.userId,
    ];
  }

  /** The answer of `sync_doctor` as far as it is known. */
  get diagnosis(): Diagnosis | null {
    return this.#diagnosis;
  }

  probe(): Promise<Probe> {
    const { endpoint, options } = this;
    if (!endpoint) return Promise.reject(new Error('There is no backend to ask.'));
    this.#probe ??= options.createProbe(endpoint).then((probe) => this.disposables.add(probe));
    return this.#probe;
  }

  /** Asks `sync_doctor` once; rejects with `RunglassError`. */
  async diagnose(): Promise<Diagnosis | Reply> {
    this.#diagnosing ??= this.#diagnose();
    return await this.#diagnosing;
  }

  /** Asks it again. */
  async diagnoseAgain(): Promise<Diagnosis | null> {
    const answer = await this.#diagnose();
    return 'findings' in answer ? answer : null;
  }

  token(): string {
    if (this.credentials) return this.credentials.accessToken;
    throw new RunglassError({ reason: 'sessionExpired', detail: 'Nobody is signed in.' });
  }

  dispose(): void {
    this.disposables.dispose();
  }

  async #diagnose(): Promise<Diagnosis | Reply> {
    const answer = await (await this.probe()).diagnose(this.token());
    if ('findings' in answer) this.#diagnosis = answer;
    return answer;
  }
}
