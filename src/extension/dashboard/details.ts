import { type Disposable, DisposableStore } from '../../shared/disposable.ts';
import type { DoctorReport } from '../../shared/doctor.ts';
import type { Emitter, Event } from '../../shared/emitter.ts';
import type { DetailsMessage } from '../../shared/protocol.ts';
import { compareCost, type RefetchCost, type SyncDetails } from '../../shared/syncDetails.ts';
import type { MeasureSections, SectionAnswer } from '../supabase/sectionCost.ts';
import type { Clock, Log, Sync } from '../sync/types.ts';
import { problemLine } from '../words.ts';

/** One account on one backend, as far as the details go. */
export interface DetailsAccount {
  /** Another one on another account or backend. */
  readonly key: string;
  readonly measure: MeasureSections;
}

export interface DetailsOptions {
  /** The engine of the moment, or null. */
  readonly sync: () => Pick<Sync, 'counters' | 'status'> | null;
  /** Null while nobody is signed in. */
  readonly account: () => DetailsAccount | null;
  /** What the Doctor's report is read from. */
  readonly doctor: { readonly report: DoctorReport | null; readonly onDidChange: Event<void> };
  readonly changed: Emitter<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const unmeasured: RefetchCost = { measuring: false, measuredAt: null, sections: [] };

/** What the sheet "Sync details" shows; outlives page and panel, so that nothing is asked again for a redraw. */
export class Details implements Disposable {
  readonly #options: DetailsOptions;
  readonly #disposables = new DisposableStore();
  /** Whose sections were asked for last, and what they cost. */
  #measured: { readonly key: string; readonly cost: RefetchCost } | null = null;

  constructor(options: DetailsOptions) {
    this.#options = options;
    this.#disposables.add(options.changed);
    this.#disposables.add(options.doctor.onDidChange(() => options.changed.fire()));
  }

  get current(): SyncDetails {
    return {
      counters: this.#options.sync()?.counters ?? null,
      refetch: this.#cost,
      doctor: this.#options.doctor.report,
    };
  }

  /** A measurement or the Doctor went on; counters change without it. */
  get onDidChange(): Event<void> {
    return this.#options.changed.event;
  }

  /** Measures unless this account's sections were asked for before; people ask again with `measure`. */
  measureOnce(): void {
    const key = this.#options.account()?.key;
    if (key !== undefined && key !== this.#measured?.key && this.#answers) void this.measure();
  }

  /** Asks each section's query once; does nothing while that is under way or nobody is signed in. */
  async measure(): Promise<void> {
    const account = this.#options.account();
    if (!account || this.#cost.measuring) return;
    const { key } = account;
    this.#set(key, { ...this.#cost, measuring: true });
    const answers = await account.measure();
    // Another account's measurement may have begun meanwhile.
    if (this.#measured?.key !== key) return;
    const sections = answers.map((answer) => this.#tell(answer));
    this.#set(key, { measuring: false, measuredAt: this.#options.clock.now(), sections });
    this.#logComparison();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Whether the backend has answered this engine and not failed since. */
  get #answers(): boolean {
    const status = this.#options.sync()?.status;
    return status?.problem === null && status.asOf !== null && !status.cached;
  }

  #logComparison(): void {
    const { counters, refetch } = this.current;
    if (!counters) return;
    const { spent, requests, events, refetch: bytes, complete } = compareCost(counters, refetch.sections);
    if (bytes === null) return;
    this.#options.log.info(
      `So far ${requests} requests and ${spent} bytes; refetching at each of ${events} events: ${complete ? '' : 'at least '}${bytes} bytes.`,
    );
  }

  get #cost(): RefetchCost {
    const key = this.#options.account()?.key;
    return this.#measured && this.#measured.key === key ? this.#measured.cost : unmeasured;
  }

  #set(key: string, cost: RefetchCost): void {
    this.#measured = { key, cost };
    this.#options.changed.fire();
  }

  #tell(answer: SectionAnswer): RefetchCost['sections'][number] {
    if ('bytes' in answer) return answer;
    const { table, problem } = answer;
    this.#options.log.warn(
      `The section ${table} could not be measured: ${problem.reason} (${problem.detail})`,
    );
    return { table, problem: problemLine(problem) };
  }
}

/** Shortest time between two posts, ms. */
export const detailsPace = 1_000;

export interface FeedOptions {
  readonly details: Pick<Details, 'current' | 'onDidChange' | 'measureOnce'>;
  readonly post: (message: DetailsMessage) => void;
  readonly clock: Clock;
}

/** Sends the details to a page whose sheet is open: when something changed, at most once a second. */
export class DetailsFeed implements Disposable {
  readonly #options: FeedOptions;
  readonly #listening: Disposable;
  #timer: Disposable | null = null;
  #posted = '';
  #postedAt = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#listening = options.details.onDidChange(() => this.#look());
    this.#look();
  }

  dispose(): void {
    this.#disposed = true;
    this.#listening.dispose();
    this.#timer?.dispose();
  }

  /** Counters tell nobody when they change, so they are looked at once a second while somebody reads them. */
  #look(): void {
    if (this.#disposed) return;
    const { details, post, clock } = this.#options;
    this.#timer?.dispose();
    const rest = this.#postedAt + detailsPace - clock.now();
    this.#timer = clock.setTimeout(() => this.#look(), rest > 0 ? rest : detailsPace);
    if (rest > 0) return;
    details.measureOnce();
    const { current } = details;
    const text = JSON.stringify(current);
    if (text === this.#posted) return;
    this.#posted = text;
    this.#postedAt = clock.now();
    post({ type: 'details', details: current });
  }
}
