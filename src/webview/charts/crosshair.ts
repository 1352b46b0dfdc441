import type uPlot from 'uplot';
import type { Reading } from './chart.ts';
import { type ChartView, xShare, yShare } from './view.ts';

/** The line at the `x` that is read, and a dot on each line there: elements, because a canvas would be drawn anew. */
export class Crosshair {
  readonly #line = document.createElement('div');
  readonly #dots: HTMLElement[] = [];

  constructor() {
    this.#line.className = 'chart-cross';
  }

  /** Stands at `reading`, or nowhere; `colorOf` resolves the colour of a series. */
  place(
    u: uPlot,
    view: ChartView,
    reading: Reading | null,
    colorOf: (series: { readonly color: string | null; readonly place: number }) => string,
  ): void {
    for (const dot of this.#dots.splice(0)) dot.remove();
    const share = reading ? xShare(view, reading.x) : Number.NaN;
    if (!reading || !(share >= 0 && share <= 1)) {
      this.#line.remove();
      return;
    }
    const { clientWidth: width, clientHeight: height } = u.over;
    const left = Math.round(share * width);
    this.#line.style.left = `${left}px`;
    u.over.append(this.#line);
    for (const point of reading.points) {
      const y = yShare(view.y, point.value);
      if (!(y >= 0 && y <= 1)) continue;
      const dot = document.createElement('div');
      dot.className = 'chart-dot';
      dot.style.left = `${left}px`;
      dot.style.top = `${Math.round((1 - y) * height)}px`;
      dot.style.background = colorOf(point);
      u.over.append(dot);
      this.#dots.push(dot);
    }
  }
}
