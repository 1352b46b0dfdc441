// npm run l10n: brings the bundles of l10n/ up to the words of the sources: new ones are added empty, those that nobody
// says any more are taken out. With --check it changes nothing and fails when they differ, when a translation is missing
// or lacks a placeholder, and when words reach people without a translation (docs/TESTING.md).
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { runL10n } = await import('./l10n/run.ts');
process.exit(runL10n(process.argv.slice(2)));
