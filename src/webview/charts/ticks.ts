/** A mark of an axis. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Without anything to measure, an axis goes from 0 to 100. */
const blank = [0, 25, 50, 75, 100];

/**
 * Round marks from at most `min` to at least `max`, three to six of them: steps of 1, 2, 2.5 or 5 times a power of
 * ten. Bounds that are no numbers count as none.
 */
export function valueTicks(min: number, max: number): number[] {
  const low = Math.max(-1e308, Number.isNaN(min) ? 0 : min);
  const high = Math.min(1e308, Number.isNaN(max) ? 0 : max);
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Beyond these bounds a step would round to nothing.
  if (!(size > 1e-300) || low > high) return blank;
  // A quarter of the range, apart so that it cannot overflow; never finer than numbers of this size can be told apart.
  const rough = Math.max(high / 4 - low / 4, size * 1e-9);
  const step = roundUp(low === high ? size / 2 : rough);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 2, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step));
}

/** Marks of a logarithmic axis around two positive bounds: powers of ten, or 1, 2 and 5 of each where they are few. */
export function logTicks(min: number, max: number): number[] {
  if (!(min > 0) || !(max >= min)) return [0.1, 1, 10, 100];
  const low = Math.max(-307, Math.floor(Math.log10(min) + 1e-9));
  const high = Math.max(low + 1, Math.min(308, Math.ceil(Math.log10(max) - 1e-9)));
  if (high - low > 2) {
    const every = Math.ceil((high - low) / 5);
    const count = Math.ceil((high - low) / every) + 1;
    return Array.from({ length: count }, (_, i) => tidy(10 ** Math.min(308, low + i * every)));
  }
  const marks: number[] = [];
  for (let power = low; power <= high; power++) {
    for (const factor of [1, 2, 5]) marks.push(tidy(factor * 10 ** power));
  }
  const first = marks.findLastIndex((mark) => mark <= min * (1 + 1e-9));
  const last = marks.findIndex((mark) => mark >= max * (1 - 1e-9));
  const from = Math.max(0, Math.min(first, last - 2));
  return marks.slice(from, Math.max(last, from + 2) + 1);
}

/** Every n-th day, so that labels of `labelWidth` px fit into `width`; counted back from the newest. */
export function dayTicks(x: readonly number[], width: number, labelWidth: number): number[] {
  const fit = Math.max(1, Math.floor(width / labelWidth));
  const rough = Math.ceil(x.length / fit);
  const step = [1, 2, 7, 14, 28].find((days) => days >= rough) ?? rough;
  return x.filter((_, i) => (x.length - 1 - i) % step === 0);
}

/** Round numbers within a range, `least` apart and no more than labels of `labelWidth` px fit into `width`. */
export function stepTicks(min: number, max: number, width: number, labelWidth: number, least = 0): number[] {
  if (!(max > min)) return Number.isFinite(min) ? [min] : [];
  const fit = Math.max(1, Math.floor(width / labelWidth));
  const size = Math.max(Math.abs(min), Math.abs(max));
  const step = roundUp(Math.max(max / fit - min / fit, size * 1e-9, least));
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => tidy((first + i) * step));
}

/** The next of 1, 2, 2.5 or 5 times a power of ten. */
function roundUp(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= rough * (1 - 1e-12)) ?? 10) * power;
}

function tidy(value: number): number {
  // Minus zero would be written as such.
  return Number(value.toPrecision(12)) + 0;
}
