// How large a production build may be, and what is too large.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/**
 * Largest size of what each entry of a bundle loads at once, KB minified (see docs/ARCHITECTURE.md); the page's is gzipped.
 * @type {Readonly<Record<string, Readonly<Record<string, number>>>>}
 */
const loaded = {
  extension: { 'dist/extension.js': 60, 'dist/sync.js': 420 },
  webview: { 'dist/webview/dashboard.js': 60 },
  backend: {},
};

/** Largest size of all files of a kind in dist/webview, whenever they are loaded, KB gzipped. */
const ofPage = { '.js': 120, '.css': 12 };

/** Largest size of the scripts of dist/backend, beside WebAssembly, its data and the template, KB minified. */
const ofBackendCode = 2.5 * 1024;

/**
 * Throws with the first budget that a production build exceeds, or that is of a file which the build does not have.
 * @param {string} bundle Its name in bundles.mjs.
 * @param {import('esbuild').Metafile} metafile Of that bundle, whose files are written.
 */
export function checkBudgets(bundle, metafile) {
  const entries = loaded[bundle];
  if (!entries)
    throw new Error(`The bundle "${bundle}" has no budgets; give it some in scripts/budgets.mjs.`);
  for (const [file, limit] of Object.entries(entries)) {
    if (!metafile.outputs[file])
      throw new Error(
        `${file} has a budget and was not built: scripts/budgets.mjs must name what took its place.`,
      );
    hold(`${file} loads`, loadedBytes(metafile, file), limit);
  }
  const files = Object.keys(metafile.outputs);
  if (bundle === 'webview')
    for (const [kind, limit] of Object.entries(ofPage)) {
      const page = filesOf(`All ${kind} files of the page`, files, new RegExp(`^dist/webview/.*\\${kind}$`));
      hold(`All ${kind} files of the page are`, sum(page.map(gzippedBytes)), limit);
    }
  if (bundle === 'backend') {
    const code = filesOf("The embedded backend's code", files, /^dist\/backend\/.*\.js$/);
    hold("The embedded backend's code is", sum(code.map((file) => bytesOf(metafile, file))), ofBackendCode);
  }
}

/**
 * Those of `files` that a budget is of; throws when there is none.
 * @param {string} what @param {readonly string[]} files @param {RegExp} pattern
 */
function filesOf(what, files, pattern) {
  const found = files.filter((file) => pattern.test(file));
  if (found.length === 0)
    throw new Error(`${what}: none was built, and they have a budget: scripts/budgets.mjs must find them.`);
  return found;
}

function hold(/** @type {string} */ what, /** @type {number} */ bytes, /** @type {number} */ limit) {
  const kb = bytes / 1024;
  if (kb > limit) throw new Error(`${what} ${kb.toFixed(1)} KB; the budget is ${limit} KB.`);
}

/**
 * Sum of an output and the chunks that it imports statically, bytes.
 * @param {import('esbuild').Metafile} metafile
 * @param {string} file
 * @param {Set<string>} [seen]
 * @returns {number}
 */
function loadedBytes(metafile, file, seen = new Set()) {
  if (seen.has(file)) return 0;
  seen.add(file);
  const own = file.startsWith('dist/webview/') ? gzippedBytes(file) : bytesOf(metafile, file);
  const imported = metafile.outputs[file]?.imports ?? [];
  return imported
    .filter((i) => i.kind === 'import-statement' && !i.external)
    .reduce((total, i) => total + loadedBytes(metafile, i.path, seen), own);
}

/** @param {import('esbuild').Metafile} metafile @param {string} file */
function bytesOf(metafile, file) {
  return metafile.outputs[file]?.bytes ?? 0;
}

/** @param {string} file */
function gzippedBytes(file) {
  return gzipSync(readFileSync(file)).length;
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
