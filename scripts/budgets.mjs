// How large a production build may be, and what is too large.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Largest size of what each entry loads at once, KB minified (see docs/ARCHITECTURE.md); the page's is gzipped. */
const loaded = { 'dist/extension.js': 60, 'dist/sync.js': 420, 'dist/webview/dashboard.js': 60 };

/** Largest size of all files of a kind in dist/webview, whenever they are loaded, KB gzipped. */
const ofPage = { '.js': 120, '.css': 12 };

/** Largest size of the scripts of dist/backend, beside WebAssembly, its data and the template, KB minified. */
const ofBackendCode = 2.5 * 1024;

/**
 * Throws with the first budget that a production build exceeds.
 * @param {import('esbuild').Metafile} metafile Of one bundle, whose files are written.
 */
export function checkBudgets(metafile) {
  for (const [file, limit] of Object.entries(loaded)) {
    if (metafile.outputs[file]) hold(`${file} loads`, loadedBytes(metafile, file), limit);
  }
  const files = Object.keys(metafile.outputs);
  for (const [kind, limit] of Object.entries(ofPage)) {
    const page = files.filter((file) => file.startsWith('dist/webview/') && file.endsWith(kind));
    hold(`All ${kind} files of the page are`, sum(page.map(gzippedBytes)), limit);
  }
  const backend = files.filter((file) => /^dist\/backend\/.*\.js$/.test(file));
  hold("The embedded backend's code is", sum(backend.map((file) => bytesOf(metafile, file))), ofBackendCode);
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
