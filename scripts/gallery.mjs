// npm run gallery: every section in every state, theme and width as pictures in out/gallery, with checks of the
// layout (docs/TESTING.md).
//   npm run gallery -- --quick
//   npm run gallery -- --states full,empty --themes dark,hc-light --widths 1280,400 --sections runs,page
//   npm run gallery -- --language pseudo  words a third longer; what is not translated is a problem (or: --language de)
//   npm run gallery -- --readme           the pictures of README.md, in media/readme
import { ensureBuilt, ensureReady, fail, onOrphaned, runBuild } from './bootstrap.mjs';

await ensureReady();
onOrphaned(() => process.exit(1));
if (process.argv.includes('--readme')) {
  if (process.argv.length > 3) fail('--readme takes its own pictures: give no other option with it.');
  ensureBuilt({ production: true });
  const { takeReadmePictures } = await import('./gallery/readme.ts');
  process.exit(await takeReadmePictures());
}
runBuild(['--only', 'webview']);
const { runGallery } = await import('./gallery/run.ts');
process.exit(await runGallery(process.argv.slice(2)));
