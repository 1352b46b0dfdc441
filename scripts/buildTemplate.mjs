// What the embedded backend needs beside its bundle in dist/backend: PGlite's WebAssembly and data, the migrations,
// removal and seed of supabase/, and a migrated database that a new data folder starts from (initdb in WebAssembly takes
// seconds). The database is made again only when something that goes into it has changed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.dirname(import.meta.dirname);
const target = path.join(root, 'dist', 'backend');
const require = createRequire(import.meta.url);

/** PGlite's own, for its bundle to load. */
const pgliteAssets = ['pglite.wasm', 'pglite.data', 'initdb.wasm'];
/** The extensions that Supabase Lite always loads. */
const extensions = ['isn.tar.gz', 'ltree.tar.gz', 'file_fdw.tar.gz', 'pgcrypto.tar.gz'];
/** What dist/backend/main.js reads beside itself, besides the migrations. */
export const backendFiles = [...pgliteAssets, ...extensions, 'template.tar.gz'];

/** Copies the files beside the bundle and makes the template once the bundle is written. @returns {import('esbuild').Plugin} */
export function backendAssets() {
  return {
    name: 'backend-assets',
    setup(build) {
      // PGlite looks for its extensions one folder above the file that asks.
      build.onLoad({ filter: /pglite[\\/]dist[\\/]contrib[\\/]\w+\.js$/ }, async ({ path: file }) => ({
        contents: (await readFile(file, 'utf8')).replace('URL("../', 'URL("./'),
        loader: 'js',
      }));
      build.onEnd(async (result) => {
        if (result.errors.length > 0) return;
        try {
          await copyAssets();
          await buildTemplate();
        } catch (error) {
          return {
            errors: [{ text: `The backend's template database could not be made: ${error.message}` }],
          };
        }
      });
    },
  };
}

async function copyAssets() {
  await mkdir(target, { recursive: true });
  const pglite = path.dirname(require.resolve('@electric-sql/pglite'));
  for (const name of [...pgliteAssets, ...extensions]) {
    await copyIfNewer(path.join(pglite, name), path.join(target, name));
  }
  await rm(path.join(target, 'migrations'), { recursive: true, force: true });
  await cp(path.join(root, 'supabase', 'migrations'), path.join(target, 'migrations'), { recursive: true });
  await copyFile(path.join(root, 'supabase', 'remove.sql'), path.join(target, 'remove.sql'));
  await copyFile(path.join(root, 'supabase', 'seed.sql'), path.join(target, 'seed.sql')).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function copyIfNewer(from, to) {
  const [source, copy] = await Promise.all([stat(from), stat(to).catch(() => null)]);
  if (copy?.size !== source.size || copy.mtimeMs < source.mtimeMs) await copyFile(from, to);
}

/** Makes dist/backend/template.tar.gz, unless its inputs are those of the last time. */
export async function buildTemplate() {
  const hash = await hashInputs();
  const hashFile = path.join(target, 'template.hash');
  const last = await readFile(hashFile, 'utf8').catch(() => '');
  if (last === hash && (await stat(path.join(target, 'template.tar.gz')).catch(() => null))) return;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'runglass-template-'));
  try {
    const made = path.join(folder, 'template.tar.gz');
    await promisify(execFile)(process.execPath, [
      path.join(target, 'main.js'),
      '--dir',
      path.join(folder, 'data'),
      '--template',
      made,
    ]);
    await copyFile(made, path.join(target, 'template.tar.gz'));
    await writeFile(hashFile, hash);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hashInputs() {
  const hash = createHash('sha256');
  const add = async (file) => hash.update(path.basename(file)).update(await readFile(file));
  for (const folder of ['supabase/migrations', 'src/local/sql']) {
    for (const name of (await readdir(path.join(root, folder))).sort())
      await add(path.join(root, folder, name));
  }
  for (const name of ['template.ts', 'migrations.ts', 'database.ts', 'tar.ts'])
    await add(path.join(root, 'src/local', name));
  for (const name of ['@electric-sql/pglite', '@supabase/lite']) {
    await add(path.join(root, 'node_modules', name, 'package.json'));
  }
  return hash.digest('hex');
}
