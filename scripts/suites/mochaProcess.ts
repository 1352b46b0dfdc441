import { exitOnSignals } from '../vscodeHost/processGroup.ts';
import { runMocha } from './mocha.ts';
import { writeResults } from './results.ts';

// The process of one mocha suite, or of some files of it:
//   node mochaProcess.ts <folder> <timeout of a test, ms> [grep] [glob of files]

/**
 * How long a suite may take to let go of what its tests opened. A client of supabase-js that was closed still holds
 * timers, of 10 s for a disconnect and of 25 s for a push that got no answer.
 */
const releaseMs = 30_000;

exitOnSignals();
const [folder = '', timeout = '', grep, files] = process.argv.slice(2);
const results = await runMocha({
  folder,
  files,
  timeoutMs: Number(timeout),
  grep,
  color: process.stdout.isTTY ?? false,
});

process.exitCode = results.failed.length > 0 ? 1 : 0;
writeResults(results);
// By then nothing is left open. What Node closes itself after it may never be closed, and Node then waits for ever at
// full speed (24.21, in Environment::CleanupHandles): this ends the process before.
process.on('exit', () => process.exit());
setTimeout(() => {
  const resources = [...new Set(process.getActiveResourcesInfo())].join(', ');
  const title = `the suite did not end within ${releaseMs / 1000} s of its last test: ${resources} left open`;
  console.error(title);
  writeResults({ ...results, failed: [...results.failed, title] });
  process.exit(1);
}, releaseMs).unref();
