import { RunglassError } from '../../shared/status.ts';
import { Generation } from './generation.ts';
import type { PullPage, PullRequest } from './transport.ts';

/** More pages than this in one go, at 1,000 changes each, cannot be: the cursor does not move. */
const maxPages = 1_000;
/** Pages of a snapshot are kept until it is whole; the server answers one. */
const maxSnapshotPages = 20;

export interface PullerOptions {
  readonly fetchPage: (request: PullRequest) => Promise<PullPage>;
  /** Where the replica stands; `since: null` when it holds nothing. */
  readonly position: () => PullRequest;
  /** One page after the position. */
  readonly onPage: (page: PullPage) => void;
  /** The position means nothing any more; a snapshot follows. */
  readonly onReset: () => void;
  /** The pages of a snapshot, which takes the place of everything held. */
  readonly onSnapshot: (pages: readonly PullPage[]) => void;
  /** Rows are missing that a snapshot would answer, though nothing after the position is. */
  readonly isShort: () => boolean;
  /** The snapshot that fills it up. */
  readonly onRefill: (page: PullPage) => void;
  /** A whole pull begins. */
  readonly onStarted: () => void;
  /** A whole pull has ended, well or not, before the promises of `request` settle. */
  readonly onSettled: (error: unknown) => void;
}

/**
 * Brings the replica up to the database's head over HTTP. Single flight with a dirty bit: who asks while a pull is
 * under way waits for the next one, since the present one may have passed what they ask for.
 */
export class Puller {
  readonly #options: PullerOptions;
  #running: Promise<void> | null = null;
  #queued: Promise<void> | null = null;
  readonly #generation = new Generation();

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when a pull that began after this call has ended; rejects with what it failed of. */
  request(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#queued ??= this.#running.then(
      () => this.#next(),
      () => this.#next(),
    );
    return this.#queued;
  }

  /** Nothing that is still in flight has any effect from now on. */
  dispose(): void {
    this.#generation.end();
  }

  #next(): Promise<void> {
    this.#queued = null;
    return this.#start();
  }

  #start(): Promise<void> {
    const run = this.#run().finally(() => {
      if (this.#running === run) this.#running = null;
    });
    this.#running = run;
    return run;
  }

  async #run(): Promise<void> {
    let failure: unknown = null;
    if (!this.#generation.isOver) this.#options.onStarted();
    try {
      await this.#pullAll();
    } catch (error) {
      failure = error;
    }
    if (this.#generation.isOver) throw cancelled();
    this.#options.onSettled(failure);
    if (failure !== null) throw failure;
  }

  async #pullAll(): Promise<void> {
    let request = this.#options.position();
    for (let count = 0; count < maxPages; count++) {
      if (request.since === null) return this.#snapshot();
      const page = await this.#fetch(request);
      if (page.reset) {
        this.#options.onReset();
        return this.#snapshot();
      }
      this.#options.onPage(page);
      if (page.next >= page.head) return this.#refill();
      request = after(page, request);
    }
    throw stuck();
  }

  /** Collects a whole snapshot before anything of it is shown. */
  async #snapshot(): Promise<void> {
    const pages: PullPage[] = [];
    let request: PullRequest = { since: null, epoch: null };
    for (let count = 0; count < maxSnapshotPages; count++) {
      const page = await this.#fetch(request);
      if (page.reset) {
        pages.length = 0;
        request = { since: null, epoch: null };
        continue;
      }
      pages.push(page);
      if (page.next >= page.head) return this.#options.onSnapshot(pages);
      request = after(page, request);
    }
    throw stuck();
  }

  async #refill(): Promise<void> {
    if (!this.#options.isShort()) return;
    this.#options.onRefill(await this.#fetch({ since: null, epoch: null }));
  }

  async #fetch(request: PullRequest): Promise<PullPage> {
    if (this.#generation.isOver) throw cancelled();
    const page = await this.#options.fetchPage(request);
    if (this.#generation.isOver) throw cancelled();
    return page;
  }
}

function after(page: PullPage, asked: PullRequest): PullRequest {
  if (page.next <= (asked.since ?? -1)) throw stuck();
  return { since: page.next, epoch: page.epoch };
}

function stuck(): RunglassError {
  return new RunglassError({ reason: 'server', status: 200, detail: 'sync_pull does not come to an end.' });
}

/** What waits for a pull of an account that is not ours any more. */
export function cancelled(): RunglassError {
  return new RunglassError({
    reason: 'unreachable',
    detail: 'Cancelled: the account or the backend changed.',
  });
}
