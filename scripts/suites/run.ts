import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, onOrphaned, runBuild } from '../bootstrap.mjs';
import { readOptions } from '../options.mjs';
import { forgetFolder, keepFolder } from '../vscodeHost/estate.ts';
import { exitOnSignals, type ProcessGroup, startGroup } from '../vscodeHost/processGroup.ts';
import { nodeBinary, projectRoot } from '../vscodeHost/project.ts';
import { SuiteOutput } from './output.ts';
import { readResults } from './results.ts';
import { type Suite, suites } from './suites.ts';
import { type Outcome, printSummary } from './summary.ts';

/** How long getting what the suites need may take, ms: 300 MB over a slow line. */
const prepareMs = 15 * 60_000;

/** What runs at this moment. */
const running = new Set<ProcessGroup>();

/**
 * Builds, runs the suites that `--suite a,b` names (all of them unless given) and prints the summary.
 * @returns The exit status: 0 when every test that ran passed and every suite ran tests.
 */
export async function runTests(args: string[]): Promise<number> {
  const options = readOptions({ suite: { type: 'string' }, grep: { type: 'string' } }, args);
  const names = options.suite?.split(',');
  const unknown = names?.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown) {
    console.error(
      `There is no suite "${unknown}": there are ${suites.map((suite) => suite.name).join(', ')}.`,
    );
    return 2;
  }
  const chosen = suites.filter((suite) => names?.includes(suite.name) ?? true);
  exitOnSignals(async () => {
    await Promise.all([...running].map((group) => group.stop()));
  });
  onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
  let summarised = false;
  // A build that fails, or a signal, ends the process; the last line is the result even then.
  process.on('exit', () => summarised || console.log('\n0 passed, 1 failed'));
  build(chosen);
  const prepared = prepare(chosen);
  const outcomes: Outcome[] = [];
  for (const [first, ...beside] of grouped(chosen))
    outcomes.push(...(await runTogether(first, beside, options.grep, prepared)));
  summarised = true;
  return printSummary(outcomes);
}

/** What a suite runs is always what the sources say: bundles of tests that were deleted must not run. */
function build(chosen: readonly Suite[]): void {
  console.log(headingOf('build'));
  ensureBuilt({ production: true });
  const folders = chosen.map((suite) => suite.name).filter((name) => name !== 'check');
  for (const name of folders)
    rmSync(path.join(projectRoot, 'out/test', name), { recursive: true, force: true });
  if (folders.length > 0) runBuild(['--only', 'tests', '--tests', '--suite', folders.join(',')]);
}

/**
 * Gets what the suites need in a process of its own, while those run that need nothing. Resolves when that has ended; with
 * what to tell when it took too long and was ended.
 */
async function prepare(chosen: readonly Suite[]): Promise<string | null> {
  const names = chosen.filter((suite) => suite.prepare).map((suite) => suite.name);
  if (names.length === 0) return null;
  const script = path.join(projectRoot, 'scripts/suites/prepareProcess.ts');
  const group = startGroup(nodeBinary, [script, ...names], { cwd: projectRoot, stdio: 'inherit' });
  running.add(group);
  let late: string | null = null;
  const timer = setTimeout(() => {
    late = `what the suites need could not be had within ${prepareMs / 60_000} minutes`;
    void group.stop();
  }, prepareMs);
  await group.exited;
  clearTimeout(timer);
  running.delete(group);
  return late;
}

/** Each suite with those that run beside it. */
function grouped(chosen: readonly Suite[]): readonly (readonly [Suite, ...Suite[]])[] {
  const groups: [Suite, ...Suite[]][] = [];
  for (const suite of chosen) {
    const group = groups.find(([first]) => first.name === suite.beside);
    if (group) group.push(suite);
    else groups.push([suite]);
  }
  return groups;
}

/** Runs `first`, and meanwhile the others one after the other; what those print is shown when it has ended. */
async function runTogether(
  first: Suite,
  others: readonly Suite[],
  grep: string | undefined,
  prepared: Promise<string | null>,
): Promise<Outcome[]> {
  const main = runSuite(first, grep, prepared, new SuiteOutput());
  const rest: Promise<Outcome>[] = [];
  for (const suite of others) {
    const output = new SuiteOutput(main);
    rest.push(Promise.all(rest).then(() => runSuite(suite, grep, prepared, output)));
  }
  return await Promise.all([main, ...rest]);
}

async function runSuite(
  suite: Suite,
  grep: string | undefined,
  prepared: Promise<string | null>,
  output: SuiteOutput,
): Promise<Outcome> {
  output.say(headingOf(suite.name));
  const startedAt = performance.now();
  const outcome = (rest: Omit<Outcome, 'name' | 'ms'>): Outcome => ({
    name: suite.name,
    ms: performance.now() - startedAt,
    ...rest,
  });
  const crashed = (title: string) => {
    output.say(title);
    return outcome({ passed: 0, failed: [title], skipped: [], notRun: null });
  };
  try {
    const late = suite.prepare ? await prepared : null;
    if (late) return crashed(late);
    const notRun = suite.prepare?.() ?? null;
    if (notRun) {
      output.say(`NOT RUN. ${notRun}`);
      return outcome({ passed: 0, failed: [], skipped: [], notRun });
    }
  } catch (error) {
    return crashed(error instanceof Error ? error.message : String(error));
  }
  const { status, results, timedOut } = await runProcess(suite, grep, output);
  if (timedOut) return crashed(`the suite did not end within ${suite.limitMs / 60_000} minutes`);
  if (!results) return crashed(`the suite's process ended with status ${status} before it had results`);
  const failed = [...results.failed];
  if (status !== 0 && failed.length === 0) failed.push(`the suite's process ended with status ${status}`);
  if (results.passed + failed.length === 0) failed.push(grep ? `no test matches ${grep}` : 'no test ran');
  return outcome({ passed: results.passed, failed, skipped: results.skipped, notRun: null });
}

async function runProcess(suite: Suite, grep: string | undefined, output: SuiteOutput) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rg-results-'));
  keepFolder(folder);
  const resultsFile = path.join(folder, 'results.json');
  const group = startGroup(nodeBinary, suite.command(grep), {
    cwd: projectRoot,
    stdio: ['ignore', output.stdio, output.stdio],
    env: { ...process.env, RUNGLASS_RESULTS_FILE: resultsFile },
  });
  output.follow(group.child);
  running.add(group);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void group.stop();
  }, suite.limitMs);
  try {
    const status = await group.exited;
    return { status, results: readResults(resultsFile), timedOut };
  } finally {
    clearTimeout(timer);
    await group.stop();
    running.delete(group);
    rmSync(folder, { recursive: true, force: true });
    forgetFolder(folder);
  }
}

function headingOf(name: string): string {
  return `\n── ${name} ${'─'.repeat(Math.max(3, 70 - name.length))}`;
}
