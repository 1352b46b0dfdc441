import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { backendFiles } from '../buildTemplate.mjs';

/** Bundles that are loaded by a name that stands in code; what they import is found in them. */
const bundles = ['dist/backend/main.js', 'dist/webview/dashboard.js'];
/** What else is read by a name that stands in code. */
const assets = [
  'dist/webview/dashboard.css',
  'dist/backend/remove.sql',
  ...backendFiles.map((name) => `dist/backend/${name}`),
];
/** What people and VS Code read in the package. */
const texts = ['README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.txt', 'package.json'];

/** Largest size of a package, bytes: with the embedded backend it stays a small download. */
export const largestPackage = 15 * 2 ** 20;

/**
 * What is wrong with a package of these files: what the extension needs when it runs and is not there, and what is there
 * and never runs. Paths are relative to `root`, where the extension is built.
 */
export function contentFaults(files: readonly string[], root: string): string[] {
  const packed = new Set(files.map((file) => file.replaceAll('\\', '/')));
  const wanted = contentsOf(root);
  const missing = [...wanted].filter((file) => !packed.has(file)).sort();
  const surplus = [...packed].filter((file) => !wanted.has(file)).sort();
  return [
    ...missing.map((file) => `lacks ${file}, which the extension needs when it runs`),
    ...surplus.map((file) => `holds ${file}, which never runs and .vscodeignore lets in`),
  ];
}

/** All that a package holds, relative to `root`. */
function contentsOf(root: string): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const named = filesNamedIn(manifest);
  const found = new Set([
    ...texts,
    ...assets,
    ...bundles,
    ...named,
    ...globSync(['package.nls*.json', 'l10n/*.json', 'media/snippets/*'], { cwd: root }).map(toPosix),
    ...globSync('*.sql', { cwd: path.join(root, 'supabase/migrations') }).map(
      (name) => `dist/backend/migrations/${name}`,
    ),
  ]);
  // A set goes on with what is added to it on the way.
  for (const file of found)
    if (/^dist\/.*\.js$/.test(file)) for (const imported of importsOf(file, root)) found.add(imported);
  return found;
}

/** Paths of files in a manifest, however deep: code, icons, pictures. */
function filesNamedIn(value: unknown): string[] {
  if (typeof value === 'string')
    return /^(\.\/)?(dist|media)\//.test(value) ? [path.posix.normalize(value)] : [];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(filesNamedIn) : [];
}

/** The other bundles that a bundle imports, at once or later. */
function importsOf(file: string, root: string): string[] {
  const code = readFileSync(path.join(root, file), 'utf8');
  const imports = code.matchAll(/(?:\bfrom|\bimport\(?)\s*"(\.{1,2}\/[\w./-]+\.js)"/g);
  return [...imports].map(([, name = '']) => path.posix.join(path.posix.dirname(file), name));
}

function toPosix(file: string): string {
  return file.replaceAll('\\', '/');
}
