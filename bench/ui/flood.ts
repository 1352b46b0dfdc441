import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import { bundleForPage, type Lab, manyRuns } from './lab.ts';
import type { FloodOptions } from './workbench.ts';

const seconds = 30;
/** 1,000 changes of 10,000 runs a second through the bridge: what the page is sent, and what becomes of its frames. */
export async function measureFlood(lab: Lab): Promise<Row[]> {
  const script = await bundleForPage("import './bench/ui/workbench.ts';");
  const workbench = await serveWorkbench(lab.server.address('silent', 'dark'));
  const page = await lab.open();
  try {
    // Another site than the frame's: the browser gives each a process.
    await page.goto(`http://localhost:${(workbench.address() as AddressInfo).port}/`);
    await page.addScriptTag({ content: script });
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    if (!frame) throw new Error('The dashboard is not in the frame.');
    await frame.locator('.page').waitFor();
    const options: FloodOptions = { runs: manyRuns, changesPerSecond: 1_000, seconds };
    const sent = page.evaluate((given) => window.flood(given), options);
    await frame.locator('[data-connection]').waitFor();
    await frame.waitForFunction(() => document.querySelectorAll('[data-section=runs] [data-id]').length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const seen = await frame.evaluate(watch, (seconds - 2) * 1_000);
    const { changes, patches, sizes, snapshots } = await sent;
    return [
      row('1,000 changes/s, changes', changes, 'changes', { exactly: seconds * 1_000 }),
      row('1,000 changes/s, batches to the page', patches / seconds, '/s', { atMost: 20 }),
      row('1,000 changes/s, batch, median', median(sizes) / 1_000, 'kB'),
      row('1,000 changes/s, batch, max', Math.max(...sizes) / 1_000, 'kB', { atMost: 102 }),
      row('1,000 changes/s, snapshots that the page had to ask for', snapshots, 'snapshots', { exactly: 0 }),
      row('1,000 changes/s, frames', seen.frames.length / (seconds - 2), '/s'),
      row('1,000 changes/s, frame, p95', quantile(seen.frames, 0.95), 'ms'),
      row('1,000 changes/s, tasks over 50 ms', seen.long.length, 'tasks', { exactly: 0 }),
      row('1,000 changes/s, longest task over 50 ms', Math.max(0, ...seen.long), 'ms'),
    ];
  } finally {
    await page.close();
    workbench.close();
  }
}

function serveWorkbench(dashboard: string): Promise<Server> {
  const style = 'position: fixed; inset: 0; width: 100%; height: 100%; border: 0';
  const frame = `<iframe src="${dashboard.replaceAll('&', '&amp;')}" style="${style}"></iframe>`;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${frame}`);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

interface Seen {
  readonly frames: readonly number[];
  readonly long: readonly number[];
}

/** Runs in the page: times between frames and tasks over 50 ms, ms. */
async function watch(ms: number): Promise<Seen> {
  const long: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) long.push(duration);
  });
  observer.observe({ type: 'longtask' });
  const frames: number[] = [];
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  let before = await frame();
  const end = before + ms;
  while (before < end) {
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  observer.disconnect();
  return { frames, long };
}
