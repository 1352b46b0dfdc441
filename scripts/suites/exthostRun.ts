import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { createProfile, type Profile } from '../vscodeHost/profile.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { startServer, type VscodeServer } from '../vscodeHost/server.ts';
import { type Results, readResults } from './results.ts';

/** A VS Code runs its first test within 10 s on two idle cores; a busy machine took more than 90, ms. */
const beginMs = 240_000;
/** What the browser answers at once as a rule, ms. */
const browserMs = 60_000;
const viewport = { width: 1280, height: 800 };

export interface ExthostRun {
  /** Glob of the bundled specs. */
  readonly files: string;
  readonly grep: string;
}

/** What happened in a VS Code, and what it complained of. */
interface Ending {
  /** 0 when `run()` resolved, else what happened instead. */
  readonly status: unknown;
  readonly complaints: readonly string[];
}

/**
 * Starts a VS Code of its own on a throw-away profile and resolves when its extension host runs the specs; what they
 * print is shown when they have ended. `results` never rejects; it is there soon after `endsAt` (ms since 1970) at the
 * latest, with what has failed by then.
 */
export async function startInVscode(
  browser: Browser,
  run: ExthostRun,
  endsAt: number,
): Promise<{ readonly results: Promise<Results> }> {
  const profile = createProfile();
  const files = {
    output: path.join(profile.root, 'output.txt'),
    results: path.join(profile.root, 'results.json'),
  };
  let over = false;
  const results = runOn(profile, files, browser, run, endsAt)
    .catch((error: unknown): Results => ({ passed: 0, failed: [`${run.files}: ${error}`], skipped: [] }))
    .finally(() => {
      over = true;
    });
  while (!over && !existsSync(files.output)) await sleep(200);
  return { results };
}

async function runOn(
  profile: Profile,
  files: { readonly output: string; readonly results: string },
  browser: Browser,
  run: ExthostRun,
  endsAt: number,
): Promise<Results> {
  try {
    const env = {
      RUNGLASS_TEST_OUTPUT: files.output,
      RUNGLASS_RESULTS_FILE: files.results,
      RUNGLASS_TEST_GREP: run.grep,
      RUNGLASS_TEST_FILES: run.files,
    };
    const server = await startServer(profile, { env });
    try {
      const ending = await runInWorkbench(browser, server, profile, run.files, async () => {
        await sleep(beginMs, undefined, { ref: false });
        if (!existsSync(files.output)) return `no test had begun within ${beginMs / 1_000} s`;
        await sleep(endsAt - Date.now(), undefined, { ref: false });
        return 'the tests had not ended when the time for all was over';
      }).catch((error: unknown): Ending => ({ status: error, complaints: [] }));
      if (existsSync(files.output)) console.log(readFileSync(files.output, 'utf8'));
      return judge(run, ending, readResults(files.results));
    } finally {
      await server.stop();
    }
  } finally {
    profile.remove();
  }
}

function judge({ files }: ExthostRun, { status, complaints }: Ending, found: Results | null): Results {
  const results = found ?? { passed: 0, failed: [], skipped: [] };
  if (status === 0 || results.failed.length > 0) return results;
  const title = `${files}: VS Code's test run ended with: ${status}`;
  console.error([title, ...complaints.slice(-40)].join('\n'));
  return { ...results, failed: [title] };
}

async function runInWorkbench(
  browser: Browser,
  server: VscodeServer,
  profile: Profile,
  name: string,
  tooLate: () => Promise<string>,
): Promise<Ending> {
  const context = await answered('a new browser context', browser.newContext({ viewport }));
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  const page = await answered('a new page', context.newPage());
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => message.type() === 'error' && complaints.push(`[workbench] ${message.text()}`),
  );
  let settle: (status: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    page.on('crash', () => resolve('the page crashed'));
    page.on('close', () => resolve('the page was closed'));
    void tooLate().then(resolve);
    settle = resolve;
  });
  // The web workbench calls these two when the page has them.
  await page.exposeFunction('codeAutomationExit', settle);
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (type !== 'info') complaints.push(`[extension host, ${type}] ${args.map(String).join(' ')}`);
  });
  const tests = path.join(projectRoot, 'out/test/exthost/index.js');
  // How long the workbench takes to load is part of the time until the first test begins.
  await page.goto(server.url({ folder: profile.workspace, tests }), { waitUntil: 'commit' });
  const status = await ended;
  if (status !== 0) await screenshot(page, name);
  await answered('closing the browser context', context.close());
  return { status, complaints };
}

/** What the browser answers; rejects when that takes too long, with what it was asked for. */
async function answered<T>(what: string, answer: Promise<T>): Promise<T> {
  const late = sleep(browserMs, undefined, { ref: false }).then(() => {
    throw new Error(`the browser did not answer within ${browserMs / 1_000} s: ${what}`);
  });
  return await Promise.race([answer, late]);
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(projectRoot, 'out/exthost');
  mkdirSync(folder, { recursive: true });
  const file = `failure-${name.replace(/\W+/g, '-')}.png`;
  await page.screenshot({ path: path.join(folder, file) }).catch(() => {});
}
