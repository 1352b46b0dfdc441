import type { Page } from 'playwright-core';
import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { type Lab, pause } from './lab.ts';

const seconds = 20;
/** Of so many seconds each, hidden. In one of them the browser collects the garbage of the time before, once. */
const windows = 3;

interface Idle {
  /** Frames in which something was drawn anew. */
  readonly mutations: number;
  readonly timers: number;
  /** Busy time of the main thread, %. */
  readonly busy: number;
  /** What of it the page itself is the reason for: its scripts, and its style and layout, %. */
  readonly own: number;
}

/** Nothing arrives: what the page does by itself, seen and hidden. */
export async function measureIdle(lab: Lab): Promise<Row[]> {
  const page = await lab.open();
  try {
    await page.addInitScript(countWork);
    await page.goto(lab.server.address('full', 'dark'));
    await page.locator('.chart-canvas canvas').first().waitFor();
    await pause(2_000);
    const seen = await idleOf(page);
    await page.evaluate(hide);
    await pause(1_000);
    const hidden: Idle[] = [];
    for (let n = 0; n < windows; n++) hidden.push(await idleOf(page));
    const sum = (read: (idle: Idle) => number) => hidden.reduce((all, one) => all + read(one), 0);
    return [
      row('idle and seen, changes of the page', seen.mutations / seconds, '/s', { atMost: 1.1 }),
      row('idle and seen, main thread', seen.busy, '%'),
      row(
        'idle and hidden, changes of the page',
        sum(({ mutations }) => mutations),
        'changes',
        { exactly: 0 },
      ),
      row(
        'idle and hidden, timers that fired',
        sum(({ timers }) => timers),
        'timers',
        { exactly: 0 },
      ),
      row('idle and hidden, scripts, style and layout', sum(({ own }) => own) / windows, '%', { exactly: 0 }),
      row('idle and hidden, main thread', median(hidden.map(({ busy }) => busy)), '%', { atMost: 0.1 }),
    ];
  } finally {
    await page.close();
  }
}

async function idleOf(page: Page): Promise<Idle> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const times = async (): Promise<Pick<Idle, 'busy' | 'own'>> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    const own = of('ScriptDuration') + of('RecalcStyleDuration') + of('LayoutDuration');
    return { busy: of('TaskDuration'), own };
  };
  const read = (): Promise<{ mutations: number; timers: number }> =>
    page.evaluate(() => ({ ...window.work }));
  const before = { ...(await read()), ...(await times()) };
  await pause(seconds * 1_000);
  const after = { ...(await times()), ...(await read()) };
  await session.detach();
  return {
    mutations: after.mutations - before.mutations,
    timers: after.timers - before.timers,
    busy: (100 * (after.busy - before.busy)) / seconds,
    own: (100 * (after.own - before.own)) / seconds,
  };
}

declare global {
  interface Window {
    work: { mutations: number; timers: number };
  }
}

/** Runs in the page before its script: counts timers that fire and bursts of changes. */
function countWork(): void {
  const work = { mutations: 0, timers: 0 };
  window.work = work;
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const original = window[name] as (callback: (...args: unknown[]) => void, ms?: number) => number;
    const counted = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number =>
      original(() => {
        work.timers += 1;
        callback(...args);
      }, ms);
    Object.defineProperty(window, name, { value: counted });
  }
  new MutationObserver(() => {
    work.mutations += 1;
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
}

/** Runs in the page: what a page is told when its panel is hidden. */
function hide(): void {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
  Object.defineProperty(document, 'hidden', { value: true });
  document.dispatchEvent(new Event('visibilitychange'));
}
