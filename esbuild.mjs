// Builds every bundle of Runglass. `--watch` rebuilds on change, `--production` minifies and holds the size
// budgets, `--tests` adds the test bundles, `--only extension,webview` picks bundles and `--suite unit,e2e` the
// folders of test/; the output of `--watch` fits the problem matcher of .vscode/tasks.json.
import { globSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { checkBudgets } from './scripts/budgets.mjs';
import { allSuites, productBundles, testBundles } from './scripts/bundles.mjs';
import { readOptions } from './scripts/options.mjs';

const options = readOptions({
  watch: { type: 'boolean' },
  production: { type: 'boolean' },
  tests: { type: 'boolean' },
  only: { type: 'string' },
  suite: { type: 'string' },
});

const suites = options.suite?.split(',') ?? allSuites();
const all = {
  ...productBundles(options.production ?? false),
  ...(options.tests ? testBundles(suites) : {}),
};

const only = options.only?.split(',');
const bundles = Object.fromEntries(
  Object.entries(all).filter(([name]) => only?.includes(name.split('/')[0]) ?? true),
);

// What scripts/bootstrap.mjs noted about dist/ no longer holds.
if (Object.keys(bundles).some((name) => !name.startsWith('tests/')))
  rmSync('dist/.built.json', { force: true });

/** Bundles that are being built at this moment. */
let building = 0;

/** Prints what the problem matcher of .vscode/tasks.json waits for: one start and one end, however many bundles. */
const reporter = {
  name: 'reporter',
  setup(build) {
    build.onStart(() => {
      if (building++ === 0) console.log('[watch] build started');
    });
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column + 1}:`);
      }
      if (--building === 0) console.log('[watch] build finished');
    });
  },
};

if (options.watch) {
  const contexts = await Promise.all(
    Object.values(bundles).map((bundle) =>
      esbuild.context({ ...bundle, plugins: [...(bundle.plugins ?? []), reporter] }),
    ),
  );
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  for (const [name, bundle] of Object.entries(bundles)) {
    if (bundle.splitting) for (const file of globSync(`${bundle.outdir}/chunk-*.js*`)) rmSync(file);
    const { errors, warnings, metafile } = await esbuild.build(bundle).catch((error) => error);
    for (const kind of /** @type {const} */ (['error', 'warning'])) {
      const messages = await esbuild.formatMessages((kind === 'error' ? errors : warnings) ?? [], { kind });
      if (messages.length > 0) console.error(messages.join('\n'));
    }
    if (!metafile) process.exit(1);
    if (options.production && !name.startsWith('tests/')) {
      try {
        checkBudgets(name, metafile);
      } catch (error) {
        console.error(error.message);
        process.exit(1);
      }
    }
    // What is loaded later has a name that tells nobody anything.
    const main = Object.keys(metafile.outputs).filter(
      (f) =>
        metafile.outputs[f].entryPoint &&
        !name.startsWith('tests/') &&
        !path.basename(f).startsWith('chunk-'),
    );
    for (const file of main)
      console.log(`${path.normalize(file)}  ${(statSync(file).size / 1024).toFixed(1)} KB`);
  }
}
