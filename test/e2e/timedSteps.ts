/** How long each step of a way took. */
export class TimedSteps {
  readonly #taken: string[] = [];

  time<T>(name: string, step: () => T): T {
    const began = performance.now();
    const note = () => this.#taken.push(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const result = step();
    if (result instanceof Promise) return result.finally(note) as T;
    note();
    return result;
  }

  told(): string {
    return this.#taken.join(', ');
  }
}
