import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as esbuild from 'esbuild';

/** A mechanism taken out of the product by replacing a piece of its text. */
export interface Mutation {
  readonly name: string;
  /** In the folder that the mutations are of. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutator {
  readonly plugin: esbuild.Plugin;
  /** Throws when the bundle did not load the file: then nothing was taken out. */
  check(): void;
}

/** Replaces the text while a bundle is built; the build fails when it is not there exactly once. */
export function mutator({ name, file, find, replace }: Mutation, folder: string): Mutator {
  const source = path.resolve(folder, file);
  let isLoaded = false;
  const plugin: esbuild.Plugin = {
    name: 'mutate',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async (args) => {
        if (args.path !== source) return undefined;
        isLoaded = true;
        const text = await readFile(source, 'utf8');
        const count = text.split(find).length - 1;
        if (count !== 1)
          throw new Error(
            `The mutation "${name}" looks for ${JSON.stringify(find)} in ${file}, found ${count} times.`,
          );
        return { contents: text.replace(find, () => replace), loader: 'ts' };
      });
    },
  };
  return {
    plugin,
    check: () => {
      if (!isLoaded) throw new Error(`The mutation "${name}" is in ${file}, which the bundle does not load.`);
    },
  };
}
