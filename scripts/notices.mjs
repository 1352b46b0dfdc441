// npm run notices: writes THIRD_PARTY_NOTICES.txt, the licences of all that ships, from what the bundles contain. With
// --check it writes nothing and fails when the file is another, when a licence is not one of those that may ship, and
// when a licence has no text.
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { runNotices } = await import('./notices/run.ts');
process.exit(await runNotices(process.argv.slice(2)));
