// npm run test:kill: windows as processes of their own, killed while they keep and send events (docs/TESTING.md).
//   npm run test:kill -- --rounds 1000 --seed 1
import { ensureBuilt, ensureReady } from './bootstrap.mjs';

await ensureReady();
ensureBuilt({ production: true });
const { main } = await import('../test/kill/cli.ts');
process.exit(await main(process.argv.slice(2)));
