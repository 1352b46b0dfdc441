import { globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forgetFolder, keepFolder } from '../vscodeHost/estate.ts';
import { exitOnSignals, startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { mergeResults, type Results, readResults, writeResults } from './results.ts';

// The process of a mocha suite that mostly waits: its parts run in processes of their own, side by side. What one prints
// is shown when it has ended. The parts are the suite's folders and the files beside them, all at once; with `pairs` its
// files, two at a time. One that does not end within its limit is ended, so that the others still tell theirs.
//   node lanesProcess.ts <folder> <timeout of a test, ms> <folders | pairs> <limit of a part, ms> [grep]

/** What the parts that run have printed. */
const unshown = new Map<string, Buffer[]>();
exitOnSignals(async () => {
  for (const [files, output] of unshown) console.log(`${textOf(output)}\n\n  ${files}: not ended`);
});
const [folder = '', timeout = '', division = '', limitMs = '', grep = ''] = process.argv.slice(2);
const parts = division === 'pairs' ? globSync('**/*.test.js', { cwd: folder }).sort() : foldersOf(folder);
const lanes = Array.from({ length: division === 'pairs' ? 2 : parts.length }, runLane);
const results = mergeResults((await Promise.all(lanes)).flat());
writeResults(results);
process.exitCode = results.failed.length > 0 ? 1 : 0;

function foldersOf(folder: string): string[] {
  const names = globSync('*/**/*.test.js', { cwd: folder }).map((file) => file.split(path.sep)[0]);
  return [...[...new Set(names)].sort().map((name) => `${name}/**/*.test.js`), '*.test.js'];
}

/** Runs parts that no other lane has begun, one after the other. */
async function runLane(): Promise<Results[]> {
  const all: Results[] = [];
  for (let files = parts.shift(); files !== undefined; files = parts.shift()) all.push(await runPart(files));
  return all;
}

async function runPart(files: string): Promise<Results> {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'rg-lane-'));
  keepFolder(temporary);
  const file = path.join(temporary, 'results.json');
  const script = path.join(projectRoot, 'scripts/suites/mochaProcess.ts');
  const startedAt = performance.now();
  const group = startGroup(nodeBinary, [script, folder, timeout, grep, files], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, RUNGLASS_RESULTS_FILE: file },
  });
  const { child } = group;
  const output: Buffer[] = [];
  unshown.set(files, output);
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk));
  const closed = new Promise((resolve) => child.once('close', resolve));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void group.stop();
  }, Number(limitMs));
  const status = await group.exited;
  clearTimeout(timer);
  // What it printed last may still be on its way; who else holds its pipes is not waited for.
  await Promise.race([closed, sleep(1_000, undefined, { ref: false })]);
  unshown.delete(files);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const found = readResults(file);
  rmSync(temporary, { recursive: true, force: true });
  forgetFolder(temporary);
  const problem = late ? `did not end within ${Number(limitMs) / 60_000} minutes` : problemOf(status, found);
  const isEmpty = found !== null && count(found) === 0;
  if (problem !== null || !isEmpty) console.log(`${textOf(output)}\n\n  ${files}: ${seconds} s`);
  const results = found ?? { passed: 0, failed: [], skipped: [] };
  return problem === null ? results : { ...results, failed: [...results.failed, `${files}: ${problem}`] };
}

/** Why a part failed, unless its results say so; without a pattern of titles each part has tests. */
function problemOf(status: number | null, found: Results | null): string | null {
  if (found === null) return `its process ended with status ${status} before it had results`;
  if (status !== 0 && found.failed.length === 0) return `its process ended with status ${status}`;
  return count(found) === 0 && grep === '' ? 'no test ran' : null;
}

function count({ passed, failed, skipped }: Results): number {
  return passed + failed.length + skipped.length;
}

function textOf(output: readonly Buffer[]): string {
  return Buffer.concat(output).toString('utf8').trimEnd();
}
