import type { Page } from 'playwright-core';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import type { Lab } from './lab.ts';

const seconds = 4;
const rounds = 3;
/** Longer than one and a half frames of 60 a second: one was missed. */
const missed = 25;

/** Three rows a frame, 6,000 px a second, through the list of 10,000 runs, beside a plain box of the same height in an empty page. */
export async function measureScroll(lab: Lab): Promise<Row[]> {
  const page = await lab.show('many', 'standing');
  const plain = await lab.open();
  try {
    await plain.setContent('<div id="box"></div>');
    await plain.evaluate(addPlainBox);
    const ours: number[] = [];
    const yardstick: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(...(await framesOf(page, '[data-scroller=runs]')));
      yardstick.push(...(await framesOf(plain, '#box')));
    }
    const mean = (frames: readonly number[]): number => frames.reduce((a, b) => a + b, 0) / frames.length;
    const share = (frames: readonly number[]): number =>
      (100 * frames.filter((ms) => ms > missed).length) / frames.length;
    return [
      row('scrolling 10,000 runs, frame, median', median(ours), 'ms', { atMost: 17 }),
      row('scrolling 10,000 runs, frame, p95', quantile(ours, 0.95), 'ms'),
      row('scrolling 10,000 runs, frames a second', 1_000 / mean(ours), 'frames'),
      row('scrolling 10,000 runs, frames missed', share(ours), '%'),
      row('a frame, beside scrolling an empty box', mean(ours) / mean(yardstick), 'x', { atMost: 1.1 }),
    ];
  } finally {
    await page.close();
    await plain.close();
  }
}

function addPlainBox(): void {
  const box = document.querySelector<HTMLElement>('#box');
  if (!box) return;
  box.style.cssText = 'height: 450px; overflow: auto;';
  box.innerHTML = '<div style="height: 320000px"></div>';
}

async function framesOf(page: Page, selector: string): Promise<number[]> {
  await page.bringToFront();
  return page.evaluate(scrollThrough, { selector, seconds });
}

/** Runs in the page: times between frames while it scrolls, ms. */
async function scrollThrough({
  selector,
  seconds,
}: {
  selector: string;
  seconds: number;
}): Promise<number[]> {
  const scroller = document.querySelector(selector);
  if (!scroller) throw new Error(`There is no ${selector}.`);
  scroller.scrollTop = 0;
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  const frames: number[] = [];
  let before = await frame();
  const end = before + seconds * 1_000;
  let step = 96;
  while (before < end) {
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    if (scrollTop + clientHeight >= scrollHeight - 1 || (step < 0 && scrollTop === 0)) step = -step;
    scroller.scrollTop = scrollTop + step;
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  return frames;
}
