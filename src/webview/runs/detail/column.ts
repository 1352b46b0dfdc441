/** Numbers in a buffer that doubles when it is full: to append costs the same however many there are. */
export class Column {
  #buffer = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#buffer.length) {
      const wider = new Float64Array(this.#buffer.length * 2);
      wider.set(this.#buffer);
      this.#buffer = wider;
    }
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  /** Lets go of what stands at `length` and behind. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** What it holds, without a copy: valid until the next change. */
  view(): Float64Array {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** Where the first number greater than `value` stands among ascending ones; their count when there is none. */
export function firstAfter(ascending: ArrayLike<number>, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Number.NaN) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
