import { globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { exitOnSignals, startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { mergeResults, type Results, readResults, writeResults } from './results.ts';

// The process of a mocha suite that waits a lot. By folders, each of them and the files beside them run in a process of
// their own, all side by side; by files, each file does, two at a time. What one prints is shown when it has ended.
//   node lanesProcess.ts folders|files <folder> <timeout of a test, ms> [grep]

const filesAtOnce = 2;

exitOnSignals();
const [by = '', folder = '', timeout = '', grep = ''] = process.argv.slice(2);
const results = mergeResults(
  by === 'files'
    ? await runAll(globSync('**/*.test.js', { cwd: folder }).sort(), filesAtOnce)
    : await runAll(lanesByFolder(), Number.POSITIVE_INFINITY),
);
writeResults(results);
process.exitCode = results.failed.length > 0 ? 1 : 0;

function lanesByFolder(): string[] {
  const folders = globSync('*/**/*.test.js', { cwd: folder }).map((file) => file.split(path.sep)[0]);
  return [...[...new Set(folders)].sort().map((name) => `${name}/**/*.test.js`), '*.test.js'];
}

/** Runs all lanes, at most so many at once. */
async function runAll(lanes: readonly string[], atOnce: number): Promise<Results[]> {
  const left = [...lanes];
  const results: Results[] = [];
  const worker = async (): Promise<void> => {
    for (let lane = left.shift(); lane !== undefined; lane = left.shift()) results.push(await runLane(lane));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, worker));
  return results;
}

async function runLane(files: string): Promise<Results> {
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
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await exited;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const found = readResults(file) ?? { passed: 0, failed: [], skipped: [] };
  rmSync(temporary, { recursive: true, force: true });
  const isEmpty = found.passed + found.failed.length + found.skipped.length === 0;
  if (status !== 0 || !isEmpty)
    console.log(`${Buffer.concat(output).toString('utf8').trimEnd()}\n\n  ${files}: ${seconds} s`);
  if (status === 0 || found.failed.length > 0) return found;
  return { ...found, failed: [`${files}: its process ended with status ${status}`] };
}
