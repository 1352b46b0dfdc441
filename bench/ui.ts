import type { Measure, Row } from './rows.ts';
import { measureChart } from './ui/chart.ts';
import { measureFlood } from './ui/flood.ts';
import { measureIdle } from './ui/idle.ts';
import { openLab } from './ui/lab.ts';
import { measureLoad } from './ui/load.ts';
import { measureScroll } from './ui/scroll.ts';
import { measureSizes } from './ui/sizes.ts';
import { measureUpdates } from './ui/updates.ts';

const parts = [
  { about: 'first content', measure: measureLoad },
  { about: 'an update among 10,000 runs', measure: measureUpdates },
  { about: '1,000 changes a second for 30 s', measure: measureFlood },
  { about: 'scrolling 10,000 runs', measure: measureScroll },
  { about: 'a chart of 100,000 points', measure: measureChart },
  { about: 'idle', measure: measureIdle },
] as const;

/** What the dashboard's page costs, as it ships, in a real Chromium. */
export const measure: Measure = async (say) => {
  const rows: Row[] = measureSizes();
  const lab = await openLab();
  try {
    for (const { about, measure } of parts) {
      say(about);
      rows.push(...(await measure(lab)));
    }
  } finally {
    await lab.close();
  }
  return rows;
};
