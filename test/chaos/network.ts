import { type Problem, RunglassError } from '../../src/shared/status.ts';
import type { Dice } from './dice.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';

/** The client gives a request up after this long, ms. */
export const requestTimeout = 10_000;

/** A request that is under way. */
export interface Request<T> {
  readonly answer: Promise<T>;
  /** Rejects now, unless it has ended. */
  readonly abort: () => void;
}

/** What a server does with a request: it answers, now or later, with a result or a problem. */
export type Serve<T> = (answer: (result: T) => void, refuse: (problem: Problem) => void) => void;

/** HTTP between the host and the server: an answer is made when the request arrives, and travels after that. */
export class Network {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #weather: Weather;
  /** Requests sent so far. */
  sent = 0;

  constructor(timeline: Timeline, dice: Dice, weather: Weather) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#weather = weather;
  }

  request<T>(serve: Serve<T>): Request<T> {
    this.sent += 1;
    let resolve: (result: T) => void = () => {};
    let fail: (problem: Problem) => void = () => {};
    const answer = new Promise<T>((settle, reject) => {
      let isSettled = false;
      resolve = (result) => {
        isSettled = true;
        settle(result);
      };
      fail = (problem) => {
        if (!isSettled) reject(new RunglassError(problem));
        isSettled = true;
      };
    });
    this.#timeline.reach(requestTimeout, () => fail({ reason: 'timeout', detail: 'No answer within 10 s.' }));
    if (!this.#isLost()) this.#timeline.after(this.#trip(), () => this.#arrive(serve, resolve, fail));
    else if (this.#dice.chance(0.5)) this.#timeline.reach(5, () => fail(unreachable));
    const abort = () => fail({ reason: 'unreachable', detail: 'Cancelled.' });
    return { answer, abort };
  }

  #arrive<T>(serve: Serve<T>, resolve: (result: T) => void, fail: (problem: Problem) => void): void {
    const back = (tell: () => void) => {
      if (!this.#isLost()) this.#timeline.reach(this.#trip(), tell);
    };
    if (this.#weather.is('broken') && this.#dice.chance(this.#weather.rate('broken')))
      back(() => fail({ reason: 'server', status: 503, detail: 'Service unavailable.' }));
    else
      serve(
        (result) => back(() => resolve(result)),
        (problem) => back(() => fail(problem)),
      );
  }

  #isLost(): boolean {
    if (this.#weather.is('offline')) return true;
    return this.#weather.is('lossy') && this.#dice.chance(this.#weather.rate('lossy'));
  }

  /** One way, ms. */
  #trip(): number {
    return this.#weather.is('slow') ? this.#dice.between(500, 7_000) : this.#dice.between(5, 200);
  }
}

const unreachable: Problem = { reason: 'unreachable', detail: 'There is no network.' };
