// npm run package: builds for production and packs what an editor installs, runglass-<version>.vsix or --out FILE.
import path from 'node:path';
import { ensureBuilt, ensureReady, fail, root } from './bootstrap.mjs';
import { readOptions } from './options.mjs';

await ensureReady();
ensureBuilt({ production: true });
const options = readOptions({ out: { type: 'string' } });
const { packExtension } = await import('./package/pack.ts');
const out = options.out && path.resolve(process.env.INIT_CWD ?? root, options.out);
try {
  const { file, files, bytes } = packExtension(out);
  console.log(`${path.relative(root, file)}  ${(bytes / 2 ** 20).toFixed(1)} MB, ${files} files`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
