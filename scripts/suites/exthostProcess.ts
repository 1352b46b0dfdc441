import { globSync } from 'node:fs';
import path from 'node:path';
import { openBrowser } from '../vscodeHost/browser.ts';
import { exitOnSignals } from '../vscodeHost/processGroup.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { startInVscode } from './exthostRun.ts';
import { mergeResults, type Results, writeResults } from './results.ts';

// The process of the suite "exthost": out/test/exthost inside the extension hosts of real VS Codes, side by side. Specs
// share one. Those in activity/ share two, because each of theirs waits for what is sent only once in 30 s, and privacy
// waits longest; each in faults/ has one of its own, because it waits for minutes and stops processes.

/** Before the suite's own limit ends this process without a word, ms. */
const limitMs = 8.5 * 60_000;

exitOnSignals();
const endsAt = Date.now() + limitMs;
const grep = process.argv[2] ?? '';
const faults = globSync('faults/*.test.js', { cwd: path.join(projectRoot, 'out/test/exthost') });
const browser = await openBrowser();
try {
  const runs: Promise<Results>[] = [];
  // One after the other, because starting is what takes the processor; the longest first.
  for (const files of [
    'activity/!(privacy).test.js',
    'activity/privacy.test.js',
    ...faults.sort(),
    '*.test.js',
  ])
    runs.push((await startInVscode(browser, { files, grep }, endsAt)).results);
  const results = mergeResults(await Promise.all(runs));
  writeResults(results);
  process.exitCode = results.failed.length > 0 ? 1 : 0;
} finally {
  await browser.close();
}
