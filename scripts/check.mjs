// npm run check: the compiler on every tsconfig.json, the linter and formatter, and drift of generated files.
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { runChecks } = await import('./suites/checks.ts');
process.exit(runChecks() ? 0 : 1);
