import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import type { Drawings } from './drawings.ts';
import { bundleForPage, type Lab } from './lab.ts';

const rounds = 9;
const points = 100_000;

/** The chart of a run's metric, in the turns of one page with uPlot alone. */
export async function measureChart(lab: Lab): Promise<Row[]> {
  const script = await bundleForPage("import './bench/ui/drawings.ts';");
  const page = await lab.open();
  try {
    await page.setContent('<!doctype html><body></body>');
    await page.addScriptTag({ content: script });
    const all: Drawings[] = [];
    for (let round = 0; round <= rounds; round++) {
      const drawings = await page.evaluate((count) => window.drawChart(count), points);
      // The first compiles.
      if (round > 0) all.push(drawings);
    }
    const of = (name: keyof Drawings): number => median(all.map((drawings) => drawings[name]));
    return [
      row('chart of 100,000 points, first drawing', of('first'), 'ms', { atMost: 50 }),
      row('chart of 100,000 points, a point more', of('append'), 'ms', { atMost: 8 }),
      row('chart of 100,000 points, another theme', of('theme'), 'ms', { atMost: 8 }),
      row('chart of 100,000 points, first drawing beside uPlot alone', of('first') / of('bare'), 'x'),
    ];
  } finally {
    await page.close();
  }
}
