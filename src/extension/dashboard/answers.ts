import { t } from '../../shared/l10n.ts';
import type { AnswerMessage, Parameters, RequestMessage, RequestName } from '../../shared/requests.ts';
import { problemOf } from '../platform/problem.ts';
import type { Log } from '../sync/types.ts';
import { problemLine } from '../words.ts';
import type { RequestHandlers } from './handlers.ts';
import { Refusal } from './refusal.ts';

export interface AnswersOptions {
  readonly handlers: RequestHandlers;
  readonly post: (message: AnswerMessage) => void;
  readonly log: Log;
}

/** Answers what one page asks: each request once, with what it wants or with the reason why not. */
export class Answers {
  readonly #options: AnswersOptions;
  /** Another one for each life of the page: requests are numbered from 1 in each. */
  #life = {};

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** Begins to do what is asked; several requests go on side by side. */
  take(request: RequestMessage): void {
    const life = this.#life;
    void this.#answer(request).then((answer) => {
      if (life === this.#life) this.#options.post(answer);
    });
  }

  /** Answers a request whose number is all that could be read of it. */
  refuse(id: number): void {
    const { post } = this.#options;
    post({
      type: 'answer',
      id,
      problem: t('Runglass could not read what was asked, or it is too large.'),
    });
  }

  /** The page is gone: what is under way goes on, but nobody is told. */
  forget(): void {
    this.#life = {};
  }

  async #answer({ id, name, parameters }: RequestMessage): Promise<AnswerMessage> {
    try {
      return { type: 'answer', id, problem: null, result: await this.#handle(name, parameters) };
    } catch (error) {
      return { type: 'answer', id, problem: this.#describe(name, error) };
    }
  }

  #handle<N extends RequestName>(name: N, parameters: Parameters<N>): Promise<unknown> {
    return this.#options.handlers[name](parameters);
  }

  #describe(name: RequestName, error: unknown): string {
    const { log } = this.#options;
    if (error instanceof Refusal) return error.message;
    const problem = problemOf(error);
    log.warn(`${name}: ${problem.detail}`);
    return problemLine(problem);
  }
}
