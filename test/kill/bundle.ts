import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Mutation, mutator } from '../support/mutant.ts';

/** Packages written as CommonJS look for `require` inside an ES module. */
const banner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);";

/** Puts disk.ts in the place of the file system, for what ships alone. */
const disk: esbuild.Plugin = {
  name: 'disk',
  setup(build) {
    build.onResolve({ filter: /^node:fs\/promises$/ }, ({ importer }) =>
      importer.startsWith(path.resolve('src') + path.sep)
        ? { path: path.resolve('test/kill/disk.ts') }
        : null,
    );
  },
};

/** Bundles the window's process, without one of its mechanisms if wanted; answers its script. */
export async function buildWindow(mutation?: Mutation): Promise<string> {
  const outfile = path.resolve('out/kill', `${mutation?.name.replaceAll(' ', '-') ?? 'window'}.mjs`);
  const mutated = mutation && mutator(mutation, 'src/extension');
  await esbuild.build({
    entryPoints: ['test/kill/window.ts'],
    ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node22', banner: { js: banner } },
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'silent',
    plugins: mutated ? [mutated.plugin, disk] : [disk],
  });
  mutated?.check();
  return outfile;
}
