// npm run test:chaos: the sync engine in simulated worlds, a seed each (docs/TESTING.md).
//   npm run test:chaos -- --seeds 10000
//   npm run test:chaos -- --seed 17
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
const { main } = await import('../test/chaos/cli.ts');
process.exit(await main(process.argv.slice(2)));
