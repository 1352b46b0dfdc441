import uPlot from 'uplot';
import type { ChartSpec } from '../../src/webview/charts/spec.ts';
import { drawWithUplot } from '../../src/webview/charts/uplotChart.ts';
import { chartView } from '../../src/webview/charts/view.ts';

/** Our chart and bare uPlot over the same points, bundled for a browser. */

/** Main thread, ms; each until the canvas is painted. */
export interface Drawings {
  readonly first: number;
  readonly append: number;
  readonly theme: number;
  readonly bare: number;
}

declare global {
  interface Window {
    drawChart(points: number): Promise<Drawings>;
  }
}

const size = { width: 900, height: 220 };
const choice = { log: false, smoothing: 0, hidden: [], zoom: null };

window.drawChart = async (points) => {
  const place = document.createElement('div');
  document.body.append(place);
  try {
    let spec = specOf(points);
    const draw = (): ReturnType<typeof drawWithUplot> =>
      drawWithUplot(place, chartView(spec, choice), size, { onPoint: () => {}, onZoom: () => {} });
    let handle: ReturnType<typeof draw> | undefined;
    const first = await timed(() => {
      handle = draw();
    });
    const next = specOf(points + 1);
    const append = await timed(() => {
      spec = next;
      handle?.update(chartView(spec, choice));
    });
    const theme = await timed(() => handle?.recolor());
    handle?.destroy();
    const data = [spec.x, spec.series[0]?.values ?? []] as unknown as uPlot.AlignedData;
    const options = { ...size, series: [{}, { stroke: '#38f' }], scales: { x: { time: false } } };
    let plot: uPlot | undefined;
    const bare = await timed(() => {
      plot = new uPlot(options, data, place);
    });
    plot?.destroy();
    return { first, append, theme, bare };
  } finally {
    place.remove();
  }
};

/** uPlot paints in a microtask, others may in the next frame: both are waited for, only work is counted. */
async function timed(work: () => void): Promise<number> {
  await new Promise((done) => requestAnimationFrame(done));
  const begin = performance.now();
  work();
  await Promise.resolve();
  await Promise.resolve();
  return performance.now() - begin;
}

function specOf(points: number): ChartSpec {
  const x = Float64Array.from({ length: points }, (_, i) => i);
  const values = Float64Array.from(x, (i) => 1 + 3 * Math.exp(-i / 20_000) + 0.2 * Math.sin(i * 1.7));
  const text = (value: number): string => String(value);
  return {
    ...{ scale: 'step', x, xLabel: 'Step', stacked: false, line: null },
    ...{ formatX: text, formatY: text, formatExact: text },
    series: [{ key: 'loss', label: 'loss', values, mark: 'line', color: null }],
  };
}
