import type { RunHistory } from '../../../shared/requests.ts';
import { Column, firstAfter } from './column.ts';

/** The points of one metric, parallel and ascending by step; views that hold until the curves change. */
export interface Curve {
  readonly steps: Float64Array;
  /** ms since 1970. */
  readonly at: Float64Array;
  /** Finite all of them: a step at which the metric was not logged is none of its points. */
  readonly values: Float64Array;
}

interface Columns {
  readonly steps: Column;
  readonly at: Column;
  readonly values: Column;
}

/** A tail is read again from so many points before its end: one that was logged again is then the newer one. */
const overlap = 4;

/** The history of one run as it grows. A metric keeps its own points, so that one logged seldom has no holes. */
export class Curves {
  readonly #steps = new Column();
  readonly #byName = new Map<string, Columns>();
  #lastStep: number | null = null;
  #leftOut = 0;

  /** Points held, whatever metrics they have. */
  get length(): number {
    return this.#steps.length;
  }

  /** The greatest step that has been read; null before the first. */
  get lastStep(): number | null {
    return this.#lastStep;
  }

  /** Metrics that the answers left out: there are too many. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** After which step a tail begins that overlaps a little; null without points to overlap. */
  get tailStart(): number | null {
    const steps = this.#steps.view();
    return steps[steps.length - 1 - overlap] ?? null;
  }

  /** In the order in which they were first met. */
  get names(): string[] {
    return [...this.#byName.keys()];
  }

  curve(name: string): Curve | null {
    const columns = this.#byName.get(name);
    if (!columns) return null;
    return { steps: columns.steps.view(), at: columns.at.view(), values: columns.values.view() };
  }

  /**
   * Puts what was read after `afterStep` (null for all) in the place of what is held there: the last write wins, and
   * what is gone from the database goes from here. Throws when the answer cannot be read, and then nothing changes.
   */
  merge(answer: RunHistory, afterStep: number | null): void {
    const read = decode(answer);
    this.#truncate(afterStep ?? Number.NEGATIVE_INFINITY);
    const first = afterStep === null ? 0 : firstAfter(read.steps, afterStep);
    for (let i = first; i < read.steps.length; i++) this.#steps.push(read.steps[i] ?? Number.NaN);
    for (const { name, values } of read.metrics) this.#append(name, values, read, first);
    const last = read.steps.at(-1) ?? null;
    this.#lastStep = greater(answer.lastStep, greater(last, afterStep));
    this.#leftOut = Math.max(answer.leftOut, afterStep === null ? 0 : this.#leftOut);
  }

  #truncate(step: number): void {
    this.#steps.truncate(firstAfter(this.#steps.view(), step));
    for (const [name, columns] of this.#byName) {
      const length = firstAfter(columns.steps.view(), step);
      if (length === 0) this.#byName.delete(name);
      for (const column of Object.values(columns)) column.truncate(length);
    }
  }

  #append(name: string, values: Float64Array, { steps, at }: Read, first: number): void {
    let columns = this.#byName.get(name);
    for (let i = first; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      if (!columns) {
        columns = { steps: new Column(), at: new Column(), values: new Column() };
        this.#byName.set(name, columns);
      }
      columns.steps.push(steps[i] ?? Number.NaN);
      columns.at.push(at[i] ?? Number.NaN);
      columns.values.push(value);
    }
  }
}

interface Read {
  readonly steps: Float64Array;
  readonly at: Float64Array;
  readonly metrics: readonly { readonly name: string; readonly values: Float64Array }[];
}

function decode({ steps, at, metrics }: RunHistory): Read {
  const read = { steps: new Float64Array(steps), at: new Float64Array(at) };
  const columns = metrics.map(({ name, values }) => ({ name, values: new Float64Array(values) }));
  const { length } = read.steps;
  if (read.at.length !== length || columns.some(({ values }) => values.length !== length))
    throw new Error('The columns of a history differ in length.');
  for (let i = 1; i < length; i++) {
    if (!((read.steps[i] ?? Number.NaN) > (read.steps[i - 1] ?? Number.NaN)))
      throw new Error('The steps of a history do not ascend.');
  }
  return { ...read, metrics: columns };
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
