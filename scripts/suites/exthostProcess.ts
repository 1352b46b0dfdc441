import { existsSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBrowser } from '../vscodeHost/browser.ts';
import { exitOnSignals } from '../vscodeHost/processGroup.ts';
import { createProfile } from '../vscodeHost/profile.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { startServer } from '../vscodeHost/server.ts';
import { readResults } from './results.ts';

// The process of the suite "exthost": out/test/exthost inside the extension host of a real VS Code.

exitOnSignals();
const limitMs = 4 * 60_000;
const profile = createProfile();
const outputFile = path.join(profile.root, 'output.txt');
const resultsFile = process.env.RUNGLASS_RESULTS_FILE ?? path.join(profile.root, 'results.json');
const server = await startServer(profile, {
  env: {
    RUNGLASS_TEST_OUTPUT: outputFile,
    RUNGLASS_RESULTS_FILE: resultsFile,
    RUNGLASS_TEST_GREP: process.argv[2] ?? '',
  },
});
const browser = await openBrowser();
const consoleTail: string[] = [];
writeFileSync(outputFile, '');
const printOutput = follow(outputFile);
const timer = setInterval(printOutput, 200);
try {
  const ending = await runInWorkbench();
  printOutput();
  const results = readResults(resultsFile);
  const succeeded = ending === 0 && results !== null && results.failed.length === 0;
  if (!succeeded)
    console.error(`VS Code's test run ended with: ${ending}\n${consoleTail.slice(-40).join('\n')}`);
  process.exitCode = succeeded ? 0 : 1;
} finally {
  clearInterval(timer);
  await browser.close();
  await server.stop();
  profile.remove();
}

/** Resolves with 0 when `run()` resolved, else with what happened instead. */
async function runInWorkbench(): Promise<unknown> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.origin });
  const page = await context.newPage();
  page.on(
    'console',
    (message) => message.type() === 'error' && consoleTail.push(`[workbench] ${message.text()}`),
  );
  let settle: (ending: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    page.on('crash', () => resolve('the page crashed'));
    setTimeout(() => resolve(`no result within ${limitMs / 1000} s`), limitMs).unref();
    settle = resolve;
  });
  // The web workbench calls these two when the page has them.
  await page.exposeFunction('codeAutomationExit', settle);
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
    if (type !== 'info') consoleTail.push(`[extension host, ${type}] ${args.map(String).join(' ')}`);
  });
  await page.goto(
    server.url({ folder: profile.workspace, tests: path.join(projectRoot, 'out/test/exthost/index.js') }),
  );
  const ending = await ended;
  if (ending !== 0) await screenshot(page);
  return ending;
}

async function screenshot(page: { screenshot(options: { path: string }): Promise<unknown> }): Promise<void> {
  const folder = path.join(projectRoot, 'out/exthost');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, 'failure.png') }).catch(() => {});
}

/** Returns a function that prints what was added to a file since its last call. */
function follow(file: string): () => void {
  const descriptor = existsSync(file) ? openSync(file, 'r') : null;
  const buffer = Buffer.alloc(1 << 16);
  return () => {
    if (descriptor === null) return;
    for (let size = readSync(descriptor, buffer); size > 0; size = readSync(descriptor, buffer)) {
      process.stdout.write(buffer.subarray(0, size));
    }
  };
}
