import uPlot from 'uplot';
import { barPath, hatch } from './bars.ts';
import type { ChartFactory, ChartHandle, Reading } from './chart.ts';
import { type Colors, colorOf, readColors } from './colors.ts';
import { Crosshair } from './crosshair.ts';
import { dashOf } from './palette.ts';
import { compose, pictureScale } from './picture.ts';
import { type ChartView, type Layer, xShare, yShare } from './view.ts';

/** Between the labels of the value axis and the grid, and about what a letter of one is wide, CSS px. */
const gap = 6;
const letter = 6.4;
/** A drag that is shorter is a click, CSS px. */
const shortestDrag = 5;
/** Up to this many points of a line are drawn as dots too, so that a lone one is seen. */
const mostDots = 24;

/** Draws with uPlot: canvas for the marks, colours from the tokens of our stylesheet. */
export const drawWithUplot: ChartFactory = (element, first, size, { onPoint, onZoom }) => {
  let view = first;
  let current = size;
  let colors = readColors(element);
  let reading: Reading | null = null;
  const crosshair = new Crosshair();
  let plot = create();

  function create(): uPlot {
    const fixed = options(() => ({ view, colors, scale: 1 }));
    const hooks = { draw: [...fixed.hooks.draw, placeCrosshair], setSelect: [select] };
    const made = new uPlot({ ...fixed, ...current, hooks }, dataOf(view), element);
    made.over.addEventListener('mousemove', ({ clientX }) => {
      onPoint(xAt(made, clientX - made.over.getBoundingClientRect().left));
    });
    made.over.addEventListener('mouseleave', () => onPoint(null));
    made.over.addEventListener('dblclick', () => onZoom(null));
    return made;
  }

  function xAt(u: uPlot, left: number): number {
    const [from, to] = view.range;
    return from + Math.min(1, Math.max(0, u.posToVal(left, 'x'))) * (to - from);
  }

  function select(u: uPlot): void {
    const { left, width } = u.select;
    if (width >= shortestDrag) onZoom([xAt(u, left), xAt(u, left + width)]);
    if (width > 0) u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  function placeCrosshair(u: uPlot): void {
    crosshair.place(u, view, reading, (series) => colorOf(colors, series));
  }

  const handle: ChartHandle = {
    update(next) {
      const same = shapeOf(next) === shapeOf(view);
      view = next;
      if (same) {
        plot.setData(dataOf(next));
        // The axes too: their labels change where the scales, 0 to 1, do not.
        plot.redraw(true, true);
      } else {
        plot.destroy();
        plot = create();
      }
    },
    resize(next) {
      current = next;
      plot.setSize(next);
    },
    recolor() {
      colors = readColors(element);
      for (const axis of plot.axes) axis.font = colors.font;
      // The paths too: bars keep the fill that they were built with.
      plot.redraw(true, true);
    },
    point(next) {
      reading = next;
      placeCrosshair(plot);
    },
    left: (x) => plot.over.offsetLeft + xShare(view, x) * plot.over.clientWidth,
    async picture(caption) {
      const scale = pictureScale();
      const { width, height } = current;
      const host = document.createElement('div');
      const large = new uPlot(
        { ...options(() => ({ view, colors, scale })), width: width * scale, height: height * scale },
        dataOf(view),
        host,
      );
      // It draws in a microtask of its own, which was asked for before ours.
      await Promise.resolve();
      const picture = await compose(large.ctx.canvas, caption, colors);
      large.destroy();
      return picture;
    },
    destroy: () => plot.destroy(),
  };
  return handle;
};

interface Drawing {
  readonly view: ChartView;
  readonly colors: Colors;
  /** How much larger than on the page it is drawn. */
  readonly scale: number;
}

type PlotOptions = Omit<uPlot.Options, 'width' | 'height' | 'hooks'> & {
  readonly hooks: { readonly draw: ((u: uPlot) => void)[] };
};

/** All but the size: what may change is asked for when it is drawn. */
function options(get: () => Drawing): PlotOptions {
  const { view, colors, scale } = get();
  const axis = {
    stroke: () => get().colors.text,
    font: colors.font.replace(/^\d+/, (px) => String(Number(px) * scale)),
    ticks: { show: false },
  };
  const fixed = { time: false, range: (): [number, number] => [0, 1] };
  return {
    legend: { show: false },
    padding: [8 * scale, 24 * scale, 0, 0],
    cursor: {
      x: false,
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => null },
    },
    scales: { x: fixed, y: fixed },
    axes: [
      {
        ...axis,
        size: 22 * scale,
        gap: 4 * scale,
        grid: { show: false },
        splits: (u) => xTicks(u, get()).map(({ at }) => xShare(get().view, at)),
        values: (u) => xTicks(u, get()).map(({ label }) => label),
      },
      {
        ...axis,
        size: (_, labels) =>
          Math.max(52, ...(labels ?? []).map((label) => gap + String(label).length * letter)) * scale,
        gap: gap * scale,
        grid: { stroke: () => get().colors.grid, width: scale },
        splits: () => get().view.y.ticks.map((tick) => yShare(get().view.y, tick)),
        values: () => valueLabels(get().view),
      },
    ],
    series: [{}, ...view.layers.map((layer, n) => seriesOf(layer, n, get))],
    hooks: { draw: [(u) => drawRules(u, get())] },
  };
}

