import type { Page } from 'playwright-core';
import { findAxeFaults } from './axe.ts';
import { measureContrast } from './contrast.ts';
import { findLayoutFaults } from './layout.ts';
import { type Stage, screenHeight } from './stage.ts';
import type { GalleryState, Subject } from './states.ts';
import type { ThemeName } from './themes.ts';

/** Widths at which axe-core looks: in between the page is the same. */
const axeWidths: ReadonlySet<number> = new Set([1280, 400]);
/** A higher sheet is cut: nobody looks at more. */
const highestSheet = 4_000;

/** Name of a picture's file. */
export function pictureName(subject: Subject, state: string, theme: ThemeName, width: number): string {
  return `${subject}-${state}-${theme}-${width}.png`;
}

/** Shows a state, looks for faults of its layout, and takes its pictures. */
export async function takePictures(
  stage: Stage,
  state: GalleryState,
  fileOf: (subject: Subject) => string,
): Promise<void> {
  await stage.show(state);
  for (const fault of await stage.page.evaluate(findLayoutFaults)) stage.report(fault);
  if (axeWidths.has(stage.width)) await checkEyes(stage, state.subjects);
  for (const subject of state.subjects) await takePicture(stage.page, subject, fileOf(subject));
}

/** What others than the sharp-eyed with a pointer would miss. */
export async function checkEyes(stage: Stage, shown: readonly Subject[]): Promise<void> {
  const { page, theme } = stage;
  for (const fault of await findAxeFaults(page, theme, shown)) stage.report(fault);
  const { faults, smallest } = await page.evaluate(measureContrast, theme.startsWith('hc'));
  for (const fault of faults) stage.report(fault);
  stage.measured(smallest);
}

/** Takes one picture of what the page shows now. */
export async function takePicture(page: Page, subject: Subject, file: string): Promise<void> {
  switch (subject) {
    case 'screen':
      await page.screenshot({ path: file });
      break;
    case 'page':
      await page.screenshot({ path: file, fullPage: true });
      break;
    case 'sheet':
      await takeSheet(page, file);
      break;
    default:
      await page.screenshot({ path: file, fullPage: true, clip: await page.evaluate(boxOf, subject) });
  }
}

/** A sheet scrolls by itself: the whole of it is seen only in a window as high. */
async function takeSheet(page: Page, file: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const height = await page.evaluate(() => document.querySelector('dialog')?.scrollHeight ?? 0);
  await page.setViewportSize({ width, height: Math.min(highestSheet, Math.max(screenHeight, height)) });
  await page.screenshot({ path: file });
  await page.setViewportSize({ width, height: screenHeight });
}

/** Runs in the page: where a section stands, with a little air, px from the top left of the page. */
function boxOf(section: string): { x: number; y: number; width: number; height: number } {
  const box =
    document.querySelector(`[data-section=${section}]`)?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
  const x = Math.max(0, box.left - 4);
  const y = Math.max(0, box.top + scrollY - 4);
  return { x, y, width: Math.min(innerWidth - x, box.width + 8), height: box.height + 8 };
}
