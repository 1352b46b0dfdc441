/**
 * The time of one account, one channel or one question. Whatever was begun in it looks at `isOver` when it goes on
 * after an await or is called back, and has no effect any more once it is: no row of another user, no answer to an
 * older question.
 */
export class Generation {
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  end(): void {
    this.#isOver = true;
  }

  /** Ends this one and begins the next. */
  next(): Generation {
    this.end();
    return new Generation();
  }
}
