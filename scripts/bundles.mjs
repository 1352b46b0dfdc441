// What esbuild bundles: the three bundles that ship and, on request, those of the tests. esbuild.mjs builds them,
// scripts/notices reads what they contain.
import { globSync } from 'node:fs';
import path from 'node:path';
import { backendAssets } from './buildTemplate.mjs';

/** Packages written as CommonJS look for `require` inside our ES modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/** @returns {import('esbuild').BuildOptions} What every bundle has in common. */
function common(/** @type {boolean} */ production) {
  return {
    bundle: true,
    format: 'esm',
    sourcemap: true,
    minify: production,
    logLevel: 'silent',
    metafile: true,
  };
}

/** @returns {import('esbuild').BuildOptions} */
function node(/** @type {boolean} */ production) {
  return { ...common(production), platform: 'node', target: 'node22', banner: { js: requireBanner } };
}

/** The bundles in dist/, by name. @returns {Record<string, import('esbuild').BuildOptions>} */
export function productBundles(/** @type {boolean} */ production) {
  return {
    // Activation loads extension.js; sync.js and what it needs are imported once a backend is chosen.
    extension: {
      ...node(production),
      entryPoints: ['src/extension/extension.ts', 'src/extension/sync.ts'],
      outdir: 'dist',
      splitting: true,
      chunkNames: 'chunk-[hash]',
      external: ['vscode', 'bufferutil', 'utf-8-validate'],
    },
    webview: {
      ...common(production),
      entryPoints: { dashboard: 'src/webview/main.tsx' },
      outdir: 'dist/webview',
      // Charts, sheets and what no first content waits for are imported.
      splitting: true,
      chunkNames: 'chunk-[hash]',
      platform: 'browser',
      target: 'chrome134',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    },
    backend: {
      ...node(production),
      entryPoints: { main: 'src/local/main.ts' },
      outdir: 'dist/backend',
      external: ['vite', 'postgres', '@libsql/client', 'bufferutil', 'utf-8-validate'],
      loader: { '.sql': 'text' },
      plugins: [backendAssets()],
    },
  };
}

/**
 * A bundle a suite, so that building one leaves what another runs alone.
 * @param {readonly string[]} suites Folders of test/.
 * @returns {Record<string, import('esbuild').BuildOptions>} By `tests/<suite>`.
 */
export function testBundles(suites) {
  /** @type {Record<string, import('esbuild').BuildOptions>} */
  const bundles = {};
  for (const suite of suites) {
    const entryPoints = globSync([`test/${suite}/**/*.test.{ts,tsx}`, `test/${suite}/index.ts`]);
    if (entryPoints.length === 0) continue;
    bundles[`tests/${suite}`] = {
      ...node(false),
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
  return bundles;
}

/** Names of the folders of test/: suites, and what they share, of which no bundle is made. */
export function allSuites() {
  return globSync('test/*/').map((folder) => path.basename(folder));
}
