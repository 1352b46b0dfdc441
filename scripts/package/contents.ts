import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { backendFiles } from '../buildTemplate.mjs';

/** What is loaded by a name that stands in code, and is not imported. */
const entries = [
  'dist/backend/main.js',
  'dist/webview/dashboard.js',
  'dist/webview/dashboard.css',
  ...backendFiles.map((name) => `dist/backend/${name}`),
];
/** What people read in the editor. */
const texts = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package.json'];

/** Which files the extension needs when it runs that are not among `files`; paths are relative to `root`. */
export function missingFrom(files: readonly string[], root: string): string[] {
  const packed = new Set(files.map((file) => file.replaceAll('\\', '/')));
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const needed = [
    ...texts,
    ...entries,
    ...filesNamedIn(manifest),
    ...globSync(['package.nls*.json', 'l10n/*.json', 'media/**/*.*'], { cwd: root }),
    ...globSync('*.sql', { cwd: path.join(root, 'supabase/migrations') }).map(
      (name) => `dist/backend/migrations/${name}`,
    ),
    ...[...packed].filter((file) => /^dist\/.*\.js$/.test(file)).flatMap((file) => importsOf(file, root)),
  ];
  return [...new Set(needed)].filter((file) => !packed.has(file)).sort();
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
