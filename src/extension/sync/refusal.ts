/** What is to be done about a refused pull. */
export interface RefusalAnswer {
  /** A new token is to be asked for. */
  readonly ask: boolean;
  /** People are to hear of it. */
  readonly tell: boolean;
}

/**
 * A token that pulls are refused with has most often just expired: it is renewed in silence, and people hear of it
 * only when a pull with the new one is refused as well. From then on it is told, and the next refusal asks again.
 *
 *   none -- refused --> asked -- answered --> answered -- a pull begins --> tried -- refused --> none, told
 */
export class Refusal {
  #stage: 'none' | 'asked' | 'answered' | 'tried' = 'none';
  #isTold = false;

  /** A pull was refused: a new token is to be asked for, is on its way, or does not help. */
  refused(): RefusalAnswer {
    const ask = this.#stage === 'none';
    if (ask) this.#stage = 'asked';
    else if (this.#stage === 'tried') {
      this.#isTold = true;
      this.#stage = 'none';
    }
    return { ask, tell: this.#isTold };
  }

  /** A new token is being asked for, since the one held has expired. */
  expired(): void {
    if (this.#stage === 'none') this.#stage = 'asked';
  }

  /** A token has come; answers whether pulls were waiting for it. */
  answered(): boolean {
    if (this.#stage !== 'asked') return false;
    this.#stage = 'answered';
    return true;
  }

  /** A pull begins, with the token of the moment. */
  pulling(): void {
    if (this.#stage === 'answered') this.#stage = 'tried';
  }

  /** A pull was not refused, or there is another account. */
  clear(): void {
    this.#stage = 'none';
    this.#isTold = false;
  }
}
