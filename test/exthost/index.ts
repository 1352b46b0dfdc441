import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import Mocha from 'mocha';
import { runMocha } from '../../scripts/suites/mocha.ts';
import { writeResults } from '../../scripts/suites/results.ts';

/**
 * What VS Code's extension host calls, in the npm-delivered VS Code and in desktop VS Code. Output and results
 * go through files that the environment names, because the host has no other channel that both of them share.
 */
export async function run(): Promise<void> {
  const output = process.env.RUNGLASS_TEST_OUTPUT;
  if (output) {
    Mocha.reporters.Base.consoleLog = (...line: unknown[]) => appendFileSync(output, `${format(...line)}\n`);
  }
  const results = await runMocha({
    folder: path.dirname(fileURLToPath(import.meta.url)),
    files: process.env.RUNGLASS_TEST_FILES,
    timeoutMs: 60_000,
    grep: process.env.RUNGLASS_TEST_GREP,
  });
  writeResults(results);
  if (results.failed.length > 0) throw new Error(`${results.failed.length} tests failed.`);
  if (results.passed === 0 && !process.env.RUNGLASS_TEST_GREP) throw new Error('No test ran.');
}
