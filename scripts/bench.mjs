// npm run bench: measures what is promised and prints the figures beside the goals (bench/README.md).
//   npm run bench                     the benchmarks there are
//   npm run bench -- sync --json      one JSON array of rows, the last line on stdout
import { ensureBuilt, ensureReady, keepStdout, onOrphaned } from './bootstrap.mjs';
import './manifestNames.mjs';

if (process.argv.includes('--json')) keepStdout();
await ensureReady();
if (process.argv.length > 2) ensureBuilt({ production: true });
const { exitOnSignals } = await import('./vscodeHost/processGroup.ts');
// What was started ends with this process, also when npm alone was told to end.
exitOnSignals();
onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
const { runBenchmark } = await import('../bench/run.ts');
process.exit(await runBenchmark(process.argv.slice(2)));
