import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { createProfile, type Profile } from '../vscodeHost/profile.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { startServer, type VscodeServer } from '../vscodeHost/server.ts';
import { type Results, readResults } from './results.ts';

const limitMs = 6 * 60_000;

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
 * print is shown when they have ended. `results` never rejects.
 */
export async function startInVscode(
  browser: Browser,
  run: ExthostRun,
): Promise<{ readonly results: Promise<Results> }> {
  const profile = createProfile();
  const files = {
    output: path.join(profile.root, 'output.txt'),
    results: path.join(profile.root, 'results.json'),
  };
  const server = await startServer(profile, {
    env: {
      RUNGLASS_TEST_OUTPUT: files.output,
      RUNGLASS_RESULTS_FILE: files.results,
      RUNGLASS_TEST_GREP: run.grep,
      RUNGLASS_TEST_FILES: run.files,
    },
  });
  const ended = runInWorkbench(browser, server, profile, run.files).catch(
    (error: unknown): Ending => ({ status: error, complaints: [] }),
  );
  const results = ended.then(async (ending) => {
    if (existsSync(files.output)) console.log(readFileSync(files.output, 'utf8'));
    const found = readResults(files.results);
    await server.stop();
    profile.remove();
    return judge(run, ending, found);
  });
  await Promise.race([results, begun(files.output)]);
  return { results };
}

function judge({ files }: ExthostRun, { status, complaints }: Ending, found: Results | null): Results {
  const results = found ?? { passed: 0, failed: [], skipped: [] };
  if (status === 0 || results.failed.length > 0) return results;
  const title = `${files}: VS Code's test run ended with: ${status}`;
  console.error([title, ...complaints.slice(-40)].join('\n'));
  return { ...results, failed: [title] };
}

/** Resolves when the tests have printed something. */
async function begun(outputFile: string): Promise<void> {
  while (!existsSync(outputFile)) await new Promise((resolve) => setTimeout(resolve, 200));
}

async function runInWorkbench(
  browser: Browser,
  server: VscodeServer,
  profile: Profile,
  name: string,
): Promise<Ending> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on(
    'console',
    (message) => message.type() === 'error' && complaints.push(`[workbench] ${message.text()}`),
  );
  let settle: (status: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    page.on('crash', () => resolve('the page crashed'));
    setTimeout(() => resolve(`no result within ${limitMs / 1000} s`), limitMs).unref();
    settle = resolve;
  });
  // The web workbench calls these two when the page has them.
  await page.exposeFunction('codeAutomationExit', settle);
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (type !== 'info') complaints.push(`[extension host, ${type}] ${args.map(String).join(' ')}`);
  });
  await page.goto(
    server.url({ folder: profile.workspace, tests: path.join(projectRoot, 'out/test/exthost/index.js') }),
  );
  const status = await ended;
  if (status !== 0) await screenshot(page, name);
  await context.close();
  return { status, complaints };
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(projectRoot, 'out/exthost');
  mkdirSync(folder, { recursive: true });
  const file = `failure-${name.replace(/\W+/g, '-')}.png`;
  await page.screenshot({ path: path.join(folder, file) }).catch(() => {});
}
