import * as esbuild from 'esbuild';
import type { Page } from 'playwright-core';
import { type PageServer, servePages } from '../../scripts/gallery/server.ts';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { fullTables, snapshotMessage, thousandsOfRows } from '../../test/fixtures/dashboard.ts';
import { fixtureNow } from '../../test/fixtures/rows.ts';
import type { PageState } from '../../test/fixtures/sectionStates.ts';

/** Runs in the account that the goals are about. */
export const manyRuns = 10_000;

const states = {
  empty: { snapshot: snapshotMessage() },
  full: { snapshot: snapshotMessage(fullTables) },
  many: { snapshot: snapshotMessage(thousandsOfRows(manyRuns)) },
  /** Listens to whoever embeds it. */
  silent: { snapshot: null },
} as const satisfies Record<string, PageState>;
export type LabState = keyof typeof states;

export interface Lab {
  readonly server: PageServer;
  /** A page of its own, 1280 × 800, in which `Date.now` begins at the time of the fixtures; the caller closes it. */
  open(time?: 'running' | 'standing'): Promise<Page>;
  /** The page in a state, once its rows are drawn. */
  show(state: LabState, time?: 'running' | 'standing'): Promise<Page>;
  close(): Promise<void>;
}

/** The built page in a browser that shows each site in a process of its own, as desktop browsers do. */
export async function openLab(): Promise<Lab> {
  const server = await servePages(states);
  const browser = await openBrowser(['--site-per-process', '--force-color-profile=srgb']);
  const open: Lab['open'] = async (time = 'running') => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.on('close', () => context.close().catch(() => {}));
    page.on('pageerror', (error) => console.error(`ui: ${error.stack ?? error.message}`));
    await page.addInitScript(setTime, { begin: fixtureNow, runs: time === 'running' });
    return page;
  };
  return {
    server,
    open,
    async show(state, time) {
      const page = await open(time);
      await page.goto(server.address(state, 'dark'));
      await page.locator('[data-connection]').waitFor();
      await page.locator('.chart-canvas canvas').first().waitFor();
      await pause(500);
      return page;
    },
    async close() {
      await browser.close();
      server.stop();
    },
  };
}

/** Runs in the page. What stands still redraws nothing by itself: then only what is measured happens. */
function setTime({ begin, runs }: { begin: number; runs: boolean }): void {
  Date.now = () => begin + (runs ? Math.floor(performance.now()) : 0);
}

/** Some source of ours or of a package as a script for a browser, minified as what ships. */
export async function bundleForPage(source: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: source, resolveDir: projectRoot, loader: 'ts' },
    ...{ bundle: true, write: false, minify: true, format: 'iife', target: 'chrome134' },
    ...{ logLevel: 'error', loader: { '.css': 'empty' } },
  });
  const text = outputFiles[0]?.text;
  if (text === undefined) throw new Error('esbuild wrote nothing.');
  return text;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
