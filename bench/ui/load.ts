import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { type Lab, manyRuns } from './lab.ts';

const rounds = 9;
const goal = 150;
const accounts = [
  ['empty', 'an empty account'],
  ['full', 'a lively account'],
  ['many', `${manyRuns.toLocaleString('en')} runs`],
] as const;

interface Load {
  readonly first: number;
  readonly rows: number;
}

/** From the start of the page's script: its first paint, and the paint of the rows that the host then sends. */
export async function measureLoad(lab: Lab): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [state, name] of accounts) {
    const loads: Load[] = [];
    for (let round = 0; round <= rounds; round++) {
      const load = await loadOnce(lab, state);
      // The first fills the browser's caches.
      if (round > 0) loads.push(load);
    }
    rows.push(
      row(`first paint, ${name}`, median(loads.map(({ first }) => first)), 'ms', { atMost: goal }),
      row(`rows painted, ${name}`, median(loads.map(({ rows }) => rows)), 'ms', { atMost: goal }),
    );
  }
  return rows;
}

async function loadOnce(lab: Lab, state: (typeof accounts)[number][0]): Promise<Load> {
  const page = await lab.open();
  try {
    await page.addInitScript(markRows);
    await page.goto(lab.server.address(state, 'dark'));
    await page.waitForFunction(() => performance.getEntriesByName('bench:rows').length > 0);
    return await page.evaluate(() => {
      const at = (name: string): number => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
      const begin = at('runglass:script');
      return { first: at('first-contentful-paint') - begin, rows: at('bench:rows') - begin };
    });
  } finally {
    await page.close();
  }
}

/** Runs in the page: marks when the frame is drawn in which every section has rows or says why not. */
function markRows(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('[data-connection]') || document.querySelector('[data-skeleton]')) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => performance.mark('bench:rows');
      port2.postMessage(null);
    });
  });
  observer.observe(document, { subtree: true, childList: true });
}
