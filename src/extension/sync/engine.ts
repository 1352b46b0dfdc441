import { DisposableStore } from '../../shared/disposable.ts';
import type { Event } from '../../shared/emitter.ts';
import { type Problem, RunglassError } from '../../shared/status.ts';
import type { SyncCounters } from '../../shared/syncDetails.ts';
import { Account } from './account.ts';
import { Alarm } from './alarm.ts';
import { CacheKeeper } from './cacheKeeper.ts';
import { Canary, uuid } from './canary.ts';
import { Counters, describeCounters } from './counters.ts';
import { isSetup, problemOf } from './engineStatus.ts';
import { Flow, type PullResult } from './flow.ts';
import { Generation } from './generation.ts';
import { Losses } from './losses.ts';
import { backoff, type Interest } from './pacing.ts';
import { Poller } from './poller.ts';
import { Refusal } from './refusal.ts';
import { Standing } from './standing.ts';
import { type EngineEvent, type EngineState, transitions } from './states.ts';
import { Tokens } from './tokens.ts';
import type { ChannelEvent, OpenTransport, StreamedChange } from './transport.ts';
import type {
  Attention,
  Clock,
  CredentialSource,
  Credentials,
  EngineStatus,
  Log,
  Random,
  ReplicaCache,
  ReplicaView,
  Sync,
} from './types.ts';
import { WakeProbe } from './wakeProbe.ts';

const joinTimeout = 25_000;
const armTimeout = 20_000;
const probeTimeout = 4_000;
/** So long without a gap, and the server drops no events any more. */
const quietAfter = 10_000;

export interface EngineOptions {
  readonly openTransport: OpenTransport;
  readonly credentials: CredentialSource;
  readonly attention: Attention;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where the rows of this user are kept for the first paint of next time. */
  readonly saved?: { readonly userId: string; readonly cache: ReplicaCache };
}

/**
 * Keeps a replica of one user's rows: pulls as soon as there is a token, and makes it fast with a socket that it
 * believes only as far as the canary proves. The ways between the states are in states.ts; here is what each state does.
 */
export class Engine implements Sync {
  readonly #options: EngineOptions;
  readonly #disposables = new DisposableStore();
  readonly #counters: Counters;
  readonly #standing: Standing;
  readonly #flow: Flow;
  readonly #canary: Canary;
  readonly #tokens: Tokens;
  readonly #wake: WakeProbe;
  readonly #poller: Poller;
  readonly #losses: Losses;
  readonly #refusal = new Refusal();
  readonly #keeper: CacheKeeper | null;
  /** Rings when the present state has lasted too long. */
  readonly #timeout: Alarm;
  #state: EngineState = 'SignedOut';
  #account: Account | null = null;
  /** Until the rows of last time are read, or not needed any more. */
  #restoring = new Generation();
  /** Who cared when the last attempt failed: who comes later need not wait as long. */
  #pausedFor: Interest = 'watched';

