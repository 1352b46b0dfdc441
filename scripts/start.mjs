// npm start: the embedded backend with seed data, a real VS Code with the dashboard open, and a training run.
//   npm start -- --web      VS Code in a browser even where desktop VS Code is at hand
//   npm start -- --quick    a short training run, once
import { ensureBuilt, ensureReady } from './bootstrap.mjs';

await ensureReady();
ensureBuilt({ production: true });
const { start } = await import('./start/start.ts');
await start(process.argv.slice(2));
