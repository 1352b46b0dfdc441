import type uPlot from 'uplot';
import { type ChartView, type Layer, yShare } from './view.ts';

/** Share of its place that a bar fills, and its largest width, CSS px. */
const fill = 0.72;
const widest = 36;

/** Builds the outline of one layer's bars, in canvas px; `px` is a CSS px of the drawing. */
export function barPath(u: uPlot, view: ChartView, layer: Layer, px: number): Path2D {
  const path = new Path2D();
  const [slot, slots] = layer.slot;
  const whole = Math.max(1, Math.round(Math.min(placeWidth(u, view) * fill, widest * px)));
  const width = Math.max(1, Math.floor(whole / slots));
  const xs = u.data[0];
  layer.values.forEach((value, n) => {
    const x = xs[n];
    const base = layer.base[n] ?? 0;
    if (typeof value !== 'number' || value === base || x === undefined) return;
    const left = Math.round(u.valToPos(x, 'x', true) - whole / 2) + slot * width;
    const end = toY(u, view, value);
    let start = toY(u, view, base);
    // A line of the page's colour between two that stand on each other.
    if (base !== 0 && Math.abs(end - start) > 3 * px) start += Math.sign(end - start) * Math.round(px);
    const height = Math.max(Math.abs(start - end), 1);
    const radius = isOutermost(view, layer, n) ? Math.min(2 * px, width / 4, height) : 0;
    const up = end <= start;
    const top = up ? start - height : start;
    path.roundRect(left, top, width, height, up ? [radius, radius, 0, 0] : [0, 0, radius, radius]);
  });
  return path;
}

/** What one `x` has of the width, canvas px. */
function placeWidth(u: uPlot, { x }: ChartView): number {
  const xs = u.data[0];
  const first = xs[0];
  const last = xs.at(-1);
  if (first === undefined || last === undefined || x.length < 2) return u.bbox.width;
  return ((last - first) / (x.length - 1)) * u.bbox.width;
}

function toY(u: uPlot, { y }: ChartView, value: number): number {
  const share = Math.min(1, Math.max(0, yShare(y, value)));
  return Math.round(u.valToPos(share, 'y', true));
}

/** Whether no bar stands on this one. */
function isOutermost(view: ChartView, layer: Layer, n: number): boolean {
  if (layer.slot[1] > 1) return true;
  const value = layer.values[n] ?? 0;
  return !view.layers.some((other) => {
    const beyond = other.mark === 'bar' ? (other.values[n] ?? 0) : 0;
    return value < 0 ? beyond < value : beyond > value;
  });
}

/** Stripes for what is expected; null where the canvas has no patterns. */
export function hatch(color: string, px: number): CanvasPattern | null {
  const size = Math.max(4, Math.round(5 * px));
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const context = tile.getContext('2d');
  if (!context) return null;
  context.strokeStyle = color;
  context.lineWidth = px;
  context.lineCap = 'square';
  // The corners too, so that the stripes of neighbouring tiles meet.
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat');
}
