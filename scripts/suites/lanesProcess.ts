import { globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exitOnSignals, startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { mergeResults, type Results, readResults, writeResults } from './results.ts';

// The process of a mocha suite that mostly waits: its parts run in processes of their own, side by side. What one prints
// is shown when it has ended. The parts are the suite's folders and the files beside them, all at once; with `pairs` its
// files, two at a time.
//   node lanesProcess.ts <folder> <timeout of a test, ms> <folders | pairs> [grep]

/** What the parts that run have printed. */
const unshown = new Map<string, Buffer[]>();
exitOnSignals(async () => {
  for (const [files, output] of unshown) console.log(`${textOf(output)}\n\n  ${files}: not ended`);
});
const [folder = '', timeout = '', division = '', grep = ''] = process.argv.slice(2);
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
  const file = path.join(temporary, 'results.json');
  const script = path.join(projectRoot, 'scripts/suites/mochaProcess.ts');
  const startedAt = performance.now();
  const { child, exited } = startGroup(nodeBinary, [script, folder, timeout, grep, files], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, RUNGLASS_RESULTS_FILE: file },
  });
  const output: Buffer[] = [];
  unshown.set(files, output);
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await exited;
  unshown.delete(files);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const found = readResults(file) ?? { passed: 0, failed: [], skipped: [] };
  rmSync(temporary, { recursive: true, force: true });
  const isEmpty = found.passed + found.failed.length + found.skipped.length === 0;
  if (status !== 0 || !isEmpty) console.log(`${textOf(output)}\n\n  ${files}: ${seconds} s`);
  if (status === 0 || found.failed.length > 0) return found;
  return { ...found, failed: [`${files}: its process ended with status ${status}`] };
}

function textOf(output: readonly Buffer[]): string {
  return Buffer.concat(output).toString('utf8').trimEnd();
}
