import type { RefObject } from 'preact';
import type { ChartSpec } from './spec.ts';
import type { ChartView, ViewChoice } from './view.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is read at one `x`, in the units of the view. */
export interface Reading {
  readonly x: number;
  readonly points: readonly {
    readonly value: number;
    readonly color: string | null;
    readonly place: number;
  }[];
}

/** What stands around a chart in its picture. */
export interface Caption {
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** Words of the line across; null when it is not drawn. */
  readonly line: string | null;
}

export interface LegendEntry {
  readonly label: string;
  readonly mark: 'bar' | 'line';
  readonly place: number;
  readonly color: string | null;
  readonly projected: boolean;
}

/** A drawn chart. It lives outside Preact: the component only hands it new data. */
export interface ChartHandle {
  update(view: ChartView): void;
  resize(size: Size): void;
  /** Reads the colours of the theme again. */
  recolor(): void;
  /** Moves the crosshair, or takes it away. */
  point(reading: Reading | null): void;
  /** How far from the left of the element an `x` is, px. */
  left(x: number): number;
  /** The chart with its caption on the background of the theme, a PNG of twice its size. */
  picture(caption: Caption): Promise<ArrayBuffer>;
  destroy(): void;
}

/** What the pointer does on a drawn chart, in the units of `x`. */
export interface ChartEvents {
  readonly onPoint: (x: number | null) => void;
  readonly onZoom: (range: readonly [number, number] | null) => void;
}

/** Draws into `element`. Injected, because a DOM in tests has no canvas. */
export type ChartFactory = (
  element: HTMLElement,
  view: ChartView,
  size: Size,
  events: ChartEvents,
) => ChartHandle;

/** What the component takes that is loaded with the first chart. */
export interface ChartBodyProps {
  readonly name: string;
  readonly title: string;
  readonly spec: ChartSpec;
  readonly choice: ViewChoice;
  /** The table stands in the place of the drawing. */
  readonly table: boolean;
  readonly empty: boolean;
  readonly sentence: string;
  readonly draw: ChartFactory;
  /** What is drawn, for those who want its picture. */
  readonly handle: RefObject<ChartHandle | null>;
  /** Hears whether the line across is within reach of what is drawn. */
  readonly onLine: (isDrawn: boolean) => void;
}
