import { t } from '../../shared/l10n.ts';
import type { HostMessage, OlderAnswerMessage, OlderMessage } from '../../shared/protocol.ts';
import { problemOf } from '../platform/problem.ts';
import type { ReadTimeline } from '../supabase/timeline.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';

export interface OlderEntriesOptions {
  /** Of the account of the moment; null while nobody is signed in. */
  readonly read: () => ReadTimeline | null;
  readonly post: (message: HostMessage) => void;
  readonly log: Log;
}

/** Answers what one page asks of the past: one request at a time, and of those that wait only the newest. */
export class OlderEntries {
  readonly #options: OlderEntriesOptions;
  #current: OlderMessage | null = null;
  #waiting: OlderMessage | null = null;

  constructor(options: OlderEntriesOptions) {
    this.#options = options;
  }

  /** Answers once for each request, sooner or later, unless the page is forgotten before. */
  ask(request: OlderMessage): void {
    if (this.#current) {
      if (this.#waiting) this.#refuse(this.#waiting, t('A later request took its place.'));
      this.#waiting = request;
    } else void this.#read(request);
  }

  /** The page is gone: it would take an answer for that to a request of its next life. */
  forget(): void {
    this.#current = null;
    this.#waiting = null;
  }

  async #read(request: OlderMessage): Promise<void> {
    this.#current = request;
    const answer = await this.#answer(request);
    if (this.#current !== request) return;
    this.#current = null;
    this.#options.post(answer);
    const next = this.#waiting;
    this.#waiting = null;
    if (next) void this.#read(next);
  }

  async #answer(message: OlderMessage): Promise<OlderAnswerMessage> {
    const { request, before, filter } = message;
    const { log } = this.#options;
    const read = this.#options.read();
    try {
      const page = await read?.(before, filter);
      // Whoever has signed in meanwhile sees nothing of another user.
      if (!page || this.#options.read() !== read) return refusal(message, t('Sign in to see older entries.'));
      return { type: 'older', request, ...page, problem: null };
    } catch (error) {
      const problem = problemOf(error);
      log.warn(`Older entries: ${problem.detail}`);
      return refusal(message, problemLine(problem));
    }
  }

  #refuse(message: OlderMessage, problem: string): void {
    this.#options.post(refusal(message, problem));
  }
}

function refusal({ request, before }: OlderMessage, problem: string): OlderAnswerMessage {
  return { type: 'older', request, events: [], runs: [], next: before, problem };
}
