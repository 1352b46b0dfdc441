import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openBrowser } from '../vscodeHost/browser.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { takePicture } from './pictures.ts';
import { pictureWorkbench } from './readmeWorkbench.ts';
import { servePages } from './server.ts';
import { Problems, Stage } from './stage.ts';
import { galleryStates, type Subject } from './states.ts';
import type { ThemeName } from './themes.ts';

/**
 * Beside the repository's README.md: VS Code and the Marketplace show pictures of no package, only those of the web, to
 * which vsce leads them once package.json names the repository.
 */
export const readmeFolder = 'media/readme';

interface ReadmePicture {
  readonly file: string;
  readonly state: string;
  readonly subject: Subject;
  readonly theme: ThemeName;
  /** Of the window, px. */
  readonly width: number;
}

/** Pictures of the page; that of the workbench is `workbenchPicture`. */
export const readmePictures: readonly ReadmePicture[] = [
  { file: 'runs.png', state: 'full', subject: 'runs', theme: 'light', width: 1280 },
  { file: 'run.png', state: 'detail', subject: 'sheet', theme: 'dark', width: 1280 },
  { file: 'compare.png', state: 'compare', subject: 'sheet', theme: 'light', width: 1100 },
];
export const workbenchPicture = 'workbench.png';

/** Takes the pictures of README.md anew; the exit status is 0 when nothing was wrong with the pages in them. */
export async function takeReadmePictures(): Promise<number> {
  const folder = path.join(projectRoot, readmeFolder);
  mkdirSync(folder, { recursive: true });
  const states = new Map(galleryStates().map((state) => [state.name, state]));
  const server = await servePages(Object.fromEntries(states));
  const browser = await openBrowser(['--force-color-profile=srgb']);
  const problems = new Problems();
  try {
    for (const { file, state, subject, theme, width } of readmePictures) {
      const shown = states.get(state);
      if (!shown) throw new Error(`The gallery has no state "${state}".`);
      const stage = await Stage.open(browser, server, problems, { theme, width });
      await stage.show(shown);
      await takePicture(stage.page, subject, path.join(folder, file));
      await stage.close();
    }
    await pictureWorkbench(browser, path.join(folder, workbenchPicture));
  } finally {
    await browser.close();
    server.stop();
  }
  for (const line of problems.lines) console.error(`✘ ${line}`);
  console.log(`${readmeFolder}: ${readmePictures.length + 1} pictures`);
  return problems.lines.length === 0 ? 0 : 1;
}