  constructor(options: EngineOptions) {
    const { clock, random, log } = options;
    this.#options = options;
    this.#counters = new Counters(clock.now());
    this.#standing = new Standing({
      clock,
      log,
      circumstances: () => ({
        state: this.#state,
        tokenProblem: this.#tokens.problem,
        unreadable: this.#flow.replica.unreadable,
        held: this.#flow.held,
      }),
    });
    this.#flow = new Flow({
      clock,
      log,
      counters: this.#counters,
      newEpoch: () => uuid(random),
      onPullStarted: () => this.#refusal.pulling(),
      onPulled: (result) => this.#pulled(result),
      onPullFailed: (error) => this.#pullFailed(error),
      onGap: (isNew) => this.#gap(isNew),
      onReached: (at) => {
        if (this.#state === 'Live') this.#standing.streamed(at);
      },
      onCanary: (nonce, seq) => this.#canary.echo(nonce, seq),
    });
    this.#canary = new Canary({
      clock,
      random,
      // Between the pages of a pull a row may be older than the cursor.
      cursor: () => (this.#flow.isWhole ? this.#flow.cursor : null),
      onSeen: (latency, sentAt) => this.#proven(latency, sentAt),
      onLate: () => this.#flow.pullSoon('the canary is late'),
      onMissing: () =>
        this.#lose('canaryMissing', noStream('Changes do not come through: pings did not come back.')),
      onFailed: (error) => this.#pingFailed(error),
    });
    this.#tokens = new Tokens({
      credentials: options.credentials,
      clock,
      onToken: (credentials) =>
        credentials ? this.#takeCredentials(credentials) : this.#dispatch('signOut'),
      onFailed: (problem) => this.#tokenFailed(problem),
    });
    this.#wake = new WakeProbe(clock, (late) => this.#woken(late));
    this.#timeout = new Alarm(clock);
    this.#losses = new Losses(clock);
    const { saved } = options;
    this.#keeper = saved
      ? new CacheKeeper({ ...saved, clock, log, contents: () => this.#contents(saved.userId) })
      : null;
    this.#poller = new Poller({
      clock,
      attention: options.attention,
      replica: this.#flow.replica,
      circumstances: () => {
        const { pulledAt, pullProblem } = this.#standing;
        const needsMending = pullProblem !== null && isSetup(pullProblem);
        return { state: this.#state, pulledAt, needsMending };
      },
      onDue: () => this.#poll(),
    });
    const parts = [this.#flow, this.#canary, this.#tokens, this.#wake, this.#timeout, this.#poller];
    for (const part of [this.#standing, ...parts]) this.#disposables.add(part);
    this.#disposables.add(
      this.replica.onDidChange(({ changes, released }) => {
        if (changes.length > 0 || released) this.#keeper?.changed();
      }),
    );
    this.#disposables.add(options.credentials.onDidChange(() => this.#credentialsChanged()));
    this.#disposables.add(options.attention.onDidChange(() => this.#attentionChanged()));
  }

  /** Begins to work; until then nothing is asked of anybody. */
  start(): this {
    this.#dispatch('signIn');
    return this;
  }

  async flush(): Promise<void> {
    await this.#keeper?.flush();
  }

  get replica(): ReplicaView {
    return this.#flow.replica;
  }

  get status(): EngineStatus {
    return this.#standing.status;
  }

  get onDidChangeStatus(): Event<EngineStatus> {
    return this.#standing.onDidChange;
  }

  get counters(): SyncCounters {
    return this.#counters.snapshot;
  }

  async refresh(): Promise<void> {
    if (this.#disposables.isDisposed || this.#state === 'SignedOut') throw new RunglassError(signedOut);
    if (this.#state === 'Backoff') this.#dispatch('retry');
    if (!this.#account) await this.#tokens.ask();
    if (!this.#account) throw new RunglassError(this.#tokens.problem ?? signedOut);
    try {
      await this.#flow.pull('refresh');
    } catch (error) {
      if (problemOf(error).reason !== 'sessionExpired') throw error;
      await this.#tokens.ask();
      await this.#flow.pull('refresh with a new token');
    }
  }

  dispose(): void {
    if (this.#disposables.isDisposed) return;
    this.#restoring.end();
    this.#keeper?.dispose();
    this.#account?.dispose();
    this.#disposables.dispose();
    this.#account = null;
    this.#logCounters();
  }

  #dispatch(event: EngineEvent): void {
    if (this.#disposables.isDisposed) return;
    const from = this.#state;
    const to = transitions[from][event];
    if (to === from) return;
    this.#options.log.debug(`${from} -- ${event} --> ${to}`);
    if (from === 'Live') this.#poller.notLive();
    this.#timeout.clear();
    this.#canary.stop();
    this.#state = to;
    this.#enter(to);
    this.#poller.schedule();
    this.#tellStatus();
  }

  #enter(state: EngineState): void {
    switch (state) {
      case 'SignedOut':
        this.#close();
        break;
      case 'Authing':
        this.#account?.leave();
        this.#wake.start();
        void this.#authenticate();
        break;
      case 'Connecting':
        this.#join();
        break;
      case 'Arming':
        this.#timeout.set(armTimeout, () =>
          this.#lose(
            'armTimeout',
            noStream('The server joined the channel but did not subscribe to the database.'),
          ),
        );
        break;
      case 'CatchingUp':
        this.#prove();
        break;
      case 'Live':
        return;
      case 'Lossy':
        this.#timeout.set(quietAfter, () => this.#dispatch('quiet'));
        return;
      case 'Suspect':
        this.#timeout.set(probeTimeout, () =>
          this.#lose('probeTimeout', noStream('The socket does not answer any more.')),
        );
        this.#flow.pullSoon('the socket is suspect');
        this.#account?.probe();
        return;
      case 'Backoff':
        this.#account?.leave();
        if (this.#account) this.#flow.pullSoon('the socket is gone');
        this.#pause();
        break;
      default:
        state satisfies never;
    }
  }

  /** The rows of last time first: a pull then goes on from there, and without a token there is at least something. */
  async #authenticate(): Promise<void> {
    const restoring = this.#restoring;
    if (this.#keeper && !restoring.isOver && !this.#account) {
      const saved = await this.#keeper.restore();
      if (restoring.isOver) return;
      if (saved) {
        this.#flow.restore(saved);
        this.#standing.restored(saved);
        this.#tellStatus();
      }
    }
    restoring.end();
    void this.#tokens.ask();
  }

  #contents(userId: string): string | null {
    const { asOf } = this.#standing.status;
    return this.#account?.userId === userId && asOf !== null ? this.#flow.save(userId, asOf) : null;
  }

  #tokenFailed(problem: Problem): void {
    this.#options.log.warn(`No token: ${problem.detail}`);
    if (this.#state === 'Authing') this.#standing.attemptFailed();
    this.#dispatch('tokenFailed');
    this.#tellStatus();
  }

  #takeCredentials(credentials: Credentials): void {
    if (this.#account && this.#account.userId !== credentials.userId) {
      this.#dispatch('signOut');
      this.#dispatch('signIn');
      return;
    }
    const renewed = this.#account?.renew(credentials) ?? false;
    if (!this.#account) this.#openAccount(credentials);
    if (this.#state === 'Authing') this.#flow.pullSoon('there is a token');
    else if (renewed) this.#account?.renewChannel();
    const awaited = this.#refusal.answered();
    if (awaited || (renewed && this.#standing.pullProblem?.reason === 'sessionExpired'))
      this.#flow.pullSoon('there is a new token');
    this.#dispatch('token');
    this.#tellStatus();
  }

  #openAccount(credentials: Credentials): void {
    this.#restoring.end();
    const isRestored = this.#flow.cursor !== null;
    if (isRestored && credentials.userId !== this.#options.saved?.userId) this.#flow.close();
    this.#account = new Account(credentials, {
      openTransport: this.#options.openTransport,
      counters: this.#counters,
      hear: (event) => this.#hear(event),
    });
    this.#flow.open(this.#account.transport);
  }

  #credentialsChanged(): void {
    if (this.#state === 'SignedOut' || this.#state === 'Backoff') this.#dispatch('signIn');
    else void this.#tokens.ask();
  }

  #join(): void {
    this.#timeout.set(joinTimeout, () =>
      this.#lose('armTimeout', noStream('The server did not answer the join.')),
    );
    this.#mustHaveAccount().join();
  }

  #hear(event: ChannelEvent): void {
    switch (event.type) {
      case 'joined':
        this.#dispatch('joined');
        break;
      case 'armed':
        if (this.#state === 'CatchingUp' || this.#state === 'Live' || this.#state === 'Lossy')
          this.#flow.pullSoon('the server subscribed again');
        this.#dispatch('armed');
        break;
      case 'change':
        this.#changed(event.change);
        break;
      case 'damaged':
        this.#counters.count('damaged');
        this.#options.log.debug(`A change could not be read: ${event.detail}`);
        this.#flow.pullSoon('a change could not be read');
        break;
      case 'refused':
      case 'closed':
        if (event.problem.reason === 'sessionExpired') this.#tokens.refuse();
        this.#lose(event.type, event.problem);
        break;
      case 'silent':
        this.#lose('closed', noStream('The socket did not answer a heartbeat.'));
        break;
      case 'pong':
        this.#dispatch('pong');
        break;
      default:
        event satisfies never;
    }
  }

  #changed(change: StreamedChange): void {
    this.#flow.offer(change);
    this.#canary.check();
  }

  #gap(isNew: boolean): void {
    if (this.#state === 'Lossy') {
      this.#timeout.set(quietAfter, () => this.#dispatch('quiet'));
      return;
    }
    this.#flow.pullSoon(`a gap after ${this.#flow.cursor}`);
    if (isNew && this.#state === 'Live' && this.#losses.note()) {
      this.#options.log.warn('Three gaps in 10 s: the server drops events.');
      this.#dispatch('lossy');
    }
  }

  #prove(): void {
    const account = this.#mustHaveAccount();
    this.#flow.pullSoon('catching up');
    this.#canary.start((nonce) => account.ping(nonce));
  }

  #proven(latency: number, sentAt: number): void {
    this.#flow.publish();
    this.#standing.proven(latency, sentAt);
    this.#dispatch('canary');
  }

  #pingFailed(error: unknown): void {
    const problem = problemOf(error);
    this.#options.log.warn(`Ping failed: ${problem.detail}`);
    if (problem.reason === 'accountBusy') this.#standing.streamTrouble(problem);
    this.#tellStatus();
  }

  #pulled(result: PullResult): void {
    const { pullProblem, verifiedAt } = this.#standing;
    const reset = result.reset && verifiedAt !== null;
    this.#standing.pulled(result);
    this.#refusal.clear();
    this.#canary.check();
    this.#keeper?.verified();
    if (reset) {
      this.#options.log.info('The database began anew; the rows were taken again from the start.');
      this.#logCounters();
    }
    if (result.late || reset) this.#dispatch('doubt');
    // What made HTTP fail made the socket fail too: no need to wait any longer.
    if (pullProblem && this.#state === 'Backoff') this.#dispatch('retry');
    this.#poller.schedule();
    this.#tellStatus();
  }

  #pullFailed(error: unknown): void {
    const problem = problemOf(error);
    const { ask, tell } =
      problem.reason === 'sessionExpired' ? this.#refusal.refused() : { ask: false, tell: true };
    this.#standing.pullFailed(tell ? problem : null);
    if (ask) {
      this.#tokens.refuse();
      void this.#tokens.ask();
    }
    this.#dispatch('unreachable');
    this.#poller.schedule();
    this.#tellStatus();
  }

  /** The stream is lost for `problem`. */
  #lose(event: EngineEvent, problem: Problem): void {
    this.#options.log.warn(`No stream: ${problem.detail}`);
    this.#standing.streamTrouble(problem);
    this.#standing.attemptFailed();
    this.#dispatch(event);
    this.#tellStatus();
  }

  #woken(late: number): void {
    const seconds = Math.round(Math.abs(late) / 1000);
    if (late < 0) {
      this.#options.log.info(`The clock was set back by ${seconds} s`);
      this.#standing.clockSetBack(-late);
      this.#poller.clockSetBack(-late);
    } else this.#options.log.info(`Woken after ${seconds} s`);
    if (this.#account && this.#account.expiresAt <= this.#options.clock.now()) this.#refusal.expired();
    const before = this.#state;
    this.#dispatch('wake');
    // The states that waking leads to pull by themselves.
    if (this.#state === before && this.#account) this.#flow.pullSoon('woken');
    // The timer that renews the token stood still as well.
    if (this.#state !== 'Authing') void this.#tokens.ask();
  }

  #attentionChanged(): void {
    if (this.#state === 'Backoff' && this.#pausedFor !== 'watched' && this.#options.attention.watched)
      this.#dispatch('retry');
  }

  #pause(): void {
    const { interest } = this.#poller;
    this.#pausedFor = interest;
    const wait = backoff(this.#standing.attempts, interest, this.#options.random);
    this.#timeout.set(wait, () => this.#dispatch('retry'));
  }

  #poll(): void {
    // The end of the pull under way schedules the next.
    if (this.#flow.isPulling) return;
    const isHeadCheck = this.#state === 'Live';
    if (isHeadCheck) this.#counters.count('headChecks');
    this.#flow.pullSoon(isHeadCheck ? 'head check' : 'poll');
  }

  #close(): void {
    this.#tokens.stop();
    this.#restoring.end();
    this.#keeper?.wipe();
    this.#wake.stop();
    this.#account?.dispose();
    this.#account = null;
    this.#standing.clear();
    this.#refusal.clear();
    this.#flow.close();
  }

  /** The states that need an account are reached through `token` only. */
  #mustHaveAccount(): Account {
    if (!this.#account) throw new Error(`No account in ${this.#state}.`);
    return this.#account;
  }

  #logCounters(): void {
    this.#options.log.info(`Counted: ${describeCounters(this.counters)}`);
  }

  #tellStatus(): void {
    if (!this.#disposables.isDisposed) this.#standing.tell();
  }
}

const signedOut: Problem = { reason: 'sessionExpired', detail: 'Nobody is signed in.' };

function noStream(detail: string): Problem {
  return { reason: 'noRealtime', detail };
}
