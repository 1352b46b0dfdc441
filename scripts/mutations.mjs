// npm run test:mutations: takes the mechanisms of the sync engine and of the outbox out, one at a time, and says which
// seed of the simulation, and of the rounds of test/kill, notices and by which rule (docs/TESTING.md).
import { ensureBuilt, ensureReady } from './bootstrap.mjs';

await ensureReady();
ensureBuilt({ production: true });
const engine = await import('../test/chaos/mutationsCli.ts');
const outbox = await import('../test/kill/mutationsCli.ts');
const survivors = (await engine.main()) + (await outbox.main());
process.exit(survivors > 0 ? 1 : 0);
