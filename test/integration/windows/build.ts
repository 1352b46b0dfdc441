import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { version as current } from '../../../package.json';

/** A build of Runglass of some version: the script of a window, and its backend. */
export interface Build {
  readonly version: string;
  readonly script: string;
  readonly mainPath: string;
}
export interface BuildOptions {
  readonly version: string;
  readonly protocol?: number;
  /** SQL of a migration that only this version has, newer than all others. */
  readonly migration?: string;
}

export { current };
export const newestSchema = '29990101000000';

const banner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/** Builds what the repository holds under another version number, with a protocol or a migration of its own if wanted. */
export async function buildVersion(options: BuildOptions): Promise<Build> {
  const folder = path.resolve('out/windows', options.version);
  const [script, mainPath] = [path.join(folder, 'window.mjs'), path.join(folder, 'backend', 'main.js')];
  rmSync(folder, { recursive: true, force: true });
  copyAssets(path.dirname(mainPath), options.migration);
  const common: esbuild.BuildOptions = {
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node22', banner: { js: banner } },
    external: ['vite', 'postgres', '@libsql/client', 'bufferutil', 'utf-8-validate'],
    loader: { '.sql': 'text' },
    logLevel: 'silent',
    plugins: [otherVersion(options)],
  };
  const window = path.resolve('test/integration/windows/windowScript.ts');
  await esbuild.build({ ...common, entryPoints: [window], outfile: script });
  await esbuild.build({ ...common, entryPoints: [path.resolve('src/local/main.ts')], outfile: mainPath });
  return { version: options.version, script, mainPath };
}

function otherVersion({ version, protocol }: BuildOptions): esbuild.Plugin {
  return {
    name: 'other version',
    setup(build) {
      build.onLoad({ filter: /package\.json$/ }, async ({ path: file }) => {
        if (file !== path.resolve('package.json')) return undefined;
        const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
        return { contents: JSON.stringify({ ...manifest, version }), loader: 'json' };
      });
      build.onLoad({ filter: /backendFile\.ts$/ }, async ({ path: file }) => {
        if (protocol === undefined || !file.includes('shared')) return undefined;
        const text = await readFile(file, 'utf8');
        const mark = 'export const backendProtocol = 1;';
        if (!text.includes(mark)) throw new Error(`${file} has no ${mark}`);
        return { contents: text.replace(mark, `export const backendProtocol = ${protocol};`), loader: 'ts' };
      });
      // As scripts/buildTemplate.mjs does: PGlite looks for its extensions one folder above the file that asks.
      build.onLoad({ filter: /pglite[\\/]dist[\\/]contrib[\\/]\w+\.js$/ }, async ({ path: file }) => ({
        contents: (await readFile(file, 'utf8')).replace('URL("../', 'URL("./'),
        loader: 'js',
      }));
    },
  };
}

function copyAssets(folder: string, migration: string | undefined): void {
  const built = path.resolve('dist/backend');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(built))
    if (!name.startsWith('main.js') && name !== 'migrations')
      symlinkSync(path.join(built, name), path.join(folder, name));
  cpSync(path.join(built, 'migrations'), path.join(folder, 'migrations'), { recursive: true });
  if (migration !== undefined)
    writeFileSync(path.join(folder, 'migrations', `${newestSchema}_new.sql`), migration);
}
