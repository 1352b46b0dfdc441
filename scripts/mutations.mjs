// npm run test:mutations: takes the mechanisms of the sync engine out, one at a time, and says which seed of the
// simulation notices and by which rule (docs/TESTING.md).
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { main } = await import('../test/chaos/mutationsCli.ts');
process.exit(await main());
