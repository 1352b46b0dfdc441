// npm run build, npm run watch: esbuild.mjs with its options, on a fresh clone as well.
import { ensureReady } from './bootstrap.mjs';

await ensureReady();
await import('../esbuild.mjs');
