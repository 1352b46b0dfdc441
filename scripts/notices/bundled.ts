import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { productBundles } from '../bundles.mjs';
import { projectRoot } from '../vscodeHost/project.ts';

/** A package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** Names of the packages that its own files were made of, as far as their source maps tell. */
  readonly inlined: readonly string[];
}

/** The packages that code in dist/ comes from, by their folders; builds in memory what `npm run build` writes. */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const files = new Set<string>();
  for (const { plugins, ...bundle } of Object.values(productBundles(true))) {
    const { metafile } = await esbuild.build({
      ...bundle,
      // Takes out what never runs, as a production build does; names may stay as they are.
      minify: false,
      minifySyntax: true,
      absWorkingDir: projectRoot,
      sourcemap: false,
      write: false,
    });
    for (const { inputs } of Object.values(metafile?.outputs ?? {}))
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) files.add(file);
  }
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const [, folder] = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder) byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  }
  return [...byFolder].map(([folder, inputs]) => readPackage(path.join(projectRoot, folder), inputs));
}

function readPackage(folder: string, inputs: readonly string[]): BundledPackage {
  const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const inlined = new Set(inputs.flatMap((file) => sourcesOf(path.join(projectRoot, file))));
  inlined.delete(name);
  return { name, version, folder, inlined: [...inlined].sort() };
}

/** Packages that a file which is a bundle itself was made of. */
function sourcesOf(file: string): string[] {
  if (!existsSync(`${file}.map`)) return [];
  const { sources = [] } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources?: string[] };
  // pnpm keeps a package in a second node_modules: the last one has its name.
  return sources.flatMap((source) => {
    const [, name] = /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source) ?? [];
    return name ? [name] : [];
  });
}
