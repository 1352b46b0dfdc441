// npm run soak: a window in use for as long as one likes, counted after each round (docs/TESTING.md).
//   npm run soak -- --minutes 60 --seed 7
import { ensureBuilt, ensureReady, fail, onOrphaned, runBuild } from './bootstrap.mjs';
import { readOptions } from './options.mjs';

const options = readOptions({ minutes: { type: 'string' }, seed: { type: 'string' } });
const minutes = Number(options.minutes ?? 10);
const seed = Number(options.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0 && minutes < 10_000) || !Number.isSafeInteger(seed) || seed < 0)
  fail('Minutes are a number above 0, a seed is a whole one: npm run soak -- --minutes 60 --seed 7');

await ensureReady();
ensureBuilt({ production: true });
runBuild(['--only', 'tests', '--tests', '--suite', 'soak']);
console.log(`${minutes} min, seed ${seed}`);
const { prepareVscode } = await import('./suites/suites.ts');
prepareVscode();
const { exitOnSignals, startGroup } = await import('./vscodeHost/processGroup.ts');
// What was started ends with this process, also when npm alone was told to end.
exitOnSignals();
onOrphaned(() => process.kill(process.pid, 'SIGTERM'));
// The program of a suite, whose tests set their own time limits.
const { exited } = startGroup(
  process.execPath,
  ['scripts/suites/mochaProcess.ts', 'out/test/soak', '600000'],
  {
    stdio: 'inherit',
    env: { ...process.env, RUNGLASS_SOAK_MINUTES: String(minutes), RUNGLASS_SOAK_SEED: String(seed) },
  },
);
process.exit((await exited) ?? 1);
