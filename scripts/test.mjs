// npm test: builds everything, runs every suite in order, prints one summary.
//   npm test -- --suite unit,e2e --grep "status bar"
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { runTests } = await import('./suites/run.ts');
process.exit(await runTests(process.argv.slice(2)));
