// Builds every bundle of Runglass. `--watch` rebuilds on change, `--production` minifies and holds the size
// budgets, `--tests` adds the test bundles, `--only extension,webview` picks bundles and `--suite unit,e2e` the
// folders of test/; the output of `--watch` fits the problem matcher of .vscode/tasks.json.
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { backendAssets } from './scripts/buildTemplate.mjs';

const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean' },
    production: { type: 'boolean' },
    tests: { type: 'boolean' },
    only: { type: 'string' },
    suite: { type: 'string' },
  },
});

/** Packages written as CommonJS look for `require` inside our ES modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  format: 'esm',
  sourcemap: true,
  minify: options.production ?? false,
  logLevel: 'silent',
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', target: 'node22', banner: { js: requireBanner } };

/** @type {Record<string, import('esbuild').BuildOptions>} */
const all = {
  // Activation loads extension.js; sync.js and what it needs are imported once a backend is chosen.
  extension: {
    ...node,
    entryPoints: ['src/extension/extension.ts', 'src/extension/sync.ts'],
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
  },
  webview: {
    ...common,
    entryPoints: { dashboard: 'src/webview/main.tsx' },
    outdir: 'dist/webview',
    // Charts and sheets are imported when they are first drawn.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    platform: 'browser',
    target: 'chrome134',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  backend: {
    ...node,
    entryPoints: { main: 'src/local/main.ts' },
    outdir: 'dist/backend',
    external: ['vite', 'postgres', '@libsql/client', 'bufferutil', 'utf-8-validate'],
    loader: { '.sql': 'text' },
    plugins: [backendAssets()],
  },
};

if (options.tests) {
  // A bundle a suite, so that building one leaves what another runs alone.
  const suites = options.suite?.split(',') ?? globSync('test/*/').map((folder) => path.basename(folder));
  for (const suite of suites) {
    const entryPoints = globSync([`test/${suite}/**/*.test.{ts,tsx}`, `test/${suite}/index.ts`]);
    if (entryPoints.length === 0) continue;
    all[`tests/${suite}`] = {
      ...node,
      minify: false,
      entryPoints,
      outdir: `out/test/${suite}`,
      outbase: `test/${suite}`,
      splitting: true,
      packages: 'external',
      external: ['vscode'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.css': 'empty', '.sql': 'text' },
    };
  }
}

const only = options.only?.split(',');
const bundles = Object.fromEntries(
  Object.entries(all).filter(([name]) => only?.includes(name.split('/')[0]) ?? true),
);

// What scripts/bootstrap.mjs noted about dist/ no longer holds.
if (Object.keys(bundles).some((name) => !name.startsWith('tests/')))
  rmSync('dist/.built.json', { force: true });

/** Largest size of what each entry loads at once, KB minified (see docs/ARCHITECTURE.md); the page's is gzipped. */
const budgets = { 'dist/extension.js': 60, 'dist/sync.js': 420, 'dist/webview/dashboard.js': 60 };

/** Sum of an output and the chunks that it imports statically, bytes. */
function loadedBytes(metafile, file, seen = new Set()) {
  if (seen.has(file)) return 0;
  seen.add(file);
  const output = metafile.outputs[file];
  const own = file.startsWith('dist/webview/') ? gzipSync(readFileSync(file)).length : output.bytes;
  return output.imports
    .filter((i) => i.kind === 'import-statement' && !i.external)
    .reduce((sum, i) => sum + loadedBytes(metafile, i.path, seen), own);
}

/** Largest size of all files of a kind in dist/webview, whenever they are loaded, KB gzipped. */
const pageBudgets = { '.js': 120, '.css': 12 };

function checkBudgets(metafile) {
  for (const [file, limit] of Object.entries(budgets)) {
    if (!metafile.outputs[file]) continue;
    const kb = loadedBytes(metafile, file) / 1024;
    if (kb > limit) throw new Error(`${file} loads ${kb.toFixed(1)} KB; its budget is ${limit} KB.`);
  }
  for (const [kind, limit] of Object.entries(pageBudgets)) {
    const files = Object.keys(metafile.outputs).filter(
      (file) => file.startsWith('dist/webview/') && file.endsWith(kind),
    );
    const kb = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1024;
    if (kb > limit)
      throw new Error(`The ${kind} files of the page are ${kb.toFixed(1)} KB; their budget is ${limit} KB.`);
  }
}

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
    if (options.production) checkBudgets(metafile);
    const main = Object.keys(metafile.outputs).filter(
      (f) => metafile.outputs[f].entryPoint && !name.startsWith('tests/'),
    );
    for (const file of main)
      console.log(`${path.normalize(file)}  ${(statSync(file).size / 1024).toFixed(1)} KB`);
  }
}
