// npm run bench: measures what is promised and prints the figures beside the goals (bench/README.md).
//   npm run bench                     all benchmarks, one after the other
//   npm run bench -- sync ui          these
//   npm run bench -- --list           the benchmarks there are
//   npm run bench -- sync --json      one JSON array of figures, the last line on stdout
//   npm run bench -- --page           all, and their figures into docs/BENCHMARKS.md
import { ensureBuilt, ensureReady, keepStdout, onOrphaned } from './bootstrap.mjs';
import './manifestNames.mjs';

if (process.argv.includes('--json')) keepStdout();
await ensureReady();
const { exitOnSignals } = await import('./vscodeHost/processGroup.ts');
// What was started ends with this process, also when npm alone was told to end.
exitOnSignals();
onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
const { runBench } = await import('../bench/run.ts');
const build = () => ensureBuilt({ production: true });
process.exit(await runBench(process.argv.slice(2), { build }));
