import uPlot from 'uplot';
import { type BarSpec, type ChartFactory, dayTicks } from './chart.ts';

interface Colors {
  readonly bar: string;
  readonly line: string;
  readonly text: string;
  readonly grid: string;
  readonly font: string;
}

const halfDay = 43_200;
/** Between the labels of the value axis and the grid, and about what a letter of one is wide, px. */
const gap = 6;
const letter = 6.4;

/** Draws bars with uPlot: canvas for the marks, colours from the tokens of our stylesheet. */
export const drawWithUplot: ChartFactory = (element, first, size, onPoint) => {
  let spec = first;
  let colors = readColors(element);
  const plot = new uPlot(options(), data(spec), element);

  function options(): uPlot.Options {
    const axis = {
      stroke: () => colors.text,
      font: colors.font,
      ticks: { show: false },
    };
    return {
      ...size,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: {
        y: false,
        move: snap,
        points: { show: false },
        drag: { x: false, y: false, setScale: false },
      },
      scales: {
        x: { time: false, range: () => [(spec.x[0] ?? 0) - halfDay, (spec.x.at(-1) ?? 0) + halfDay] },
        y: { range: () => [0, 1] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          gap: 4,
          grid: { show: false },
          splits: (u) => dayTicks(spec.x, u.bbox.width / devicePixelRatio, 64),
          values: (_, splits) => splits.map(spec.formatX),
        },
        {
          ...axis,
          size: (_, labels) => Math.max(52, ...(labels ?? []).map((label) => gap + label.length * letter)),
          gap,
          grid: { stroke: () => colors.grid, width: 1 },
          splits: () => spec.ticks.map((tick) => tick / spec.top),
          values: () => spec.ticks.map(spec.formatY),
        },
      ],
      series: [
        {},
        {
          fill: () => colors.bar,
          width: 0,
          points: { show: false },
          ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.72, 36], radius: [0.12, 0] }) } : {}),
        },
      ],
      hooks: {
        draw: [drawBaseline, drawLine],
        setCursor: [(u) => onPoint(u.cursor.idx ?? null)],
      },
    };
  }

  function drawBaseline(u: uPlot): void {
    stroke(u, 0, colors.grid, []);
  }

  function drawLine(u: uPlot): void {
    if (spec.line !== null && spec.line <= spec.top) stroke(u, spec.line / spec.top, colors.line, [5, 4]);
  }

  return {
    update(next) {
      spec = next;
      plot.setData(data(next));
      // The axes too: their labels change where the scale, 0 to 1, does not.
      plot.redraw(true, true);
    },
    resize: (next) => plot.setSize(next),
    recolor() {
      colors = readColors(element);
      for (const axis of plot.axes) axis.font = colors.font;
      // The paths too: bars keep the fill that they were built with.
      plot.redraw(true, true);
    },
    point(index) {
      const x = index === null ? undefined : spec.x[index];
      const left = x === undefined ? -10 : plot.valToPos(x, 'x');
      plot.setCursor({ left, top: 10 });
    },
    destroy: () => plot.destroy(),
  };
};

/** The crosshair stands on a bar, never between two. */
function snap(u: uPlot, left: number, top: number): [number, number] {
  const x = left < 0 ? undefined : u.data[0][u.posToIdx(left)];
  return [x === undefined ? left : Math.round(u.valToPos(x, 'x')), top];
}

/** Heights as shares of the axis: uPlot draws no axis and no grid for values from 1e16 on, or below 1e-16. */
function data({ x, bars, top }: BarSpec): uPlot.AlignedData {
  return [[...x], bars.map((value) => Math.min(1, value / top))];
}

/** A horizontal line at a value, on whole device pixels. */
function stroke(u: uPlot, value: number, color: string, dash: number[]): void {
  const { ctx, bbox } = u;
  const width = Math.max(1, Math.round(devicePixelRatio));
  const y = Math.round(u.valToPos(value, 'y', true)) + (width % 2) / 2;
  ctx.save();
  ctx.beginPath();
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function readColors(element: HTMLElement): Colors {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  return {
    bar: token('--chart-bar'),
    line: token('--chart-line'),
    text: token('--chart-text'),
    grid: token('--chart-grid'),
    font: `11px ${style.fontFamily}`,
  };
}
