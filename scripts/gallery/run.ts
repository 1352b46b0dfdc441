import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { DisplayLanguage } from '../../src/extension/displayLanguage.ts';
import { dataWords, readTexts, untranslated } from '../../test/support/pseudo.ts';
import { openBrowser } from '../vscodeHost/browser.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { checkReading, checkThemeChange } from './behavior.ts';
import { checkMotion, checkSpeech } from './calm.ts';
import { indexPage, pictureSizes } from './indexPage.ts';
import { checkKeyboard, checkOpenings } from './keyboard.ts';
import { pseudoLanguage, readLanguage } from './language.ts';
import { type GalleryPlan, readPlan, widths } from './options.ts';
import { pictureName, takePictures } from './pictures.ts';
import { type PageServer, servePages } from './server.ts';
import { Problems, Stage, type StageOptions } from './stage.ts';
import { type GalleryState, galleryStates } from './states.ts';

/** Pages that are drawn at the same time. */
const lanes = 2;

/** Takes the pictures that `args` ask for and writes their index; the exit status is 0 when nothing is wrong. */
export async function runGallery(args: readonly string[]): Promise<number> {
  const all = galleryStates();
  let plan: GalleryPlan;
  let language: DisplayLanguage;
  try {
    plan = readPlan(args, all);
    language = readLanguage(plan.language);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  const folder = folderOf(plan);
  if (plan.whole) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const problems = await draw(plan, all, language);
  const index = path.join(folder, 'index.html');
  writeFileSync(index, indexPage(all, shownWidths(plan), problems, pictureSizes(folder)));
  for (const line of problems) console.error(`✘ ${line}`);
  console.log(`${path.relative(process.cwd(), index)}: ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

function shownWidths(plan: GalleryPlan): readonly number[] {
  const closeUpWidths = plan.whole ? closeUps.map(({ width }) => width) : [];
  return [...new Set([...widths, ...plan.widths, ...closeUpWidths])];
}

async function draw(
  plan: GalleryPlan,
  all: readonly GalleryState[],
  language: DisplayLanguage,
): Promise<readonly string[]> {
  const problems = new Problems();
  const server = await servePages(Object.fromEntries(all.map((state) => [state.name, state])), language);
  const browser = await openBrowser(['--force-color-profile=srgb']);
  try {
    await checkBehavior(browser, server, problems, all);
    const jobs: StageOptions[] = plan.themes.flatMap((theme) =>
      plan.widths.map((width) => ({ theme, width })),
    );
    if (plan.whole) jobs.push(...closeUps);
    const lane = async (): Promise<void> => {
      for (let job = jobs.shift(); job; job = jobs.shift()) {
        const { theme, width } = job;
        const startedAt = performance.now();
        const stage = await Stage.open(browser, server, problems, job);
        try {
          for (const state of plan.states) {
            await takePictures(stage, state, (subject) =>
              path.join(folderOf(plan), pictureName(subject, state.name, theme, width)),
            );
            if (plan.language === pseudoLanguage) await reportUntranslated(stage, state);
          }
        } finally {
          await stage.close();
        }
        console.log(`${theme} ${width}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await browser.close();
    server.stop();
  }
  const contrasts = [...problems.contrasts].map(([what, value]) => `${what} ${value.toFixed(1)}`);
  console.log(`Smallest contrasts: ${contrasts.sort().join(', ')}`);
  return problems.lines;
}

async function reportUntranslated(stage: Stage, state: GalleryState): Promise<void> {
  const texts = await stage.page.evaluate(readTexts);
  for (const fault of untranslated(texts, dataWords(state))) stage.report(`not translated: ${fault}`);
}

/** Pictures of another language do not take the place of the English ones. */
function folderOf({ language }: GalleryPlan): string {
  return path.join(projectRoot, 'out', language === 'en' ? 'gallery' : `gallery-${language}`);
}
/** 400 % zoom of a window of 1280 px, 200 % zoom, and the few colors of the system: in one theme each. */
const closeUps: readonly StageOptions[] = [
  { theme: 'dark', width: 320 },
  { theme: 'light', width: 640, height: 400, scale: 2 },
  { theme: 'hc-dark', width: 1000, forcedColors: true },
];

async function checkBehavior(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  states: readonly GalleryState[],
): Promise<void> {
  const full = states.find(({ name }) => name === 'full');
  const timeline = states.find(({ name }) => name === 'timeline');
  if (full) await checkThemeChange(browser, server, problems, full);
  if (timeline) await checkReading(browser, server, problems, timeline);
  await checkKeyboard(browser, server, problems, states);
  await checkMotion(browser, server, problems, states);
  if (full) await checkOpenings(browser, server, problems, full);
  if (full) await checkSpeech(browser, server, problems, full);
}
