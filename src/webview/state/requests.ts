import type {
  Answer,
  AnswerMessage,
  Parameters,
  RequestMessage,
  RequestName,
} from '../../shared/requests.ts';
import type { Host } from '../host.ts';

/** Why the host did not do what was asked; the message is in words for people. */
export class Refused extends Error {}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Refused) => void;
}

/** Asks the host for what no row holds; each request is answered once. */
export class Requests {
  readonly #host: Host;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Rejects with `Refused`. */
  ask<N extends RequestName>(name: N, parameters: Parameters<N>): Promise<Answer<N>> {
    this.#last += 1;
    const id = this.#last;
    return new Promise<Answer<N>>((resolve, reject) => {
      this.#pending.set(id, { resolve: (result) => resolve(result as Answer<N>), reject });
      this.#host.post({ type: 'request', id, name, parameters } as RequestMessage);
    });
  }

  /** Takes an answer; one that nobody waits for changes nothing. */
  receive(answer: AnswerMessage): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.problem === null) pending?.resolve(answer.result);
    else pending?.reject(new Refused(answer.problem));
  }
}
