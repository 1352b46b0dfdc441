// npm run soak: a window in use for as long as one likes, counted after each round (docs/TESTING.md).
//   npm run soak -- --minutes 60 --seed 7
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureReady, fail, runBuild } from './bootstrap.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 10);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0 && minutes < 10_000) || !Number.isSafeInteger(seed) || seed < 0)
  fail('Minutes are a number above 0, a seed is a whole one: npm run soak -- --minutes 60 --seed 7');

await ensureReady();
ensureBuilt({ production: true });
runBuild(['--only', 'tests', '--tests', '--suite', 'soak']);
console.log(`${minutes} min, seed ${seed}`);
const { prepareVscode } = await import('./suites/suites.ts');
prepareVscode();
const args = ['scripts/suites/mochaProcess.ts', 'out/test/soak', '600000'];
// The program of a suite, whose tests set their own time limits.
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, RUNGLASS_SOAK_MINUTES: String(minutes), RUNGLASS_SOAK_SEED: String(seed) },
});
process.exit(status ?? 1);
