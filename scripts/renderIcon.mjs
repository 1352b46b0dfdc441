// Renders media/icon.svg to media/icon.png at the 256 px that the Marketplace asks for: `npm run icon`.
// To look at it small: `node scripts/renderIcon.mjs --size 32 --background '#1e1e1e' --out /tmp/icon.png`.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ensureReady } from './bootstrap.mjs';
import { readOptions } from './options.mjs';

await ensureReady();
const { initWasm, Resvg } = await import('@resvg/resvg-wasm');

const inMedia = (name) => fileURLToPath(new URL(`../media/${name}`, import.meta.url));
const options = readOptions({
  svg: { type: 'string', default: inMedia('icon.svg') },
  out: { type: 'string', default: inMedia('icon.png') },
  size: { type: 'string', default: '256' },
  background: { type: 'string' },
});

await initWasm(readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
const image = new Resvg(await readFile(options.svg, 'utf8'), {
  fitTo: { mode: 'width', value: Number(options.size) },
  ...(options.background && { background: options.background }),
}).render();
await writeFile(options.out, image.asPng());
console.log(`${options.out}: ${image.width} x ${image.height}`);
