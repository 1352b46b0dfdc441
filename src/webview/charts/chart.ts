/** What a bar chart draws: one bar a day over fixed ranges, so that an empty chart has its axes and grid too. */
export interface BarSpec {
  /** Start of each UTC day, seconds since 1970, oldest first. */
  readonly x: readonly number[];
  /** Parallel to `x`. */
  readonly bars: readonly number[];
  /** Top of the value axis. */
  readonly top: number;
  /** Where the axis is marked, 0 to `top`. */
  readonly ticks: readonly number[];
  /** A dashed line across; null for none. */
  readonly line: number | null;
  readonly formatX: (seconds: number) => string;
  readonly formatY: (value: number) => string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A drawn chart. It lives outside Preact: the component only hands it new data. */
export interface ChartHandle {
  update(spec: BarSpec): void;
  resize(size: Size): void;
  /** Reads the colours of the theme again. */
  recolor(): void;
  /** Moves the crosshair to a bar, or away. */
  point(index: number | null): void;
  destroy(): void;
}

/** Draws into `element`; `onPoint` hears which bar the pointer is at. Injected, because a DOM in tests has no canvas. */
export type ChartFactory = (
  element: HTMLElement,
  spec: BarSpec,
  size: Size,
  onPoint: (index: number | null) => void,
) => ChartHandle;

/** Round marks from 0 to at least `max`, three to six of them: steps of 1, 2, 2.5 or 5 times a power of ten. */
export function valueTicks(max: number): number[] {
  // Beyond these bounds a step would round to nothing or to infinity.
  const wanted = max > 1e-300 ? Math.min(max, 1e308) : 100;
  const rough = wanted / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(wanted / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Every n-th day, so that labels of `labelWidth` px fit into `width`; counted back from the newest. */
export function dayTicks(x: readonly number[], width: number, labelWidth: number): number[] {
  const fit = Math.max(1, Math.floor(width / labelWidth));
  const rough = Math.ceil(x.length / fit);
  const step = [1, 2, 7, 14, 28].find((days) => days >= rough) ?? rough;
  return x.filter((_, i) => (x.length - 1 - i) % step === 0);
}