/** Marks of a logarithmic axis are too far apart to be written alike. */
function valueLabels({ y: { ticks, log }, formatY }: ChartView): string[] {
  return ticks.map((tick) => formatY(tick, log ? [tick] : ticks));
}

function xTicks(u: uPlot, { view, scale }: Drawing): ReturnType<ChartView['xTicks']> {
  return view.xTicks(u.bbox.width / devicePixelRatio / scale);
}

function seriesOf(first: Layer, n: number, get: () => Drawing): uPlot.Series {
  const layer = (): Layer => get().view.layers[n] ?? first;
  const color = (): string => colorOf(get().colors, layer());
  const { scale } = get();
  if (first.mark === 'line') {
    const dash = dashOf(first, get().colors.highContrast).map((length) => length * scale);
    return {
      stroke: color,
      width: 1.5 * scale,
      alpha: first.faint ? 0.3 : 1,
      ...(dash.length > 0 ? { dash } : {}),
      points: { show: () => !first.faint && countOf(layer()) <= mostDots, size: 4 * scale, fill: color },
    };
  }
  const px = devicePixelRatio * scale;
  return {
    fill: () => (first.projected ? (hatch(color(), px) ?? color()) : color()),
    ...(first.projected ? { stroke: color, width: scale, dash: [3 * scale, 2 * scale] } : { width: 0 }),
    points: { show: false },
    paths: (u) => {
      const path = barPath(u, get().view, layer(), px);
      return { fill: path, stroke: path };
    },
  };
}

function countOf({ values }: Layer): number {
  let count = 0;
  for (const value of values) if (typeof value === 'number') count += 1;
  return count;
}

/** The zero line, and the dashed line across. */
function drawRules(u: uPlot, { view, colors, scale }: Drawing): void {
  const zero = yShare(view.y, 0);
  if (zero >= 0 && zero <= 1) rule(u, zero, colors.grid, [], scale);
  if (view.line !== null) rule(u, yShare(view.y, view.line), colors.line, [5, 4], scale);
}

/** A horizontal line at a share of the height, on whole device pixels. */
function rule(u: uPlot, share: number, color: string, dash: readonly number[], scale: number): void {
  const { ctx, bbox } = u;
  const px = devicePixelRatio * scale;
  const width = Math.max(1, Math.round(px));
  const y = Math.round(u.valToPos(share, 'y', true)) + (width % 2) / 2;
  ctx.save();
  ctx.beginPath();
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash(dash.map((length) => length * px));
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** What can only be set when a plot is made: which layers it has, and how they are drawn. */
function shapeOf({ layers }: ChartView): string {
  return JSON.stringify(
    layers.map(({ key, mark, place, faint, projected }) => [key, mark, place, faint, projected]),
  );
}

/** Shares of the axes: uPlot draws no axis and no grid for values from 1e16 on, or below 1e-16. */
function dataOf(view: ChartView): uPlot.AlignedData {
  const share = (value: number | null | undefined): number | null | undefined => {
    if (typeof value !== 'number') return value;
    const at = yShare(view.y, value);
    return Number.isFinite(at) ? at : undefined;
  };
  return [view.x.map((x) => xShare(view, x)), ...view.layers.map(({ values }) => values.map(share))];
}
